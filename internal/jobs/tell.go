package jobs

import (
	"context"
	"fmt"

	"github.com/riverqueue/river"

	"marquee/internal/domain"
	"marquee/internal/schedule"
)

// TellArgs asks to tell our hub what has changed. The minute makes it one job for
// all instances, and lets one that died keep nobody waiting.
type TellArgs struct {
	Slot domain.Slot `json:"slot" river:"unique"`
}

// Kind names the job for River.
func (TellArgs) Kind() string { return "tell" }

// InsertOpts allows one a minute, which is not retried: what the hub was not told
// is due again.
func (TellArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 1, Queue: QueueGather, UniqueOpts: unfinished()}
}

// Teller tells a hub that our feeds have changed.
type Teller interface {
	// Due tells whether there is anything to tell.
	Due(ctx context.Context) (bool, error)
	// Tell tells what there is.
	Tell(ctx context.Context) error
}

// tickTeller asks for the hub to be told.
func (w *Work) tickTeller(ctx context.Context, q Queue) error {
	if w.Teller == nil {
		return nil
	}
	if due, err := w.Teller.Due(ctx); err != nil || !due {
		return err
	}
	args := TellArgs{Slot: schedule.SlotAt(w.Now(), w.Zone)}
	if _, err := q.Insert(ctx, args, nil); err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// tellWorker tells the hub. What it could not be told is told again by a later tick.
type tellWorker struct {
	river.WorkerDefaults[TellArgs]
	work *Work
}

func (t *tellWorker) Work(ctx context.Context, _ *river.Job[TellArgs]) error {
	if t.work.Teller == nil {
		return nil // it is not configured any more
	}
	return outcome(t.work.Teller.Tell(ctx))
}
