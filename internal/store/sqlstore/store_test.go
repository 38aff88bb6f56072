package sqlstore

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"marquee/internal/domain"
)

// fake is an engine that writes down what happens to its transactions.
type fake struct {
	events   []string
	commit   func() error
	conflict error
}

func (f *fake) Begin(context.Context) (Tx, error)                 { return &fakeTx{fake: f}, nil }
func (f *fake) Clock(context.Context, Querier) (time.Time, error) { return time.Time{}, nil }
func (f *fake) Lock(context.Context, Tx, string, ...any) error    { return nil }
func (f *fake) Elements() string                                  { return "" }
func (f *fake) Members() string                                   { return "" }
func (f *fake) Instance() int64                                   { return 0 }
func (f *fake) Alive(string) string                               { return "" }
func (f *fake) Check(context.Context, Querier) ([]string, error)  { return nil, nil }
func (f *fake) Analyze(context.Context, Tx, string) error         { return nil }

func (f *fake) Classify(err error) error {
	if f.conflict != nil && errors.Is(err, f.conflict) {
		return errors.Join(domain.ErrConflict, err)
	}
	return err
}

type fakeTx struct {
	Querier
	*fake
}

func (t *fakeTx) Enqueue(context.Context, []river.InsertManyParams) error { return nil }

func (t *fakeTx) Commit(context.Context) error {
	t.events = append(t.events, "commit")
	return t.commit()
}

func (t *fakeTx) Close() error {
	t.events = append(t.events, "close")
	return nil
}

func TestTransactionEnds(t *testing.T) {
	t.Parallel()
	broken, taken := errors.New("broken"), errors.New("taken")
	for name, test := range map[string]struct {
		do, commit, want error
		events           []string
	}{
		"commits":             {nil, nil, nil, []string{"commit", "close"}},
		"fails":               {broken, nil, broken, []string{"close"}},
		"fails in commit":     {nil, broken, broken, []string{"commit", "close"}},
		"conflicts":           {taken, nil, domain.ErrConflict, []string{"close"}},
		"conflicts in commit": {nil, taken, domain.ErrConflict, []string{"commit", "close"}},
	} {
		engine := &fake{commit: func() error { return test.commit }, conflict: taken}
		err := New(engine, nil).inTx(t.Context(), func(Tx) error { return test.do })
		if !errors.Is(err, test.want) || !slices.Equal(engine.events, test.events) {
			t.Errorf("%s: %v after %v, want %v after %v", name, err, engine.events, test.want, test.events)
		}
	}
}

// TestWaitWaits begins to wait in the middle of a commit.
func TestWaitWaits(t *testing.T) {
	t.Parallel()
	engine := &fake{}
	s := New(engine, nil)
	waited := make(chan bool)
	engine.commit = func() error {
		go func() {
			defer s.Wait()()
			engine.events = append(engine.events, "waited")
			close(waited)
		}()
		for range 1000 {
			runtime.Gosched()
		}
		engine.events = append(engine.events, "committed")
		return nil
	}
	if err := s.inTx(t.Context(), func(Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	<-waited
	if want := []string{"commit", "committed", "close", "waited"}; !slices.Equal(engine.events, want) {
		t.Errorf("events %v, want %v", engine.events, want)
	}
}
