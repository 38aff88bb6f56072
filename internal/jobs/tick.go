package jobs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"marquee/internal/domain"
	"marquee/internal/schedule"
)

// Tick enqueues everything that is due. It is called every minute and at start,
// by every instance: jobs are unique, marks only move forward, and an edition is
// started in one transaction, so that many ticks do what one does. One source's,
// roster's or digest's trouble never keeps the others waiting. While the machine's
// clock is not believed only sources are read, which tell the time.
func (w *Work) Tick(ctx context.Context, q Queue) error {
	reading := w.tickSources(ctx, q)
	if believed, err := w.believed(ctx); !believed || err != nil {
		return errors.Join(reading, err)
	}
	last, err := w.lastTick(ctx)
	errs := []error{reading, err, w.tickFilms(ctx, q), w.tickTeller(ctx, q)}
	for _, name := range slices.Sorted(maps.Keys(w.Rosters)) {
		errs = append(errs, w.tickRoster(ctx, q, name, w.Rosters[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(w.Digests)) {
		errs = append(errs, w.tickDigest(ctx, q, name, last))
	}
	if err := errors.Join(append(errs, w.sweep(ctx, q), w.start(ctx))...); err != nil {
		return err
	}
	return w.noteTick(ctx, last)
}

// AnyAge is a grace that no slot outlives. A missed read is always made up, once.
const AnyAge = 100 * 365 * 24 * time.Hour

// compileEvery is how often an edition is asked for until it is frozen. A job that
// works that long is joined by another, and the first of them freezes it.
const compileEvery = 5 * time.Minute

// tickDigest asks for the edition whose freeze has come, until its job has moved
// the mark. A digest that was never looked at starts with the slots that lie ahead.
func (w *Work) tickDigest(ctx context.Context, q Queue, name string, ticked time.Time) error {
	d, mark := w.Digests[name], digestMark(name)
	last, err := w.Store.Mark(ctx, mark)
	if err != nil {
		return fmt.Errorf("digest %s: %w", name, err)
	}
	if last == "" {
		last = schedule.SlotAt(w.Now(), w.Zone)
		if err := w.Store.SetMark(ctx, mark, last); err != nil {
			return fmt.Errorf("digest %s: %w", name, err)
		}
	}
	due, missed := d.Schedule.Due(last, w.Now().Add(d.Cutoff), d.Grace+d.Cutoff)
	if err := w.pass(ctx, name, missed, ticked); err != nil {
		return fmt.Errorf("digest %s: %w", name, err)
	}
	if due == "" {
		return nil
	}
	if _, err := q.Insert(ctx, CompileArgs{Digest: name, Slot: due, Asked: w.Now().Truncate(compileEvery).UTC()}, nil); err != nil {
		return fmt.Errorf("enqueue compile of digest %s: %w", name, err)
	}
	return nil
}

// digestMark is the mark of a digest's last slot that is frozen, or missed.
func digestMark(name string) string { return "digest/" + name }

// enqueue inserts the job before it moves the mark: a crash between the two
// inserts it again, which its uniqueness and its own idempotence make harmless.
func (w *Work) enqueue(ctx context.Context, q Queue, args river.JobArgs, mark string, slot domain.Slot) error {
	if _, err := q.Insert(ctx, args, nil); err != nil {
		return fmt.Errorf("enqueue %s for %s: %w", args.Kind(), mark, err)
	}
	return w.Store.SetMark(ctx, mark, slot)
}

// start sends the editions whose time has come on their way. What a source has
// taken back since does not go out in silence: it may have been taken back for a
// reason.
func (w *Work) start(ctx context.Context) error {
	if err := w.holdWithdrawn(ctx); err != nil {
		return err
	}
	started, err := w.Store.StartDue(ctx, w.Now())
	for _, id := range started {
		w.Log.InfoContext(ctx, "edition started", "edition", id)
	}
	return err
}

func (w *Work) holdWithdrawn(ctx context.Context) error {
	held, err := w.Store.HoldWithdrawn(ctx)
	for _, e := range held {
		w.Log.ErrorContext(ctx, "edition held", "edition", e.ID, "reason", "a piece in it was withdrawn")
		err = errors.Join(err, w.Notices.EditionWithdrawn(ctx, e))
	}
	return err
}

// sweep asks for a run over every shard that has due rows and no one at work.
func (w *Work) sweep(ctx context.Context, q Queue) error {
	shards, err := w.Store.IdleShards(ctx, w.Now())
	if err != nil {
		return err
	}
	for _, s := range shards {
		if _, err := q.Insert(ctx, DeliverArgs{Edition: s.Edition, Shard: s.Number}, nil); err != nil {
			return fmt.Errorf("enqueue run: %w", err)
		}
	}
	return nil
}
