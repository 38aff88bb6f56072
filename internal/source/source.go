// Package source says what a source kind is: something that can be read again
// and again and gives the pieces it holds. Each kind is a package below this
// one and passes sourcetest.
package source

import (
	"context"
	"log/slog"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/fetch"
)

// Raw is one piece as its source gave it: HTML is not sanitised, addresses may
// be relative to nothing (a kind resolves them), nothing is classified yet.
type Raw struct {
	GUID    string // required; permanent within the source
	URL     string // absolute http(s), or empty
	Title   string // plain text, entities decoded
	Author  string
	Summary string // HTML
	Content string // HTML; empty when the source gives only a summary

	Categories []string // names as the source shows them, decoded
	Image      *domain.Image
	Film       *domain.Film
	Picks      []domain.Pick   // Why is unsanitised HTML
	Kind       domain.ItemKind // when the source knows; else rules decide
	Series     string
	Release    domain.Ladder
	Language   string

	Published time.Time // zero when the source does not say
	Updated   time.Time
}

// State is what a reader wants back at its next Read: validators and the like.
// It is opaque to everybody else and stored in the transaction that stores the
// items it belongs to.
type State []byte

// Result is what one Read found.
type Result struct {
	// Unchanged says that the source holds what it held at the last Read; all
	// else but State and News is then empty.
	Unchanged bool
	Items     []Raw
	// Problems are pieces that could not be read. They never cost the others.
	Problems []Problem
	State    State
	// NotBefore is when the source may be asked again, by what it says itself:
	// a feed's ttl, a server's max-age. Zero is whenever the schedule says.
	NotBefore time.Time
	// Hub tells of the source's changes; nil when it has none, or has not said so.
	Hub *Hub
	// News says that Items are only what is new or has changed in a list that shows
	// little of a piece: neither that a piece is missing nor that the source is
	// unchanged says anything of the others.
	News bool
	// Complete says that Items and Problems are all that the source holds, so
	// that what is missing was taken back. Feeds are windows: never complete.
	Complete bool
}

// Hub is a WebSub hub, and the name of what it tells of.
type Hub struct {
	URL, Topic string
}

// Problem is a piece that could not be read. When GUID is known, the stored
// item with that guid stays as it is.
type Problem struct {
	GUID  string
	Where string // "picks/2026-11-20.md:7", "item 3 (\"Copperwire\")"
	Err   error
}

// Reader reads one configured source.
type Reader interface {
	// Read returns what the source holds. last is the State of the last
	// stored Result, nil the first time. An error means that nothing can be
	// said about the source: what is stored stays. It wraps
	// domain.ErrPermanent when trying again cannot help, and a *fetch.Error
	// carries how long to wait.
	Read(ctx context.Context, last State) (Result, error)
}

// Detailer is a Reader that can learn more about one piece at some cost, such
// as a request for its page. It is asked for pieces that are new or changed.
type Detailer interface {
	// Detail completes raw. After an error raw is usable as it was.
	Detail(ctx context.Context, raw *Raw) error
}

// Env is what a reader may use.
type Env struct {
	Name   string // the source's name in the configuration
	Dir    string // relative paths start here: the configuration's directory
	Zone   *time.Location
	Client Getter
	Log    *slog.Logger
	Now    func() time.Time
}

// Getter is the only way to the network: *fetch.Client implements it.
type Getter interface {
	Get(ctx context.Context, req fetch.Request) (*fetch.Response, error)
}

// Kind is one entry of the list in internal/app/kinds.go.
type Kind struct {
	Name string
	// New checks the options and returns a reader; it reads nothing yet.
	New func(Env, config.Options) (Reader, error)
}
