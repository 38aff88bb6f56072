package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
)

var errBroken = errors.New("the ledger is broken")

// faulty is a ledger of which the nth call goes wrong.
type faulty struct {
	delivery.Ledger
	nth   int
	after bool   // the call has its effect all the same
	dead  bool   // so do all later calls, as when the process dies
	then  func() // instead of a fault; may be nil

	mu    sync.Mutex
	calls int
}

// step does a call, or not.
func (f *faulty) step(do func() error) error {
	f.mu.Lock()
	f.calls++
	now, past := f.calls == f.nth, f.nth > 0 && f.calls > f.nth
	f.mu.Unlock()
	switch {
	case now && f.then != nil:
		f.then()
	case now && f.after:
		return errors.Join(do(), errBroken)
	case now, past && f.dead:
		return errBroken
	}
	return do()
}

func (f *faulty) Edition(ctx context.Context, id domain.EditionID) (e domain.Edition, err error) {
	err = f.step(func() error { e, err = f.Ledger.Edition(ctx, id); return err })
	return e, err
}

func (f *faulty) Successor(ctx context.Context, id domain.EditionID) (at time.Time, err error) {
	err = f.step(func() error { at, err = f.Ledger.Successor(ctx, id); return err })
	return at, err
}

func (f *faulty) Paces(ctx context.Context) (p map[string]delivery.Pace, err error) {
	err = f.step(func() error { p, err = f.Ledger.Paces(ctx); return err })
	return p, err
}

func (f *faulty) Renditions(ctx context.Context, id domain.EditionID) (r []domain.Rendition, err error) {
	err = f.step(func() error { r, err = f.Ledger.Renditions(ctx, id); return err })
	return r, err
}

func (f *faulty) Lease(ctx context.Context, s delivery.Shard, owner string, ttl time.Duration) (l delivery.Lease, err error) {
	err = f.step(func() error { l, err = f.Ledger.Lease(ctx, s, owner, ttl); return err })
	return l, err
}

func (f *faulty) Release(ctx context.Context, l delivery.Lease) error {
	return f.step(func() error { return f.Ledger.Release(ctx, l) })
}

func (f *faulty) Claim(ctx context.Context, l delivery.Lease, after domain.PatronID, n int) (c []delivery.Claim, err error) {
	err = f.step(func() error { c, err = f.Ledger.Claim(ctx, l, after, n); return err })
	return c, err
}

func (f *faulty) Post(ctx context.Context, l delivery.Lease, o []delivery.Outcome, d []delivery.Claim) (p []domain.PatronID, err error) {
	err = f.step(func() error { p, err = f.Ledger.Post(ctx, l, o, d); return err })
	return p, err
}

func (f *faulty) Finish(ctx context.Context, id domain.EditionID) (done bool, err error) {
	err = f.step(func() error { done, err = f.Ledger.Finish(ctx, id); return err })
	return done, err
}

func (f *faulty) NextDue(ctx context.Context, s delivery.Shard) (at time.Time, err error) {
	err = f.step(func() error { at, err = f.Ledger.NextDue(ctx, s); return err })
	return at, err
}

// crowd is how many patrons the tests below have: one whom all goes well for,
// one who is greylisted, and one whose connection is lost after the dot.
const crowd = 3

func troubled() *post {
	first := map[string]int{}
	var mu sync.Mutex
	once := func(to string) bool {
		mu.Lock()
		defer mu.Unlock()
		first[to]++
		return first[to] == 1
	}
	return &post{
		sending: func(_ context.Context, to string) error {
			if to == address(1) && once(to) {
				return errors.New("greylisted")
			}
			return nil
		},
		taken: func(to string) error {
			if to == address(2) && once(to) {
				return errors.New("the answer is lost")
			}
			return nil
		},
	}
}

// Whatever call to the ledger fails, before its effect or after it, once or
// because the process is gone: after fresh runs everybody has the edition, and
// only what was on its way at a crash has come twice.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, mode := range map[string]struct{ after, dead bool }{
		"fails once": {}, "fails after its effect": {after: true},
		"dies before": {dead: true}, "dies after": {after: true, dead: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.enroll(t, crowd)
				for n := 1; faultAt(t, w, &faulty{nth: n, after: mode.after, dead: mode.dead}); n++ {
				}
			})
		})
	}
}

