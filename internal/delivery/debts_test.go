package delivery_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
)

// away is a ledger that cannot be written for a while, such as on a full disk.
type away struct {
	delivery.Ledger
	until time.Time
}

var errAway = errors.New("the disk is full")

func (a *away) writable() error {
	if time.Now().Before(a.until) {
		return errAway
	}
	return nil
}

func (a *away) Lease(ctx context.Context, s delivery.Shard, owner string, ttl time.Duration) (delivery.Lease, error) {
	if err := a.writable(); err != nil {
		return delivery.Lease{}, err
	}
	return a.Ledger.Lease(ctx, s, owner, ttl)
}

func (a *away) Release(ctx context.Context, l delivery.Lease) error {
	if err := a.writable(); err != nil {
		return err
	}
	return a.Ledger.Release(ctx, l)
}

func (a *away) Post(ctx context.Context, l delivery.Lease, o []delivery.Outcome, d []delivery.Claim) ([]domain.PatronID, error) {
	if err := a.writable(); err != nil {
		return nil, err
	}
	return a.Ledger.Post(ctx, l, o, d)
}

// However long the ledger cannot be written after letters were taken, the process
// that handed them over knows of them: nobody gets another, and nothing leaves
// before that is written down.
func TestDebts(t *testing.T) {
	t.Parallel()
	for name, gone := range map[string]time.Duration{"shorter than a run waits": 20 * time.Second, "for hours": 3 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.enroll(t, crowd)
				w.send(t)
				ledger := &away{Ledger: w.Store}
				p := &post{taken: func(string) error {
					ledger.until = time.Now().Add(gone)
					return nil
				}}
				cfg := w.config(p)
				cfg.Ledger, cfg.Relays[0].Limits.Connections = ledger, 1
				runner := delivery.New(cfg)
				for started := time.Now(); time.Since(started) < gone+10*time.Minute; time.Sleep(time.Minute) {
					if r, err := runner.Run(t.Context(), w.shard()); r.Done {
						break
					} else if err != nil && !errors.Is(err, errAway) {
						t.Fatal(err)
					}
					p.taken = nil
				}
				w.account(t, gone.String(), p.empty(t), 0)
			})
		})
	}
}

// A run of this process that has outcomes in hand keeps the others away, also
// when its lease has run out.
func TestDebtsExclude(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.enroll(t, 1)
		w.send(t)
		ledger := &away{Ledger: w.Store}
		p := &post{}
		cfg := w.config(p)
		cfg.Ledger = ledger
		runner := delivery.New(cfg)
		p.taken = func(string) error {
			ledger.until = time.Now().Add(20 * time.Second)
			w.clock.forward(time.Hour)
			return nil
		}
		over := make(chan error)
		go func() {
			_, err := runner.Run(t.Context(), w.shard())
			over <- err
		}()
		time.Sleep(25 * time.Second) // the ledger can be written, the run does not know it yet
		if _, err := runner.Run(t.Context(), w.shard()); !errors.Is(err, domain.ErrConflict) {
			t.Errorf("a second run: %v", err)
		}
		<-over
		w.drain(t, p)
		each(t, p.empty(t), once(1))
	})
}
