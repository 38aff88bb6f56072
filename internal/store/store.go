// Package store is the sum of what its consumers need: its interface is added
// up, not designed. The engines are packages below this one, share the SQL of
// sqlstore, and pass storetest.
package store

import (
	"context"

	"github.com/riverqueue/river"

	"marquee/internal/delivery"
	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/feed"
	"marquee/internal/gather"
	"marquee/internal/jobs"
	"marquee/internal/patron"
	"marquee/internal/web"
)

// Store is everything Marquee keeps.
type Store interface {
	gather.Store
	feed.Store
	digest.Store
	delivery.Ledger
	patron.Store
	jobs.Store
	web.Store
	Operations

	// NewQueue is a River client on the store's database.
	NewQueue(cfg *river.Config) (jobs.Queue, error)
	// Close waits for running transactions and lets the database go.
	Close() error
}

// Operations is what the operator's commands ask.
type Operations interface {
	// AllEditions are the newest editions in any state, newest first.
	AllEditions(ctx context.Context, limit int) ([]domain.Edition, error)
	// Deliveries are an edition's deliveries by patron.
	Deliveries(ctx context.Context, id domain.EditionID) ([]domain.Delivery, error)
	// SetEditionState moves an edition from one of the states in from to
	// another; ErrConflict when it is in none of them. Going to sending
	// enqueues its runs in the same transaction.
	SetEditionState(ctx context.Context, id domain.EditionID, from []domain.EditionState, to domain.EditionState, reason string) error
	// Sources is how gathering from every source that was ever read goes.
	Sources(ctx context.Context) ([]domain.SourceStatus, error)
	// AllPatrons are all patrons by ID.
	AllPatrons(ctx context.Context) ([]domain.Patron, error)
	// PatronByEmail finds a patron by address key, or ErrNotFound.
	PatronByEmail(ctx context.Context, address string) (domain.Patron, error)
	// Item finds an item by ID, or ErrNotFound.
	Item(ctx context.Context, id domain.ItemID) (domain.Item, error)
	// Secret is the installation's secret of a name: made from crypto/rand
	// (32 bytes) at the first call, the same ever after.
	Secret(ctx context.Context, name string) ([]byte, error)
}
