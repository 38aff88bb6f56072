package delivery_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
)

// However many runs there are at once, in one process or in several.
func TestManyRunnersOneShard(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		w.enroll(t, 30)
		w.send(t)
		r := newRelay(t)
		began, release := make(chan struct{}), make(chan struct{})
		var first sync.Once
		r.asked = func(string) {
			first.Do(func() {
				close(began)
				<-release
			})
		}
		same := delivery.New(w.config(r))
		var runs sync.WaitGroup
		runs.Go(func() {
			if _, err := same.Run(t.Context(), w.shard()); err != nil {
				t.Error(err)
			}
		})
		<-began
		for _, other := range []*delivery.Runner{same, delivery.New(w.config(r))} {
			_, err := other.Run(t.Context(), w.shard())
			if !errors.Is(err, domain.ErrConflict) {
				t.Errorf("a second run: %v, want a conflict", err)
			}
		}
		close(release)
		runs.Wait()
		each(t, r.letters(t), once(30))
		w.expect(t, "30 entitled = 30 sent + 0 failed + 0 skipped + 0 pending")
	})
}

// A run whose lease is gone hands over nothing more; what it did counts.
func TestLeaseStolen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hook  func(*post, func(string) error)
		first int // letters of the run that was robbed, at least; its window may go on
	}{
		"before the dot": {func(p *post, steal func(string) error) {
			p.sending = func(_ context.Context, to string) error { return steal(to) }
		}, 4},
		"after the dot": {func(p *post, steal func(string) error) { p.taken = steal }, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.enroll(t, 10)
			w.send(t)
			var stolen delivery.Lease
			p := &post{}
			c.hook(p, func(to string) (err error) {
				if to == address(4) {
					w.clock.forward(6 * time.Minute)
					stolen, err = w.Lease(t.Context(), w.shard(), "thief", time.Minute)
				}
				return err
			})
			cfg := w.config(p)
			cfg.Relays[0].Limits.Connections = 1
			_, err := delivery.New(cfg).Run(t.Context(), w.shard())
			wants(t, err, domain.ErrConflict)
			letters := p.empty(t)
			if n := len(letters); n < c.first || n > 7 {
				t.Errorf("%d letters, want %d to 7", n, c.first)
			}
			if d := w.delivery(t, 0); d.State != domain.Sent {
				t.Errorf("what was sent before: %+v", d)
			}
			if _, err := w.Claim(t.Context(), stolen, 0, 1); err != nil {
				t.Errorf("the thief's lease is gone: %v", err)
			}
			check(t, w.Release(t.Context(), stolen))
			p.sending, p.taken = nil, nil
			w.run(t, p)
			each(t, append(letters, p.empty(t)...), once(10))
		})
	}
}

// A server may take ten minutes for its last answer; the shard is the run's as
// long, though lease and turn are shorter and whether or not it is to stop.
func TestLeaseIsKept(t *testing.T) {
	t.Parallel()
	for name, stopped := range map[string]bool{"to the end": false, "when told to stop": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.enroll(t, 5)
				w.send(t)
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				began := make(chan struct{})
				var first sync.Once
				p := &post{taken: func(to string) error {
					if to == address(2) {
						first.Do(func() { close(began) })
						time.Sleep(10*time.Minute - time.Second)
					}
					return nil
				}}
				var runs sync.WaitGroup
				runs.Go(func() {
					if _, err := delivery.New(w.config(p)).Run(ctx, w.shard()); err != nil {
						t.Error(err)
					}
				})
				<-began
				if stopped {
					stop()
				}
				for range 9 {
					time.Sleep(time.Minute)
					if _, err := delivery.New(w.config(p)).Run(t.Context(), w.shard()); !errors.Is(err, domain.ErrConflict) {
						t.Errorf("another run: %v", err)
					}
				}
				runs.Wait()
				if d := w.delivery(t, 2); d.State != domain.Sent {
					t.Errorf("delivery %+v", d)
				}
				w.drain(t, p)
				each(t, p.empty(t), once(5))
			})
		})
	}
}

// When the machine was asleep the lease has run out and somebody else may have
// had it: the run stops, and does not sit on the shard.
func TestLeaseRunsOutAsleep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.enroll(t, 5)
		w.send(t)
		p := &post{sending: func(ctx context.Context, to string) error {
			if to == address(4) {
				synctest.Wait() // for the others: only the keeper can notice
				w.clock.forward(10 * time.Minute)
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}}
		_, err := delivery.New(w.config(p)).Run(t.Context(), w.shard())
		wants(t, err, domain.ErrConflict)
		letters := p.empty(t)
		p.sending = nil
		w.run(t, p)
		each(t, append(letters, p.empty(t)...), once(5))
	})
}

// Nobody waits for the turn of a run whose work is done, and no run goes on for
// ever.
func TestTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.enroll(t, 30)
		w.send(t)
		p := &post{sending: func(context.Context, string) error {
			time.Sleep(7 * time.Second)
			return nil
		}}
		cfg := w.config(p)
		cfg.Relays[0].Limits.Connections = 1
		var told atomic.Int32
		cfg.Progress = func(delivery.Progress) { told.Add(1) }
		began := time.Now()
		result, err := delivery.New(cfg).Run(t.Context(), w.shard())
		check(t, err)
		if took := time.Since(began); took < time.Minute || took > time.Minute+7*time.Second {
			t.Errorf("a run of %v", took)
		}
		if result.Done || result.Again.After(time.Now()) || told.Load() < 10 {
			t.Errorf("result %+v, told %d times", result, told.Load())
		}
		w.expect(t, "30 entitled = 9 sent + 0 failed + 0 skipped + 21 pending")
		p.sending = nil
		began = time.Now()
		w.run(t, p)
		if took := time.Since(began); took > 0 {
			t.Errorf("waited %v for nothing", took)
		}
		each(t, p.empty(t), once(30))
	})
}
