package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"marquee/internal/delivery"
	"marquee/internal/domain"
)

// Store is what the ticks ask.
type Store interface {
	// Mark is the last slot that was handled under a name, "" before the first.
	Mark(ctx context.Context, name string) (domain.Slot, error)
	// SetMark moves a mark forward; it never moves back.
	SetMark(ctx context.Context, name string, slot domain.Slot) error
	// StartDue sets every frozen edition whose time has come to sending and,
	// in the same transaction, enqueues a DeliverArgs for each of its shards.
	StartDue(ctx context.Context, now time.Time) ([]domain.EditionID, error)
	// IdleShards are the shards of sending editions that have due rows at now
	// and no live lease.
	IdleShards(ctx context.Context, now time.Time) ([]delivery.Shard, error)
}

// Queue is a River client, whatever its engine.
type Queue interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	Insert(ctx context.Context, args river.JobArgs, opts *river.InsertOpts) (*rivertype.JobInsertResult, error)
}
