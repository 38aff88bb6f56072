package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"marquee/internal/fetch"
	"marquee/internal/gather"
)

// reader counts the reads of sources.
type reader struct {
	mu    sync.Mutex
	reads []string
	errs  map[string]error
}

func (r *reader) of(name string) gatherer {
	return func(context.Context) (gather.Report, error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.reads = append(r.reads, name)
		return gather.Report{}, r.errs[name]
	}
}

// take are the reads since it was last called, sorted.
func (r *reader) take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := slices.Sorted(slices.Values(r.reads))
	r.reads = nil
	return strings.Join(all, " ")
}

// run ticks at a time and lets the round that is due, if one is, end.
func (w *world) run(t *testing.T, events <-chan *river.Event, at string) {
	t.Helper()
	w.clock.set(t, at)
	before := len(only("gather", w.listed(t)))
	w.tick(t)
	if len(only("gather", w.listed(t))) > before {
		expect(t, next(t, events, "gather"), river.EventKindJobCompleted, rivertype.JobStateCompleted)
	}
}

func TestSourceIsReadWhenDue(t *testing.T) {
	t.Parallel()
	r := &reader{errs: map[string]error{}}
	type step struct {
		at  string
		due bool
	}
	for name, tt := range map[string]struct {
		expr  string
		err   error
		hint  string
		steps []step
	}{
		"by its schedule": {"*/15 * * * *", nil, "", []step{
			{"2026-11-20 10:07:30", true}, // it was never read
			{"2026-11-20 10:08:00", false},
			{"2026-11-20 10:14:59", false},
			{"2026-11-20 10:15:00", true},
			{"2026-11-20 10:15:59", false},
			{"2026-11-20 10:31:00", true},  // a minute late
			{"2026-11-23 09:00:00", true},  // a weekend is made up once
			{"2026-11-23 08:00:00", false}, // the clock goes back
			{"2026-11-23 09:14:00", false},
			{"2026-11-23 09:15:00", true},
		}},
		"once a week, missed": {"0 6 * * MON", nil, "", []step{{"2026-11-20 10:00:00", true}, {"2026-11-28 20:00:00", true}, {"2026-11-28 20:01:00", false}}},
		"failing, hourly": {"@hourly", errors.New("broken"), "", []step{
			{"2026-11-20 10:00:00", true},
			{"2026-11-20 10:59:00", false},
			{"2026-11-20 11:00:00", true},
			{"2026-11-20 12:59:00", false},
			{"2026-11-20 13:00:00", true},
			{"2026-11-20 16:59:00", false},
			{"2026-11-20 17:00:00", true},
			{"2026-11-20 22:59:00", false},
			{"2026-11-20 23:00:00", true}, // six hours, not eight slots
			{"2026-11-21 04:59:00", false},
			{"2026-11-21 05:00:00", true},
		}},
		"failing, daily": {"0 6 * * *", errors.New("broken"), "", []step{
			{"2026-11-20 06:00:00", true}, {"2026-11-21 05:59:00", false}, {"2026-11-21 06:00:00", true}, {"2026-11-22 06:00:00", true},
		}},
		"told to wait": {"*/15 * * * *", &fetch.Error{URL: "https://a.example/", Status: 429, RetryAfter: 3 * time.Hour}, "", []step{
			{"2026-11-20 10:00:00", true}, {"2026-11-20 12:59:00", false}, {"2026-11-20 13:00:00", true},
		}},
		"asks for a while": {"*/15 * * * *", nil, "2026-11-20 11:10:00", []step{
			{"2026-11-20 10:00:00", true}, {"2026-11-20 11:09:00", false}, {"2026-11-20 11:10:00", true},
		}},
		"asks for less than its schedule": {"@hourly", nil, "2026-11-20 10:10:00", []step{
			{"2026-11-20 10:00:00", true}, {"2026-11-20 10:59:00", false}, {"2026-11-20 11:00:00", true},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			events := w.start(t)
			r.errs["a"] = tt.err
			w.source(t, "a", tt.expr, r.of("a"))
			if tt.hint != "" {
				w.clock.set(t, tt.hint)
				w.hints = map[string]time.Time{"a": w.clock.Now()}
			}
			for _, s := range tt.steps {
				w.run(t, events, s.at)
				if got := r.take(); (got == "a") != s.due {
					t.Errorf("%s: read %q, want %t", s.at, got, s.due)
				}
			}
		})
	}
}

// What one source of a host is told binds the others, also after a restart.
func TestHostRests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	events := w.start(t)
	r := &reader{errs: map[string]error{"a": &fetch.Error{URL: "https://www.site.example/feed", Status: 503, RetryAfter: 2 * time.Hour}}}
	for _, name := range []string{"a", "b", "c"} {
		w.source(t, name, "*/15 * * * *", r.of(name))
		s := w.Sources[name]
		s.Host = "site.example"
		if name == "c" {
			s.Host = "other.example"
		}
		w.Sources[name] = s
	}
	w.run(t, events, "2026-11-20 10:00:00")
	if got := r.take(); got != "a c" {
		t.Errorf("read %q: b's host has asked to be left alone", got)
	}
	w.run(t, events, "2026-11-20 11:59:00")
	if got := r.take(); got != "c" {
		t.Errorf("read %q", got)
	}
	r.errs = nil
	w.run(t, events, "2026-11-20 12:00:00")
	if got := r.take(); got != "a b c" {
		t.Errorf("read %q", got)
	}
}

