package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/schedule"
)

const (
	jobTimeout  = 15 * time.Minute
	rescueAfter = 20 * time.Minute       // well above jobTimeout: a rescue must never meet a job that still works
	stopTimeout = 500 * time.Millisecond // then jobs hear that they are to stop; a run waits for the answers to its final dots

	betweenTicks = time.Minute    // what is due before the next tick cannot wait for it
	mostPatience = 24 * time.Hour // with a server that asks to be left alone
)

// Compiler freezes editions of one digest.
type Compiler interface {
	Compile(ctx context.Context, slot domain.Slot) (domain.Edition, error)
	// Missing is what the edition of a slot still waits for; nothing once it is
	// frozen.
	Missing(ctx context.Context, slot domain.Slot) ([]string, error)
}

// Runner carries shards of editions.
type Runner interface {
	Run(ctx context.Context, s delivery.Shard) (delivery.Result, error)
}

// Digest is a digest and when its editions freeze and go out.
type Digest struct {
	Compiler Compiler
	Schedule *schedule.Schedule
	Cutoff   time.Duration
	Grace    time.Duration
	Wait     time.Duration // how long after the cutoff it waits for what is missing
}

// Work is everything there is to do in the background.
type Work struct {
	Store   Store
	Sources map[string]Source
	Digests map[string]Digest
	Rosters map[string]Roster // those that are synced by themselves
	Hubs    Hubs              // nil when no hub can tell us anything
	Films   Films             // nil when no film database is asked
	Teller  Teller            // nil when our feeds have no hub
	Clock   Clock             // nil believes the machine's clock
	Runner  Runner
	Notices Notices
	Sender  Sender
	Zone    *time.Location
	Now     func() time.Time
	Log     *slog.Logger
	// Jitter is how far from 0 to 1 a source is read after its slots, always the
	// same for the same name; nil reads on the dot.
	Jitter func(source string) float64

	turns  turns
	doubts doubts
}

// Config is River's configuration for the work. Logs go to log.
func (w *Work) Config(log *slog.Logger) *river.Config {
	workers := river.NewWorkers()
	river.AddWorker(workers, &gatherWorker{work: w})
	river.AddWorker(workers, &syncWorker{work: w})
	river.AddWorker(workers, &filmsWorker{work: w})
	river.AddWorker(workers, &compileWorker{work: w})
	river.AddWorker(workers, &deliverWorker{work: w})
	river.AddWorker(workers, &noticeWorker{work: w})
	river.AddWorker(workers, &tellWorker{work: w})
	return &river.Config{
		FetchCooldown:        20 * time.Millisecond,
		JobTimeout:           jobTimeout,
		Logger:               log,
		RescueStuckJobsAfter: rescueAfter,
		SoftStopTimeout:      stopTimeout,
		Queues: map[string]river.QueueConfig{
			river.QueueDefault: {MaxWorkers: 4},
			QueueMail:          {MaxWorkers: 2},
			QueueGather:        {MaxWorkers: 2},
		},
		Workers: workers,
	}
}

// compileWorker brings rosters and films up to date, freezes an edition, tells of it and, when its time has come
// already, starts it.
type compileWorker struct {
	river.WorkerDefaults[CompileArgs]
	work *Work
}

func (c *compileWorker) Work(ctx context.Context, job *river.Job[CompileArgs]) error {
	digest, ok := c.work.Digests[job.Args.Digest]
	if !ok {
		return outcome(unknown("digest", job.Args.Digest))
	}
	if wait, err := c.work.waits(ctx, digest, job.Args.Slot); wait > 0 || err != nil {
		return cmp.Or(outcome(err), river.JobSnooze(wait))
	}
	c.work.prepare(ctx)
	e, err := digest.Compiler.Compile(ctx, job.Args.Slot)
	if err != nil {
		c.work.Log.ErrorContext(ctx, "edition not compiled", "digest", job.Args.Digest, "slot", job.Args.Slot, "err", err)
		return outcome(err)
	}
	frozen := c.work.Store.SetMark(ctx, digestMark(job.Args.Digest), job.Args.Slot)
	return outcome(errors.Join(frozen, c.work.tell(ctx, e), c.work.start(ctx)))
}

// prepare brings up to date what an edition is made of, all at a time. It takes
// some minutes at most, and keeps no edition back.
func (w *Work) prepare(ctx context.Context) {
	var parts sync.WaitGroup
	parts.Go(func() { w.syncAll(ctx) })
	parts.Go(func() { w.filmsForFreeze(ctx) })
	parts.Wait()
}

// waits is how long an edition had better wait before it is looked at again, for
// what its maker has not written yet; 0 when it is to be frozen.
func (w *Work) waits(ctx context.Context, d Digest, slot domain.Slot) (time.Duration, error) {
	left := schedule.Instant(slot, w.Zone).Add(d.Wait - d.Cutoff).Sub(w.Now())
	if d.Wait <= 0 || left <= 0 {
		return 0, nil
	}
	missing, err := d.Compiler.Missing(ctx, slot)
	if err != nil || len(missing) == 0 {
		return 0, err
	}
	w.Log.InfoContext(ctx, "edition waits", "slot", slot, "missing", strings.Join(missing, ", "))
	return min(left, betweenTicks), nil
}

// deliverWorker carries one shard for one turn.
type deliverWorker struct {
	river.WorkerDefaults[DeliverArgs]
	work *Work
}

func (d *deliverWorker) Work(ctx context.Context, job *river.Job[DeliverArgs]) error {
	shard := delivery.Shard{Edition: job.Args.Edition, Number: job.Args.Shard}
	result, err := d.work.Runner.Run(ctx, shard)
	if result.Done { // also when the run that saw it had trouble before
		d.work.Log.InfoContext(ctx, "edition done", "edition", shard.Edition)
	}
	switch {
	case errors.Is(err, domain.ErrConflict): // another run has the shard, or the edition is held
		return nil
	case err != nil:
		d.work.Log.ErrorContext(ctx, "delivery run stopped", "edition", shard.Edition, "shard", shard.Number, "err", err)
		return outcome(err)
	case result.Done, result.Again.IsZero():
		return nil // if it is not done, other shards are not
	}
	if wait := result.Again.Sub(d.work.Now()); wait < betweenTicks {
		return river.JobSnooze(max(wait, 0)) // the turn was over before the shard was
	}
	return nil // the tick comes back when the rest is due
}

// outcome translates an error for River: what trying again cannot help is
// cancelled, a server that asks for patience gets it, all else is retried as the
// job's InsertOpts say. What is invalid is retried too: it lies in texts,
// templates or configuration, which somebody may mend.
func outcome(err error) error {
	if errors.Is(err, domain.ErrPermanent) {
		return river.JobCancel(err)
	}
	if asked, ok := errors.AsType[*fetch.Error](err); ok && asked.RetryAfter > 0 {
		return river.JobSnooze(min(asked.RetryAfter, mostPatience))
	}
	return err
}

// unknown is the error of a job whose subject has left the configuration.
func unknown(what, name string) error {
	return fmt.Errorf("%s %s is not configured any more: %w", what, name, domain.ErrPermanent)
}
