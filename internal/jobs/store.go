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
	// Polls is how asking every source that was ever asked stands, by name.
	Polls(ctx context.Context) (map[string]Poll, error)
	// Hosts are the hosts that asked to be left alone beyond an instant, and until when.
	Hosts(ctx context.Context, now time.Time) (map[string]time.Time, error)
	// TakeSources claims sources for this process until they are saved or left, for
	// ttl at the longest, and returns those that nobody has who lives.
	TakeSources(ctx context.Context, names []string, ttl time.Duration) ([]string, error)
	// LeaveSources gives up sources that this process has taken.
	LeaveSources(ctx context.Context, names []string) error
	// AlertSource notes that the operator is told of a source's trouble; false when
	// that was done after an instant.
	AlertSource(ctx context.Context, name string, at, after time.Time) (bool, error)
	// HoldWithdrawn holds every edition that waits or is being sent and that has an
	// item which its source has withdrawn since the edition was frozen, or since it
	// was last let go; and returns them.
	HoldWithdrawn(ctx context.Context) ([]domain.Edition, error)
	// StartDue sets every frozen edition whose time has come to sending and,
	// in the same transaction, enqueues a DeliverArgs for each of its shards. One
	// that HoldWithdrawn would hold is not started.
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
