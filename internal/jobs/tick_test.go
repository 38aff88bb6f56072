package jobs_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/riverqueue/river"

	"marquee/internal/delivery"
	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/jobs"
)

// only are the arguments of the listed jobs of a kind.
func only(kind string, listed []string) []string {
	some := []string{}
	for _, job := range listed {
		if args, ok := strings.CutPrefix(job, kind+" "); ok {
			some = append(some, args)
		}
	}
	return some
}

// settle takes all jobs out of the queue, as if they had been done.
func (w *world) settle(tb testing.TB) {
	tb.Helper()
	found, err := w.queue.JobList(tb.Context(), river.NewJobListParams().First(1000))
	check(tb, err)
	for _, job := range found.Jobs {
		_, err := w.queue.JobCancel(tb.Context(), job.ID)
		check(tb, err)
	}
}

// What is the same job, and what is not.
func TestUnique(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, args := range []river.JobArgs{
		jobs.GatherArgs{Slot: "2026-11-20T10:07"},
		jobs.GatherArgs{Slot: "2026-11-20T10:08"},
		jobs.GatherArgs{Slot: "2026-11-20T10:07"},
		jobs.CompileArgs{Digest: "weekly", Slot: "2026-11-20T17:00"},
		jobs.CompileArgs{Digest: "weekly", Slot: "2026-11-27T17:00"},
		jobs.CompileArgs{Digest: "monthly", Slot: "2026-11-20T17:00"},
		jobs.CompileArgs{Digest: "weekly", Slot: "2026-11-20T17:00"},
		jobs.DeliverArgs{Edition: 1},
		jobs.DeliverArgs{Edition: 1}, // the lease excludes
	} {
		w.insert(t, args)
	}
	want := []string{
		`gather {"slot":"2026-11-20T10:07"}`, `gather {"slot":"2026-11-20T10:08"}`,
		`compile {"digest":"weekly","slot":"2026-11-20T17:00"}`, `compile {"digest":"weekly","slot":"2026-11-27T17:00"}`,
		`compile {"digest":"monthly","slot":"2026-11-20T17:00"}`,
		`deliver {"edition":1,"shard":0}`, `deliver {"edition":1,"shard":0}`,
	}
	if diff := cmp.Diff(want, w.listed(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDigestIsCompiledWhenItFreezes(t *testing.T) {
	t.Parallel()
	type step struct {
		at     string
		slot   string // that is enqueued
		mark   domain.Slot
		missed int // in the log
	}
	for name, steps := range map[string][]step{
		"week after week": {
			{"2026-11-20 10:07:30", "", "2026-11-20T10:07", 0},
			{"2026-11-20 15:59:59", "", "2026-11-20T10:07", 0},
			{"2026-11-20 16:00:00", "2026-11-20T17:00", "2026-11-20T17:00", 0},
			{"2026-11-20 16:01:00", "", "2026-11-20T17:00", 0},
			{"2026-11-20 17:00:00", "", "2026-11-20T17:00", 0},
			{"2026-11-27 15:59:00", "", "2026-11-20T17:00", 0},
			{"2026-11-27 16:00:00", "2026-11-27T17:00", "2026-11-27T17:00", 0},
		},
		"begun between freeze and slot": {{"2026-11-20 16:30:00", "2026-11-20T17:00", "2026-11-20T17:00", 0}},
		"begun after the slot":          {{"2026-11-20 17:00:30", "", "2026-11-20T17:00", 0}, {"2026-11-20 23:00:00", "", "2026-11-20T17:00", 0}},
		"late within grace": {
			{"2026-11-20 10:00:00", "", "2026-11-20T10:00", 0},
			{"2026-11-21 04:59:59", "2026-11-20T17:00", "2026-11-20T17:00", 0},
		},
		"missed": {
			{"2026-11-20 10:00:00", "", "2026-11-20T10:00", 0},
			{"2026-11-21 05:00:00", "", "2026-11-20T17:00", 1},
			{"2026-11-21 05:01:00", "", "2026-11-20T17:00", 1},
		},
		"asleep for three weeks": {
			{"2026-11-20 10:00:00", "", "2026-11-20T10:00", 0},
			{"2026-12-11 18:00:00", "2026-12-11T17:00", "2026-12-11T17:00", 3},
			{"2026-12-11 18:01:00", "", "2026-12-11T17:00", 3},
		},
		"clock goes back": {
			{"2026-11-20 16:00:00", "2026-11-20T17:00", "2026-11-20T17:00", 0},
			{"2026-11-13 16:00:00", "", "2026-11-20T17:00", 0},
			{"2026-11-20 16:00:00", "", "2026-11-20T17:00", 0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.digest(t, "weekly", "0 17 * * FRI", nil)
			want := []string{}
			for _, s := range steps {
				w.clock.set(t, s.at)
				w.tick(t)
				if s.slot != "" {
					want = append(want, `compile {"digest":"weekly","slot":"`+s.slot+`"}`)
					check(t, w.store.SetMark(t.Context(), "digest/weekly", domain.Slot(s.slot))) // as the job does
				}
				if diff := cmp.Diff(want, w.listed(t)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", s.at, diff)
				}
				if got := w.mark(t, "digest/weekly"); got != s.mark {
					t.Errorf("%s: mark %s, want %s", s.at, got, s.mark)
				}
				if n := strings.Count(w.log.String(), "slot missed"); n != s.missed {
					t.Errorf("%s: %d slots missed, want %d", s.at, n, s.missed)
				}
				w.settle(t)
			}
		})
	}
}

// An edition is asked for until it is there, even if the process died that had
// begun it; what still waits or works is not asked for twice in five minutes.
func TestEditionIsAskedForAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.digest(t, "weekly", "0 17 * * FRI", nil)
	w.tick(t)
	for _, step := range []struct {
		at   string
		jobs int
	}{
		{"2026-11-20 16:00:30", 1},
		{"2026-11-20 16:01:00", 1},
		{"2026-11-20 16:04:59", 1},
		{"2026-11-20 16:05:00", 2},
		{"2026-11-21 04:59:00", 3},
		{"2026-11-21 05:00:00", 3}, // the grace is over
		{"2026-11-21 06:00:00", 3},
	} {
		w.clock.set(t, step.at)
		w.tick(t)
		if n := len(w.listed(t)); n != step.jobs {
			t.Errorf("%s: %d jobs, want %d", step.at, n, step.jobs)
		}
	}
	if n := strings.Count(w.log.String(), "slot missed"); n != 1 {
		t.Errorf("told %d times that the slot was missed", n)
	}
}

// Two instances tick at the same instant, again and again.
func TestManyTicksDoWhatOneDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.source(t, "picks", "@hourly", nothing)
	w.source(t, "reviews", "*/15 * * * *", nothing)
	w.digest(t, "weekly", "0 17 * * FRI", nil)
	w.clock.set(t, "2026-11-20 16:20:00")
	var ticks sync.WaitGroup
	for range 2 {
		other := w.instance(t)
		other.Sources, other.Digests = w.Sources, w.Digests
		queue := w.client(t, other)
		for range 4 {
			ticks.Go(func() {
				if err := other.Tick(t.Context(), queue); err != nil {
					t.Error(err)
				}
			})
		}
	}
	ticks.Wait()
	listed := w.listed(t)
	if diff := cmp.Diff([]string{`{"digest":"weekly","slot":"2026-11-20T17:00"}`}, only("compile", listed)); diff != "" {
		t.Errorf("compiles (-want +got):\n%s", diff)
	}
	if rounds := only("gather", listed); len(rounds) != 1 {
		t.Errorf("rounds %v, want one", rounds)
	}
}

// troubled is a store of which some marks cannot be read.
type troubled struct{ jobs.Store }

var errTrouble = errors.New("trouble")

func (s troubled) Mark(ctx context.Context, name string) (domain.Slot, error) {
	if strings.HasSuffix(name, "/bad") {
		return "", errTrouble
	}
	return s.Store.Mark(ctx, name)
}

func TestTroubleKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.source(t, "good", "@hourly", nothing)
	w.digest(t, "bad", "0 17 * * FRI", nil)
	w.digest(t, "good", "0 17 * * FRI", nil)
	w.Store = troubled{w.store}
	w.clock.set(t, "2026-11-20 16:00:00")
	due := w.edition(t, 0)
	err := w.Tick(t.Context(), w.queue)
	if !errors.Is(err, errTrouble) || !strings.Contains(err.Error(), "digest bad") {
		t.Errorf("error %v", err)
	}
	want := []string{`gather {"slot":"2026-11-20T16:00"}`, `compile {"digest":"good","slot":"2026-11-20T17:00"}`}
	if diff := cmp.Diff(want, w.listed(t)[:2]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if e, err := w.store.Edition(t.Context(), due); err != nil || e.State != domain.EditionSending {
		t.Errorf("edition %+v, %v", e, err)
	}
}

// edition is a frozen one for all patrons, due so long after now.
func (w *world) edition(tb testing.TB, in time.Duration) domain.EditionID {
	tb.Helper()
	e, err := w.store.CreateEdition(tb.Context(), digest.NewEdition{
		Edition: domain.Edition{
			Digest: "weekly", Slot: "2026-11-20T17:00", State: domain.EditionFrozen, Frozen: w.clock.Now(), Due: w.clock.Now().Add(in),
		},
		Recipients: []domain.Audience{readers},
	})
	check(tb, err)
	return e.ID
}

func TestEditionsStartWhenDue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enroll(t, 3)
	w.clock.set(t, "2026-11-20 16:59:00")
	id := w.edition(t, time.Minute)
	w.tick(t)
	if got := w.listed(t); len(got) != 0 {
		t.Errorf("jobs %v before it is due", got)
	}
	w.clock.set(t, "2026-11-20 17:00:00")
	w.tick(t)
	e, err := w.store.Edition(t.Context(), id)
	if err != nil || e.State != domain.EditionSending || !e.Started.Equal(w.clock.Now()) {
		t.Errorf("edition %+v, %v", e, err)
	}
	if diff := cmp.Diff([]string{`deliver {"edition":1,"shard":0}`}, w.listed(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Whatever became of its jobs, a shard with something to do and nobody at work
// gets a run; one that somebody has or that has to wait gets none.
func TestSweep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enroll(t, 2)
	id := w.edition(t, 0)
	w.tick(t) // starts it
	w.settle(t)
	runs := 1
	expectRuns := func(when string, more int) {
		t.Helper()
		w.tick(t)
		runs += more
		listed := only("deliver", w.listed(t))
		if len(listed) != runs || listed[runs-1] != `{"edition":1,"shard":0}` {
			t.Errorf("%s: runs %v, want %d", when, listed, runs)
		}
		w.settle(t)
	}
	expectRuns("idle", 1)
	lease, err := w.store.Lease(t.Context(), delivery.Shard{Edition: id}, "somebody", 90*time.Second)
	check(t, err)
	expectRuns("at work", 0)
	w.clock.set(t, "2026-11-20 10:10:00")
	expectRuns("died at work", 1)
	lease, err = w.store.Lease(t.Context(), lease.Shard, "somebody else", time.Minute)
	check(t, err)
	claims, err := w.store.Claim(t.Context(), lease, 0, 10)
	check(t, err)
	var outcomes []delivery.Outcome
	for _, c := range claims {
		outcomes = append(outcomes, delivery.Outcome{Patron: c.Patron, State: domain.Deferred, NextAt: w.clock.Now().Add(5 * time.Minute)})
	}
	_, err = w.store.Post(t.Context(), lease, outcomes, nil)
	check(t, err)
	check(t, w.store.Release(t.Context(), lease))
	expectRuns("deferred", 0)
	w.clock.set(t, "2026-11-20 10:15:00")
	expectRuns("due again", 1)
	check(t, w.store.SetEditionState(t.Context(), id, []domain.EditionState{domain.EditionSending}, domain.EditionHeld, ""))
	expectRuns("held", 0)
}
