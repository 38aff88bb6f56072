package sourcetest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/fetch"
	"marquee/internal/source"
)

// hugePieces is what a huge source holds, and hugeTime how long a Read of it
// may take on a slow machine: the case asks for survival, not for speed.
const (
	hugePieces = 100_000
	hugeTime   = time.Minute
)

// New makes the reader under test, with options of the test's choosing.
type New func(t *testing.T, env source.Env) source.Reader

// Run puts a source kind through every case. It fails t for each promise of
// source.Reader that the kind breaks.
func Run(t *testing.T, newReader New, suite Suite) {
	t.Helper()
	suite.Requests = max(suite.Requests, 1)
	for name, check := range map[string]func(*testing.T, New, *subject){
		"first": first, "same again": sameAgain, "unchanged": unchanged, "changed": changed, "gone": gone,
		"one bad": oneBad, "malformed": malformed, "strange state": strangeState, "cancelled": cancelled,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, newReader, newSubject(t, suite))
		})
	}
	if suite.Huge != nil {
		t.Run("huge", func(t *testing.T) { t.Parallel(); huge(t, newReader, newSubject(t, suite)) })
	}
	if !suite.Files {
		t.Run("refused", func(t *testing.T) { t.Parallel(); refused(t, newReader, newSubject(t, suite)) })
		t.Run("slow", func(t *testing.T) { t.Parallel(); slow(t, newReader, newSubject(t, suite)) })
	}
}

func clock() time.Time { return time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC) }

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func read(t *testing.T, r source.Reader, last source.State) source.Result {
	t.Helper()
	res, err := r.Read(t.Context(), last)
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	return res
}

func first(t *testing.T, newReader New, s *subject) {
	res := read(t, newReader(t, s.env), nil)
	if res.Unchanged || len(res.State) == 0 || len(res.Problems) > 0 {
		t.Errorf("first read: unchanged %v, %d bytes of state, problems %v", res.Unchanged, len(res.State), res.Problems)
	}
	if res.Complete != s.suite.Complete {
		t.Errorf("complete: %v", res.Complete)
	}
	if len(res.Items) < 3 {
		t.Errorf("%d items; the first stage needs three", len(res.Items))
	}
	CheckItems(t, res.Items)
}

func sameAgain(t *testing.T, newReader New, s *subject) {
	one, two := read(t, newReader(t, s.env), nil), read(t, newReader(t, s.env), nil)
	if diff := cmp.Diff(one.Items, two.Items); diff != "" {
		t.Errorf("two readers of the same source differ:\n%s", diff)
	}
}

func unchanged(t *testing.T, newReader New, s *subject) {
	state := read(t, newReader(t, s.env), nil).State
	for range 3 { // a restart each time, and the state of an unchanged read counts too
		s.turn(t, First)
		res := read(t, newReader(t, s.env), state)
		if !res.Unchanged || len(res.Items) > 0 || len(res.Problems) > 0 || len(res.State) == 0 {
			t.Fatalf("unchanged %v, %d items, problems %v, %d bytes of state",
				res.Unchanged, len(res.Items), res.Problems, len(res.State))
		}
		checkConditional(t, s)
		state = res.State
	}
}

func checkConditional(t *testing.T, s *subject) {
	t.Helper()
	if s.site == nil {
		return
	}
	asked := s.site.Requests()
	if len(asked) != s.suite.Requests {
		t.Errorf("an unchanged source cost %d requests, want %d: %v", len(asked), s.suite.Requests, asked)
	}
	for _, r := range asked {
		if !s.suite.NoValidators && !r.Conditional() {
			t.Errorf("asked %s without validators", r.Target)
		}
	}
}

func changed(t *testing.T, newReader New, s *subject) {
	before := read(t, newReader(t, s.env), nil)
	s.turn(t, Changed)
	after := read(t, newReader(t, s.env), before.State)
	if after.Unchanged {
		t.Fatal("the change was not seen")
	}
	CheckItems(t, after.Items)
	was, edited := byGUID(before.Items), 0
	for _, raw := range after.Items {
		if old, ok := was[raw.GUID]; ok && !cmp.Equal(old, raw) {
			edited++
		}
	}
	if edited == 0 {
		t.Error("no item kept its guid and has other text")
	}
	if !s.suite.Incremental && len(after.Items) < len(before.Items) {
		t.Errorf("%d items after the change, %d before", len(after.Items), len(before.Items))
	}
}

