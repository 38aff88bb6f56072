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
	// Candidates are items for an edition, newest first: see CandidateQuery.
	Candidates(ctx context.Context, q CandidateQuery) ([]domain.Item, error)
	// CreateEdition stores a frozen (or skipped) edition with its renditions
	// and makes one queued delivery for every patron whose audience is in
	// recipients, all or nothing. ErrConflict when the slot has its edition.
	CreateEdition(ctx context.Context, e NewEdition) (domain.Edition, error)
}

// CandidateQuery asks for the items that stand (are not withdrawn), are not in
// any edition of Digest, were published at or before Until, and are either
// published at or after PublishedSince, or first seen or settled after SeenSince
// and no part of their source's backlog.
type CandidateQuery struct {
	Digest         string
	Until          time.Time
	PublishedSince time.Time
	SeenSince      time.Time // zero asks for none by this rule
}

// NewEdition is an edition about to be frozen.
type NewEdition struct {
	Edition    domain.Edition // without ID
	Renditions []domain.Rendition
	Recipients []domain.Audience
}
