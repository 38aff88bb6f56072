package patron

import (
	"context"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
)

// Roster is a place where patrons come from. Its methods may be called at any
// time, again and again.
type Roster interface {
	// List returns who is on the roster. An error means that nothing can be
	// said about anybody: what is stored stays. It wraps domain.ErrInvalid when
	// what the roster holds cannot be used at all.
	List(ctx context.Context) (Listing, error)
}

// Listing is what a roster holds.
type Listing struct {
	// People have neither ID nor Roster, and no two have one address or one
	// External id. Who has no address is known by their id, or not at all.
	People []domain.Patron
	// Complete says that People and Skipped are all there are, so that who is
	// missing may have left. A file is never complete: it may hold a selection,
	// and what it does say is the operator's word.
	Complete bool
	// At is when the roster was asked. A complete listing has it.
	At time.Time
	// Veiled says that the roster keeps addresses from us, so that one that is
	// missing means nothing.
	Veiled bool
	// Skipped are rows that brought nobody.
	Skipped []Problem
	// Noted are rows that brought somebody although a value in them was not
	// understood.
	Noted []Problem
	// UnknownTiers are tiers that people have but that are not configured.
	UnknownTiers []string
}

// Problem is what was wrong with one row, without any of its values: they
// concern people.
type Problem struct {
	Line   int // from 1, the header; 0 when the roster has no lines
	Reason string
}

// Env is what a roster may use.
type Env struct {
	Tiers domain.Tiers
	Now   func() time.Time
}

// Kind is one entry of the list in internal/app/kinds.go.
type Kind struct {
	Name string
	// Schedule is when such a roster is synced unless the configuration says
	// otherwise; empty is never by itself.
	Schedule string
	// New checks the options and returns a roster; it reads nothing yet.
	New func(Env, config.Options) (Roster, error)
}