// faultAt reports whether the run got as far as the fault.
func faultAt(t *testing.T, w *world, f *faulty) bool {
	t.Helper()
	w.send(t)
	p := troubled()
	cfg := w.config(p)
	cfg.Relays[0].Limits.Connections = 2
	f.Ledger, cfg.Ledger = w.Store, f
	_, err := delivery.New(cfg).Run(t.Context(), w.shard())
	reached := f.calls >= f.nth
	if !reached && err != nil {
		t.Fatalf("without a fault: %v", err)
	}
	repeats := 1 // of the one whose answer is lost
	if reached {
		time.Sleep(6 * time.Minute) // the lease runs out
	}
	if f.dead {
		repeats += cfg.Relays[0].Limits.Connections
	}
	w.drain(t, p)
	w.account(t, fmt.Sprintf("call %d", f.nth), p.empty(t), repeats)
	return reached
}

// drain runs until the edition is done.
func (w *world) drain(t *testing.T, p *post) {
	t.Helper()
	for range 10 {
		if e, err := w.Edition(t.Context(), w.edition.ID); err != nil || e.State == domain.EditionDone {
			check(t, err)
			return
		}
		result := w.run(t, p)
		time.Sleep(max(0, time.Until(result.Again)))
	}
	t.Error("the edition is never done")
}

// account checks that everybody has got the edition, with so many repeats at
// most, each of them recognisable.
func (w *world) account(t *testing.T, when string, letters []letter, repeats int) {
	t.Helper()
	copies, ids := map[string]int{}, map[string]bool{}
	for _, l := range letters {
		copies[l.to]++
		ids[l.id()] = true
	}
	if len(copies) != crowd || len(ids) != crowd {
		t.Errorf("%s: %d patrons got %d different letters, want %d", when, len(copies), len(ids), crowd)
	}
	if len(letters) > crowd+repeats {
		t.Errorf("%s: %d repeats, want at most %d: %v", when, len(letters)-crowd, repeats, copies)
	}
	for to, n := range copies {
		if n > 2 {
			t.Errorf("%s: %s got %d copies", when, to, n)
		}
	}
	for id, d := range w.deliveries(t) {
		if d.State != domain.Sent { // one answer was lost, and a crash is none
			t.Errorf("%s: delivery of %d: %+v", when, id, d)
		}
	}
	if b, err := w.Balance(t.Context(), w.edition.ID); err != nil || !b.Balances() || b.Sent != crowd {
		t.Errorf("%s: balance %s, %v", when, b, err)
	}
}

// Whenever the caller gives up, what has begun is recorded, and the rest is
// queued: nothing is lost and nothing comes twice.
func TestCancelledAtEveryCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.enroll(t, crowd)
		for n := 1; cancelAt(t, w, n); n++ {
		}
	})
}

func cancelAt(t *testing.T, w *world, n int) bool {
	t.Helper()
	w.send(t)
	p := troubled()
	cfg := w.config(p)
	cfg.Relays[0].Limits.Connections = 2
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	f := &faulty{Ledger: w.Store, nth: n, then: func() { cancel(errors.New("the client is stopping")) }}
	cfg.Ledger = f
	result, err := delivery.New(cfg).Run(ctx, w.shard())
	reached := f.calls >= n
	if opening := 5; n > opening && err != nil || err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("call %d: %v", n, err)
	}
	for id, d := range w.deliveries(t) {
		if d.State == domain.InDoubt && d.Class == "" {
			t.Errorf("call %d: delivery of %d was left %s", n, id, d.State)
		}
	}
	if reached && !result.Done && err == nil && result.Again.After(time.Now().Add(time.Hour)) {
		t.Errorf("call %d: again at %v", n, result.Again)
	}
	w.drain(t, p)
	w.account(t, fmt.Sprintf("cancelled at call %d", n), p.empty(t), 1)
	return reached
}
