package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"marquee/internal/domain"
	"marquee/internal/jobs"
	"marquee/internal/notice"
	"marquee/internal/patron"
)

// syncer is a function.
type syncer func(ctx context.Context) (patron.Difference, error)

func (s syncer) Sync(ctx context.Context) (patron.Difference, error) { return s(ctx) }

func inStep(context.Context) (patron.Difference, error) { return patron.Difference{}, nil }

// roster adds one to the work.
func (w *world) roster(tb testing.TB, name, expr string, s syncer) {
	tb.Helper()
	if w.Rosters == nil {
		w.Rosters = map[string]jobs.Roster{}
	}
	w.Rosters[name] = jobs.Roster{Syncer: s, Schedule: parse(tb, expr)}
}

// A roster is synced by its schedule, and once a day when that is rarer.
func TestRosterIsSyncedWhenDue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.roster(t, "members", "0 6 1 * *", inStep)
	syncs := 0
	for _, step := range []struct {
		at  string
		due bool
	}{
		{"2026-11-20 10:07:30", true}, // it was never synced
		{"2026-11-20 10:08:00", false},
		{"2026-11-21 10:06:59", false},
		{"2026-11-21 10:07:00", true}, // a day ago
		{"2026-11-30 10:00:00", true},
		{"2026-12-01 05:59:59", false},
		{"2026-12-01 06:00:00", true}, // by the schedule
		{"2026-12-01 06:01:00", false},
		{"2026-11-30 06:01:00", false}, // the clock goes back
	} {
		w.clock.set(t, step.at)
		w.tick(t)
		if step.due {
			syncs++
		}
		if n := len(only("sync", w.listed(t))); n != syncs {
			t.Errorf("%s: %d syncs, want %d", step.at, n, syncs)
		}
		w.settle(t)
	}
}

// Nobody waits for a sync whose process has died: its job looks as if it worked.
func TestDeadSync(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.roster(t, "members", "*/5 * * * *", inStep)
	for n, at := range []string{"2026-11-20 10:07:30", "2026-11-20 10:10:00", "2026-11-20 10:15:00"} {
		w.clock.set(t, at)
		w.tick(t)
		if got := only("sync", w.listed(t)); len(got) != n+1 {
			t.Errorf("%s: syncs %q, want %d", at, got, n+1)
		}
	}
}

// Hints of one minute are one sync, after it; one of the next is another, since
// a sync that has begun may be too early for it.
func TestHintsAreOneSync(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := time.Date(2026, 11, 20, 16, 7, 30, 0, time.UTC)
	for _, wait := range []time.Duration{0, 0, 29 * time.Second, 30 * time.Second, 31 * time.Second} {
		for _, key := range []string{"a", "b"} {
			check(t, w.store.NoteHook(t.Context(), key+wait.String(), at.Add(wait), []string{"members"}))
		}
	}
	if got := only("sync", w.listed(t)); len(got) != 2 {
		t.Errorf("syncs %q", got)
	}
	const month = 30 * 24 * time.Hour
	for _, repeat := range []struct {
		after time.Duration
		syncs int
	}{{10 * time.Minute, 2}, {month - time.Minute, 2}, {month + time.Minute, 3}} { // of an event that was told before
		check(t, w.store.NoteHook(t.Context(), "a0s", at.Add(repeat.after), []string{"members"}))
		if got := only("sync", w.listed(t)); len(got) != repeat.syncs {
			t.Errorf("told again after %s: syncs %q", repeat.after, got)
		}
	}
	found, err := w.queue.JobList(t.Context(), river.NewJobListParams())
	check(t, err)
	if due := found.Jobs[0].ScheduledAt; !due.Equal(at.Add(30 * time.Second)) {
		t.Errorf("due at %s", due)
	}
}

func TestSyncJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var err error
	w.roster(t, "members", "0 * * * *", func(context.Context) (patron.Difference, error) { return patron.Difference{Unchanged: 1}, err })
	told := 0
	w.Notices = braked(func(roster, reason string) error {
		if told++; roster != "members" || !strings.Contains(reason, "--trust") {
			t.Errorf("told of %s: %s", roster, reason)
		}
		return nil
	})
	events := w.start(t)
	for name, tt := range map[string]struct {
		err    error
		state  rivertype.JobState
		logged string
		told   int
	}{
		"well":    {nil, rivertype.JobStateCompleted, "level=INFO msg=\"roster synced\"", 0},
		"fails":   {errors.New("no answer"), rivertype.JobStateDiscarded, "level=ERROR msg=\"roster not synced\"", 0},
		"overrun": {fmt.Errorf("%w: another listing", domain.ErrConflict), rivertype.JobStateCompleted, "level=INFO msg=\"roster synced by another\"", 0},
		"refused": {fmt.Errorf("token: %w", domain.ErrPermanent), rivertype.JobStateCancelled, "level=ERROR msg=\"roster not synced\"", 0},
		"braked":  {fmt.Errorf("import: %w", &patron.BrakeError{Leaving: 40, Of: 100, Share: 20}), rivertype.JobStateDiscarded, "level=ERROR msg=\"roster not believed\"", 1},
	} {
		err, told = tt.err, 0
		before := strings.Count(w.log.String(), tt.logged)
		w.insert(t, jobs.SyncArgs{Roster: "members"})
		if e := next(t, events, "sync"); e.Job.State != tt.state || told != tt.told || strings.Count(w.log.String(), tt.logged) != before+1 {
			t.Errorf("%s: %s, told %d times, log:\n%s", name, e.Job.State, told, w.log)
		}
	}
	w.insert(t, jobs.SyncArgs{Roster: "gone"})
	expect(t, next(t, events, "sync"), river.EventKindJobCancelled, rivertype.JobStateCancelled)
}

// braked is a function that is told of rosters.
type braked func(roster, reason string) error

func (braked) EditionFrozen(context.Context, domain.Edition) error { return nil }

func (braked) EditionSkipped(context.Context, domain.Edition) error { return nil }

func (braked) EditionWithdrawn(context.Context, domain.Edition) error { return nil }

func (braked) SlotsMissed(context.Context, notice.Missed) error { return nil }

func (braked) ClockDoubted(context.Context, string) error { return nil }

func (braked) ItemsHeld(context.Context, string, int) error { return nil }

func (b braked) RosterBraked(_ context.Context, roster, reason string) error {
	return b(roster, reason)
}

// Every roster is synced before an edition is frozen, and none of them can keep
// it back.
func TestSyncsBeforeTheFreeze(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var synced atomic.Int64
	for name, err := range map[string]error{
		"good": nil, "broken": errors.New("no answer"), "doubtful": &patron.BrakeError{Leaving: 2, Of: 2},
	} {
		w.roster(t, name, "0 * * * *", func(ctx context.Context) (patron.Difference, error) {
			if _, bounded := ctx.Deadline(); !bounded {
				t.Errorf("%s has any time", name)
			}
			synced.Add(1)
			return patron.Difference{}, err
		})
	}
	w.digest(t, "weekly", "0 17 * * FRI", func(context.Context, domain.Slot) (domain.Edition, error) {
		if n := synced.Load(); n != 3 {
			t.Errorf("frozen after %d syncs", n)
		}
		return domain.Edition{}, nil
	})
	events := w.start(t)
	w.insert(t, jobs.CompileArgs{Digest: "weekly", Slot: "2026-11-20T17:00"})
	expect(t, next(t, events, "compile"), river.EventKindJobCompleted, rivertype.JobStateCompleted)
	if n := strings.Count(w.log.String(), "edition goes to the patrons that are known"); n != 2 {
		t.Errorf("%d lines:\n%s", n, w.log)
	}
}