func gone(t *testing.T, newReader New, s *subject) {
	before := read(t, newReader(t, s.env), nil)
	s.turn(t, Gone)
	after := read(t, newReader(t, s.env), before.State)
	if s.suite.Complete && !after.Complete {
		t.Error("a complete source lost a piece and does not say that it is complete")
	}
	left, missing := byGUID(after.Items), 0
	for guid := range byGUID(before.Items) {
		if _, ok := left[guid]; !ok {
			missing++
		}
	}
	if !s.suite.Incremental && missing != 1 {
		t.Errorf("%d items are missing, one was taken back", missing)
	}
}

func oneBad(t *testing.T, newReader New, s *subject) {
	before := read(t, newReader(t, s.env), nil)
	s.turn(t, OneBad)
	after := read(t, newReader(t, s.env), nil)
	if len(after.Problems) == 0 {
		t.Error("the bad piece was not reported")
	}
	for _, p := range after.Problems {
		if p.Where == "" || p.Err == nil {
			t.Errorf("problem %+v does not say where or what", p)
		}
	}
	if len(after.Items) != len(before.Items)-1 {
		t.Errorf("%d items beside the bad one, want %d", len(after.Items), len(before.Items)-1)
	}
	CheckItems(t, after.Items)
}

func malformed(t *testing.T, newReader New, s *subject) {
	good := read(t, newReader(t, s.env), nil)
	s.turn(t, Malformed)
	for _, last := range []source.State{nil, good.State} {
		res, err := newReader(t, s.env).Read(t.Context(), last)
		if err == nil {
			t.Error("a malformed source was read without an error")
		}
		if diff := cmp.Diff(source.Result{}, res); diff != "" {
			t.Errorf("something came with the error:\n%s", diff)
		}
	}
	s.turn(t, First)
	if !read(t, newReader(t, s.env), good.State).Unchanged {
		t.Error("after the bad hour the old state is worth nothing")
	}
}

func strangeState(t *testing.T, newReader New, s *subject) {
	want := read(t, newReader(t, s.env), nil).Items
	for _, last := range []string{"", "{", "null", `{"version": "from the future"}`, "\xff\x00"} {
		if diff := cmp.Diff(want, read(t, newReader(t, s.env), source.State(last)).Items); diff != "" {
			t.Errorf("with state %q:\n%s", last, diff)
		}
	}
}

func cancelled(t *testing.T, newReader New, s *subject) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newReader(t, s.env).Read(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Read under a cancelled context: %v", err)
	}
}

func slow(t *testing.T, newReader New, s *subject) {
	ctx, cancel := context.WithCancel(t.Context())
	s.env.Client = Client(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel() // the caller loses patience while the server thinks
		<-r.Context().Done()
	}))
	if _, err := newReader(t, s.env).Read(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Read of a server that does not answer: %v", err)
	}
}

func refused(t *testing.T, newReader New, s *subject) {
	good := read(t, newReader(t, s.env), nil)
	s.env.Client = Client(http.HandlerFunc(failing))
	for _, last := range []source.State{nil, good.State} {
		res, err := newReader(t, s.env).Read(t.Context(), last)
		var fe *fetch.Error
		if !errors.As(err, &fe) || fe.Status != http.StatusServiceUnavailable || fe.RetryAfter != 10*time.Minute {
			t.Errorf("the refusal and its Retry-After are not in %v", err)
		}
		if diff := cmp.Diff(source.Result{}, res); diff != "" {
			t.Errorf("something came with the error:\n%s", diff)
		}
	}
}

func huge(t *testing.T, newReader New, s *subject) {
	name, content := s.suite.Huge(hugePieces)
	s.put(t, name, content)
	ctx, cancel := context.WithTimeout(t.Context(), hugeTime)
	defer cancel()
	res, err := newReader(t, s.env).Read(ctx, nil)
	if err != nil && len(res.Items) > 0 {
		t.Error("items came with an error")
	}
	if errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
		t.Errorf("a huge source took longer than %v", hugeTime)
	}
	if err == nil && len(res.Items) < hugePieces && len(res.Problems) == 0 {
		t.Errorf("%d of %d pieces were left out silently", hugePieces-len(res.Items), hugePieces)
	}
	CheckItems(t, res.Items)
}

func byGUID(items []source.Raw) map[string]source.Raw {
	m := make(map[string]source.Raw, len(items))
	for _, raw := range items {
		m[raw.GUID] = raw
	}
	return m
}
