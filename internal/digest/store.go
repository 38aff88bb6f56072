package digest

import (
	"context"
	"time"

	"marquee/internal/domain"
)

// Store is what compiling reads and writes.
type Store interface {
	// EditionBySlot is the digest's edition of the slot, or ErrNotFound.
	EditionBySlot(ctx context.Context, digest string, slot domain.Slot) (domain.Edition, error)
	// LastFrozen is when the digest's latest edition of an earlier slot was
	// frozen; zero when there is none.
	LastFrozen(ctx context.Context, digest string, before domain.Slot) (time.Time, error)
	// Candidates are the items that come into question, newest first.
	Candidates(ctx context.Context, q CandidateQuery) ([]Candidate, error)
	// Wishes are the languages of dates that patrons of some audiences want, with
	// the audience of each.
	Wishes(ctx context.Context, among []domain.Audience) ([]domain.Readers, error)
	// CreateEdition stores a frozen (or skipped) edition with its renditions
	// and makes one queued delivery for every patron whose audience is in
	// recipients, all or nothing; of a correction, for those whose delivery of the
	// corrected edition is sent. ErrConflict when the slot has its edition.
	CreateEdition(ctx context.Context, e NewEdition) (domain.Edition, error)
	// Edition is one edition, or ErrNotFound.
	Edition(ctx context.Context, id domain.EditionID) (domain.Edition, error)
	// Rendition is an edition as some readers get it, with the publication's dates
	// where there is none with theirs; or ErrNotFound.
	Rendition(ctx context.Context, id domain.EditionID, to domain.Readers) (domain.Rendition, error)
	// Balance counts an edition's deliveries.
	Balance(ctx context.Context, id domain.EditionID) (domain.Balance, error)
	// Holders are those who have an edition, by what they are by now.
	Holders(ctx context.Context, id domain.EditionID) ([]domain.Holders, error)
	// Item finds an item by ID, or ErrNotFound.
	Item(ctx context.Context, id domain.ItemID) (domain.Item, error)
	// RemakeEdition puts another content in the place of a held edition's, all or
	// nothing. ErrConflict when it is not held, or a delivery of it has begun.
	RemakeEdition(ctx context.Context, id domain.EditionID, e NewEdition) (domain.Edition, error)
}

// CandidateQuery asks for all items, withdrawn ones too, that were published at
// or after Published, or that came to light after Seen: were first seen and are no
// backlog, settled likewise, were held, or opened.
type CandidateQuery struct {
	Digest    string
	Published time.Time
	Seen      time.Time // zero asks for none by this rule
}

// Candidate is an item and what matters to a digest that may take it.
type Candidate struct {
	domain.Item
	Edition string // slug of the digest's edition that has it; empty when none has
	Held    bool   // came back as new with too many others, and waits for the operator's word
}

// NewEdition is an edition about to be frozen.
type NewEdition struct {
	Edition    domain.Edition // without ID
	Renditions []domain.Rendition
	Recipients []domain.Audience
}
