package jobs_test

import (
	"context"
	"strings"
	"testing"
	"time"

	judge "marquee/internal/clock"
	"marquee/internal/domain"
	"marquee/internal/gather"
)

// doubted counts what the operator is told of the clock.
type doubted struct {
	frozen
	why []string
}

func (d *doubted) ClockDoubted(_ context.Context, why string) error {
	d.why = append(d.why, why)
	return nil
}

// others is a clock that others judge; the pace goes with the clock until it is set.
type others struct {
	*judge.Judge
	set time.Duration // by how much the clock was set
}

// doubtful is a world in which others tell the time, and an edition is due.
func doubtful(t *testing.T) (*world, *others, *doubted) {
	t.Helper()
	w, o, told := newWorld(t), &others{}, &doubted{}
	began := w.clock.Now()
	o.Judge = judge.New(w.clock.Now, func() time.Duration { return w.clock.Now().Sub(began) - o.set })
	w.Clock, w.Notices = o, told
	w.digest(t, "weekly", "0 17 * * FRI", nil)
	w.tick(t)
	w.edition(t, 7*time.Hour)
	return w, o, told
}

// compiles is whether the week's edition has been asked for.
func (w *world) compiles(t *testing.T) bool {
	t.Helper()
	return len(only("compile", w.listed(t))) > 0
}

// TestClockAhead is invariant I20: nothing is frozen or starts early because the
// clock is ahead of everybody's; nothing is taken for missed; and all goes on by
// itself when it is set right.
func TestClockAhead(t *testing.T) {
	t.Parallel()
	w, o, told := doubtful(t)
	o.Hear("a.example", w.clock.Now())
	w.tick(t) // they agree
	truth := w.clock.Now()
	w.clock.set(t, "2026-12-20 10:08:30")
	o.set = w.clock.Now().Sub(truth)
	for _, host := range []string{"a.example", "b.example"} {
		o.Hear(host, truth)
	}
	w.source(t, "reviews", "@hourly", nothing)
	w.tick(t)
	if w.compiles(t) || w.mark(t, "digest/weekly") != "2026-11-20T10:07" || strings.Contains(w.log.String(), "slot missed") {
		t.Errorf("it goes on by a clock that is wrong: mark %s, jobs %v", w.mark(t, "digest/weekly"), w.listed(t))
	}
	if len(only("gather", w.listed(t))) != 1 {
		t.Errorf("sources are not read: %v", w.listed(t))
	}
	if e, err := w.store.Edition(t.Context(), 1); err != nil || e.State != domain.EditionFrozen {
		t.Errorf("edition %+v, %v", e, err)
	}
	const why = "it shows 2026-12-20 16:08 UTC, and is 720h1m ahead of what is said by a.example, b.example"
	if len(told.why) != 1 || told.why[0] != why {
		t.Errorf("told %q", told.why)
	}
	w.clock.set(t, "2026-11-20 16:00:30")
	o.set = 0
	o.Hear("a.example", w.clock.Now().Add(-time.Second))
	w.tick(t)
	if !w.compiles(t) {
		t.Error("it does not go on")
	}
}

func TestClockBelieved(t *testing.T) {
	t.Parallel()
	type said struct {
		host string
		off  time.Duration // that our clock is ahead
	}
	for name, tt := range map[string]struct {
		good string // when others agreed before; empty is never
		said []said
		want bool
	}{
		"nobody ever said anything":   {"", nil, true},
		"somebody agrees":             {"", []said{{"a", time.Minute}}, true},
		"one of two agrees":           {"", []said{{"a", time.Hour}, {"b", -time.Minute}}, true},
		"one stranger disagrees":      {"", []said{{"a", time.Hour}}, true},
		"two strangers disagree":      {"", []said{{"a", time.Hour}, {"b", 2 * time.Hour}}, false},
		"who agreed disagrees":        {"2026-11-20T20:00", []said{{"a", 11 * time.Minute}}, false},
		"who agreed says we are late": {"2026-11-20T20:00", []said{{"a", -11 * time.Minute}}, false},
		"silence for a while":         {"2026-11-20T10:00", nil, true},
		"silence for long":            {"2026-11-19T10:00", nil, false}, // some minutes are waited
		"behind what it showed":       {"2026-11-20T22:30", nil, false},
		"behind, but they agree":      {"2026-11-20T22:30", []said{{"a", 0}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, o, _ := doubtful(t)
			w.clock.set(t, "2026-11-20 16:00:30") // 22:00 UTC
			if tt.good != "" {
				check(t, w.store.SetMark(t.Context(), "clock", domain.Slot(tt.good)))
			}
			for _, s := range tt.said {
				o.Hear(s.host, w.clock.Now().Add(-s.off))
			}
			w.tick(t)
			if got := w.compiles(t); got != tt.want {
				t.Errorf("it is believed: %t", got)
			}
		})
	}
}

// Whoever was away for long hears others first, but not for long.
func TestClockIsAskedFor(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		word string // when somebody agrees; empty is never
		at   string // when it goes on
	}{
		"somebody says so": {"16:02:00", "16:02:00"},
		"nobody does":      {"", "16:10:30"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, o, told := doubtful(t)
			check(t, w.store.SetMark(t.Context(), "clock", "2026-11-18T10:00"))
			for _, at := range []string{"16:00:30", "16:01:30", "16:02:00", "16:10:29", "16:10:30"} {
				w.clock.set(t, "2026-11-20 "+at)
				if at == tt.word {
					o.Hear("a.example", w.clock.Now())
				}
				w.tick(t)
				if got := w.compiles(t); got != (at >= tt.at) {
					t.Errorf("%s: it goes on: %t", at, got)
				}
			}
			if len(told.why) > 0 {
				t.Errorf("told %q", told.why)
			}
		})
	}
}

// What a clock noted that was ahead keeps no source from being read.
func TestAskedByAWrongClock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.source(t, "reviews", "@hourly", nothing)
	for _, step := range []struct {
		asked time.Duration // ahead of now
		reads int
	}{{24 * time.Hour, 0}, {30 * 24 * time.Hour, 1}} {
		at := w.clock.Now().Add(step.asked)
		check(t, w.store.SaveGathered(t.Context(), gather.Gathered{Source: "reviews", At: at, NotBefore: at.Add(time.Hour)}))
		w.tick(t)
		if n := len(only("gather", w.listed(t))); n != step.reads {
			t.Errorf("asked %s from now: %d reads, want %d", step.asked, n, step.reads)
		}
	}
}
