package jobs_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"marquee/internal/domain"
	"marquee/internal/films"
	"marquee/internal/jobs"
)

// library is a function.
type library func(ctx context.Context, maxAge time.Duration) (films.Report, error)

func (l library) Refresh(ctx context.Context, maxAge time.Duration) (films.Report, error) {
	return l(ctx, maxAge)
}

// Films are asked for once an hour, and not at all where no database is asked.
func TestFilmsAreRefreshedHourly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tick(t)
	if n := len(only("films", w.listed(t))); n != 0 {
		t.Errorf("%d jobs without a database", n)
	}
	w.Films = library(func(context.Context, time.Duration) (films.Report, error) { return films.Report{}, nil })
	want := 0
	for _, step := range []struct {
		at  string
		due bool
	}{
		{"2026-11-20 10:07:30", true},
		{"2026-11-20 10:08:00", false},
		{"2026-11-20 11:06:59", false},
		{"2026-11-20 11:07:00", true},
		{"2026-11-20 15:00:00", true},
	} {
		w.clock.set(t, step.at)
		w.tick(t)
		if step.due {
			want++
		}
		if n := len(only("films", w.listed(t))); n != want {
			t.Errorf("%s: %d jobs, want %d", step.at, n, want)
		}
		w.settle(t)
	}
}

// A database that is down fails its job, which is not tried again, and keeps no
// edition back; before a freeze it is asked for what is an hour old.
func TestFilmsBeforeTheFreeze(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ages := make(chan time.Duration, 2)
	w.Films = library(func(_ context.Context, maxAge time.Duration) (films.Report, error) {
		ages <- maxAge
		return films.Report{Left: 3}, errors.New("answered 503")
	})
	compiled := make(chan []time.Duration, 1)
	w.digest(t, "weekly", "0 17 * * 5", func(context.Context, domain.Slot) (domain.Edition, error) {
		compiled <- []time.Duration{<-ages}
		return domain.Edition{State: domain.EditionSkipped}, nil
	})
	events := w.start(t)
	_, err := w.queue.Insert(t.Context(), jobs.CompileArgs{Digest: "weekly", Slot: "2026-11-20T17:00"}, nil)
	check(t, err)
	expect(t, next(t, events, "compile"), river.EventKindJobCompleted, rivertype.JobStateCompleted)
	if got := <-compiled; got[0] != time.Hour {
		t.Errorf("before the freeze: %v", got)
	}
	_, err = w.queue.Insert(t.Context(), jobs.FilmsArgs{}, nil)
	check(t, err)
	expect(t, next(t, events, "films"), river.EventKindJobFailed, rivertype.JobStateDiscarded)
	if got := <-ages; got >= 24*time.Hour || got < time.Hour {
		t.Errorf("by the clock: %v", got)
	}
	if n := strings.Count(w.log.String(), "films not refreshed"); n != 2 {
		t.Errorf("told %d times", n)
	}
}
