package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"marquee/internal/domain"
	"marquee/internal/patron"
	"marquee/internal/schedule"
)

// SyncArgs asks to bring one roster into step now.
type SyncArgs struct {
	Roster string `json:"roster" river:"unique"`
	// Hint is the minute of what hinted that it is out of step: a sync that has
	// begun already may be too early for it. Empty is by the clock.
	Hint string `json:"hint,omitempty" river:"unique"`
	// Slot is the minute of a sync by the clock: one that died keeps nobody waiting.
	Slot domain.Slot `json:"slot,omitempty" river:"unique"`
}

// Kind names the job for River.
func (SyncArgs) Kind() string { return "sync" }

// InsertOpts allows one sync of a roster a minute; of two that meet, one finds that
// the other was quicker. A failed one is not retried: the schedule comes round again.
func (SyncArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 1, UniqueOpts: unfinished()}
}

// Hinted is the sync that a hint of an instant asks for: one for all hints of a
// minute, when the minute is over.
func Hinted(roster string, at time.Time) river.InsertManyParams {
	minute := at.UTC().Truncate(time.Minute)
	args := SyncArgs{Roster: roster, Hint: minute.Format(time.RFC3339)}
	opts := args.InsertOpts()
	opts.ScheduledAt = minute.Add(time.Minute)
	return river.InsertManyParams{Args: args, InsertOpts: &opts}
}

// Syncer brings a roster into step.
type Syncer interface {
	// Sync asks the roster and applies what it says. *patron.BrakeError when
	// that is not believed; domain.ErrConflict besides when another sync was
	// quicker. Twice does what once does.
	Sync(ctx context.Context) (patron.Difference, error)
}

// Roster is a roster that is synced by itself, and when.
type Roster struct {
	Syncer   Syncer
	Schedule *schedule.Schedule
}

// syncsWithin is how long a roster's last sync may be past, whatever its
// schedule says.
const syncsWithin = 24 * time.Hour

// tickRoster asks for a sync when a slot has passed since the last, when that is
// a day ago, and at once for a roster that was never asked.
func (w *Work) tickRoster(ctx context.Context, q Queue, name string, r Roster) error {
	mark := "roster/" + name
	last, err := w.Store.Mark(ctx, mark)
	if err != nil {
		return fmt.Errorf("roster %s: %w", name, err)
	}
	now := w.Now()
	yesterday := schedule.SlotAt(now.Add(-syncsWithin), w.Zone)
	if due, _ := r.Schedule.Due(last, now, AnyAge); due == "" && last > yesterday {
		return nil
	}
	slot := schedule.SlotAt(now, w.Zone)
	return w.enqueue(ctx, q, SyncArgs{Roster: name, Slot: slot}, mark, slot)
}

// syncWorker brings a roster into step.
type syncWorker struct {
	river.WorkerDefaults[SyncArgs]
	work *Work
}

func (s *syncWorker) Work(ctx context.Context, job *river.Job[SyncArgs]) error {
	roster, ok := s.work.Rosters[job.Args.Roster]
	if !ok {
		return outcome(unknown("roster", job.Args.Roster))
	}
	return outcome(s.work.sync(ctx, job.Args.Roster, roster))
}

// sync brings a roster into step, says how that went, and tells the operator of
// a listing that was not believed.
func (w *Work) sync(ctx context.Context, name string, r Roster) error {
	d, err := r.Syncer.Sync(ctx)
	brake, braked := errors.AsType[*patron.BrakeError](err)
	switch {
	case braked:
		w.Log.ErrorContext(ctx, "roster not believed", "roster", name, "leaving", brake.Leaving, "of", brake.Of, "err", err)
		return errors.Join(err, w.Notices.RosterBraked(ctx, name, brake.Error()))
	case errors.Is(err, domain.ErrConflict):
		w.Log.InfoContext(ctx, "roster synced by another", "roster", name)
		return nil
	case err != nil:
		w.Log.ErrorContext(ctx, "roster not synced", "roster", name, "err", err)
		return err
	}
	level := slog.LevelInfo
	if d.Empty() && d.Unchanged == 0 { // nobody is on it
		level = slog.LevelDebug
	}
	w.Log.Log(ctx, level, "roster synced", "roster", name, "added", len(d.Add), "changed", len(d.Update), "missing", len(d.Missing))
	return nil
}

// syncsFor is how long an edition's freeze waits for rosters: its time has come.
const syncsFor = 3 * time.Minute

// syncAll brings every roster into step before an edition is frozen, all at a
// time. What fails was told, and keeps no edition back: it goes to the patrons
// that are known.
func (w *Work) syncAll(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, syncsFor)
	defer cancel()
	var syncs sync.WaitGroup
	for _, name := range slices.Sorted(maps.Keys(w.Rosters)) {
		syncs.Go(func() {
			if err := w.sync(ctx, name, w.Rosters[name]); err != nil {
				w.Log.ErrorContext(ctx, "edition goes to the patrons that are known", "roster", name)
			}
		})
	}
	syncs.Wait()
}
