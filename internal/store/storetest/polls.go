package storetest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/gather"
	"marquee/internal/jobs"
	"marquee/internal/store"
)

func pollTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"how sources are asked":     pollsTold,
		"hosts rest":                hostsRest,
		"one reader a source":       oneReader,
		"a source is taken once":    takenOnce,
		"an alarm a day":            alarmADay,
		"a poke only moves forward": pokes,
	}
}

func pollsTold(t *testing.T, s store.Store) {
	ctx := t.Context()
	at := instant()
	check(t, s.SaveGathered(ctx, gather.Gathered{Source: "a", At: at, NotBefore: at.Add(time.Hour)}))
	check(t, s.SaveFailure(ctx, gather.Failure{Source: "b", At: at, Err: "503", NotBefore: at.Add(time.Minute), Host: "b.example"}))
	check(t, s.SaveFailure(ctx, gather.Failure{Source: "b", At: at.Add(time.Hour), Err: "timeout"}))
	check(t, s.PokeSource(ctx, "c", at))
	want := map[string]jobs.Poll{
		"a": {Source: "a", Asked: at, Hint: at.Add(time.Hour)},
		"b": {Source: "b", Asked: at.Add(time.Hour), Since: at, Failures: 2, Error: "timeout"},
		"c": {Source: "c", Poked: at},
	}
	if diff := cmp.Diff(want, must(s.Polls(ctx))(t)); diff != "" {
		t.Errorf("polls (-want +got):\n%s", diff)
	}
	check(t, s.SaveGathered(ctx, gather.Gathered{Source: "b", At: at.Add(2 * time.Hour)}))
	if got := must(s.Polls(ctx))(t)["b"]; got != (jobs.Poll{Source: "b", Asked: at.Add(2 * time.Hour)}) {
		t.Errorf("after a success: %+v", got)
	}
}

func hostsRest(t *testing.T, s store.Store) {
	ctx := t.Context()
	at := instant()
	for _, rest := range []time.Duration{time.Hour, time.Minute} { // the longest counts
		check(t, s.SaveFailure(ctx, gather.Failure{Source: "a", At: at, Err: "429", NotBefore: at.Add(rest), Host: "example.com"}))
	}
	if got := must(s.Hosts(ctx, at))(t); len(got) != 1 || !got["example.com"].Equal(at.Add(time.Hour)) {
		t.Errorf("hosts %v", got)
	}
	if got := must(s.Hosts(ctx, at.Add(time.Hour)))(t); len(got) != 0 {
		t.Errorf("hosts %v", got)
	}
}

func oneReader(t *testing.T, s store.Store) {
	ctx := t.Context()
	take := func(ttl time.Duration, want ...string) {
		t.Helper()
		got := must(s.TakeSources(ctx, []string{"a", "b"}, ttl))(t)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("took %v, want %v", got, want)
		}
	}
	take(time.Hour, "a", "b")
	take(time.Hour)
	if p := must(s.Polls(ctx))(t); !p["a"].Busy || !p["b"].Busy || !p["a"].Asked.IsZero() {
		t.Errorf("polls %+v", p)
	}
	if state := must(s.SourceState(ctx, "a"))(t); state != nil {
		t.Errorf("state %q of a source that was never read", state)
	}
	check(t, s.SaveGathered(ctx, gather.Gathered{Source: "a", At: instant()}))
	take(time.Hour, "a")
	check(t, s.SaveFailure(ctx, gather.Failure{Source: "b", At: instant()}))
	take(-time.Hour, "b") // its time is over at once
	take(time.Hour, "b")
	check(t, s.LeaveSources(ctx, []string{"a"}))
	take(time.Hour, "a")
	check(t, s.LeaveSources(ctx, []string{"a", "b", "c"}))
	take(time.Hour, "a", "b")
}

func takenOnce(t *testing.T, s store.Store) {
	var wg sync.WaitGroup
	taken, errs := make([][]string, 4), make([]error, 4)
	for i := range taken {
		wg.Go(func() { taken[i], errs[i] = s.TakeSources(t.Context(), []string{"a", "b", "c"}, time.Hour) })
	}
	wg.Wait()
	var all []string
	for i := range taken {
		check(t, errs[i])
		all = append(all, taken[i]...)
	}
	slices.Sort(all)
	if !slices.Equal(all, []string{"a", "b", "c"}) {
		t.Errorf("taken %v", all)
	}
}

func alarmADay(t *testing.T, s store.Store) {
	ctx := t.Context()
	at := instant()
	check(t, s.SaveFailure(ctx, gather.Failure{Source: "a", At: at}))
	for _, step := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {0, false}, {24*time.Hour - time.Microsecond, false}, {24 * time.Hour, true}, {25 * time.Hour, false}} {
		now := at.Add(step.after)
		if got := must(s.AlertSource(ctx, "a", now, now.Add(-24*time.Hour)))(t); got != step.want {
			t.Errorf("after %v: %t", step.after, got)
		}
	}
	check(t, s.SaveGathered(ctx, gather.Gathered{Source: "a", At: at.Add(26 * time.Hour)}))
	if p := must(s.Polls(ctx))(t)["a"]; !p.Alerted.IsZero() || !p.Since.IsZero() {
		t.Errorf("after a success: %+v", p)
	}
}

func pokes(t *testing.T, s store.Store) {
	for _, at := range []time.Time{instant(), past()} {
		check(t, s.PokeSource(t.Context(), "a", at))
	}
	if p := must(s.Polls(t.Context()))(t)["a"]; !p.Poked.Equal(instant()) {
		t.Errorf("%+v", p)
	}
}