// Sources are read more often before an edition freezes, and when somebody says
// that there is something new.
func TestReadInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	events := w.start(t)
	r := &reader{errs: map[string]error{}}
	w.source(t, "a", "0 6 * * *", r.of("a"))
	w.digest(t, "weekly", "0 17 * * FRI", nil) // freezes at 16:00
	for _, s := range []struct {
		at   string
		poke bool
		due  bool
	}{
		{"2026-11-20 10:00:00", false, true},
		{"2026-11-20 10:30:00", true, true},
		{"2026-11-20 10:30:30", true, false}, // it was read half a minute ago
		{"2026-11-20 10:30:59", false, false},
		{"2026-11-20 10:31:00", false, true},
		{"2026-11-20 10:40:00", false, false},
		{"2026-11-20 14:59:00", false, false},
		{"2026-11-20 15:00:00", false, true},
		{"2026-11-20 15:06:00", false, false},
		{"2026-11-20 15:07:00", false, true},
		{"2026-11-20 15:59:00", false, true},
		{"2026-11-20 16:06:00", false, false},
	} {
		if s.poke {
			w.clock.set(t, s.at)
			check(t, w.store.PokeSource(t.Context(), "a", w.clock.Now()))
		}
		w.clock.set(t, s.at)
		polls, err := w.store.Polls(t.Context())
		check(t, err)
		w.run(t, events, s.at)
		if got := r.take(); (got == "a") != s.due {
			t.Errorf("%s: read %q, want %t; %+v", s.at, got, s.due, polls)
		}
	}
}

// A process that died in the middle of a round keeps no source waiting, and one
// that lives is not disturbed.
func TestRoundThatDied(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := &reader{}
	w.source(t, "a", "@hourly", r.of("a"))
	w.source(t, "b", "@hourly", r.of("b"))
	_, err := w.store.TakeSources(t.Context(), []string{"a"}, time.Minute)
	check(t, err)
	events := w.start(t)
	w.run(t, events, "2026-11-20 10:07:30")
	if got := r.take(); got != "b" {
		t.Errorf("read %q while somebody reads a", got)
	}
	w.run(t, events, "2026-11-20 10:08:30")
	if got := r.take(); got != "a" {
		t.Errorf("read %q after their time is over", got)
	}
}

func TestAlert(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	events := w.start(t)
	r := &reader{errs: map[string]error{"a": errors.New("broken")}}
	w.source(t, "a", "@hourly", r.of("a"))
	told := 0
	for _, s := range []struct {
		at   string
		more int
	}{
		{"2026-11-20 10:00:00", 0},
		{"2026-11-21 09:59:00", 0},
		{"2026-11-21 10:00:00", 1},
		{"2026-11-21 10:01:00", 0},
		{"2026-11-22 09:59:00", 0},
		{"2026-11-22 10:00:00", 1},
		{"2026-11-22 10:01:00", 0},
	} {
		w.run(t, events, s.at)
		told += s.more
		if n := strings.Count(w.log.String(), `level=ERROR msg="source failing" source=a`); n != told {
			t.Errorf("%s: told %d times, want %d", s.at, n, told)
		}
	}
	r.errs = nil
	w.run(t, events, "2026-11-22 16:05:00")
	w.run(t, events, "2026-11-25 16:05:00")
	if n := strings.Count(w.log.String(), "source failing"); n != told {
		t.Errorf("told %d times after it works again", n)
	}
}

// heldNotices counts notices of pieces that are held.
type heldNotices struct {
	frozen
	told []string
}

func (h *heldNotices) ItemsHeld(_ context.Context, source string, items int) error {
	h.told = append(h.told, fmt.Sprint(source, items))
	return errors.New("the store is away")
}

// One source's trouble, whatever it is, keeps nobody waiting.
func TestRoundGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, notices := &reader{}, &heldNotices{frozen: quiet}
	w.Notices = notices
	w.source(t, "a", "@hourly", func(context.Context) (gather.Report, error) { return gather.Report{}, errors.New("out of film") })
	w.source(t, "b", "@hourly", r.of("b"))
	w.source(t, "c", "@hourly", func(context.Context) (gather.Report, error) { return gather.Report{Held: 7}, nil })
	events := w.start(t)
	w.run(t, events, "2026-11-20 10:07:30")
	if got := r.take(); got != "b" || !strings.Contains(w.log.String(), "out of film") {
		t.Errorf("read %q; %s", got, w.log)
	}
	if !slices.Equal(notices.told, []string{"c7"}) || !strings.Contains(w.log.String(), `level=ERROR msg="items held" source=c items=7`) {
		t.Errorf("told %v; %s", notices.told, w.log)
	}
	polls, err := w.store.Polls(t.Context())
	check(t, err)
	for name, p := range polls {
		if p.Busy {
			t.Errorf("%s is still taken", name)
		}
	}
}

// Jitter is within a tenth of the interval and five minutes.
func TestJitter(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ expr, before, at string }{
		{"*/10 * * * *", "2026-11-20 10:10:58", "2026-11-20 10:10:59"},
		{"@hourly", "2026-11-20 11:04:56", "2026-11-20 11:04:57"},
		{"* * * * *", "2026-11-20 10:08:04", "2026-11-20 10:08:05"},
	} {
		w := newWorld(t)
		w.Jitter = func(string) float64 { return 0.99 }
		r := &reader{}
		w.source(t, "a", tt.expr, r.of("a"))
		s := w.Sources["a"]
		s.Host = "a.example"
		w.Sources["a"] = s
		events := w.start(t)
		w.run(t, events, "2026-11-20 10:07:30")
		r.take()
		w.run(t, events, tt.before)
		early := r.take()
		w.run(t, events, tt.at)
		if late := r.take(); early != "" || late != "a" {
			t.Errorf("%s: read %q before and %q at its time", tt.expr, early, late)
		}
	}
}
