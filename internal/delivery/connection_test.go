package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/mail"
)

// untouched checks that nobody's delivery shows that anything was tried.
func (w *world) untouched(t *testing.T) {
	t.Helper()
	for id, d := range w.deliveries(t) {
		if d.State != domain.Queued || d.Attempts != 0 || d.Class != "" || d.Reason != "" || !d.NextAt.IsZero() {
			t.Errorf("delivery of %d: %+v", id, d)
		}
	}
}

// A server that does not want us says nothing about any patron.
func TestNoConnection(t *testing.T) {
	t.Parallel()
	login := &mail.SendError{Outcome: mail.Rejected, Code: 535, Enhanced: "5.7.8", Err: errors.New("authentication failed")}
	for name, c := range map[string]struct {
		opening func(context.Context) error
		want    error
		takes   time.Duration
	}{
		"refused":        {func(context.Context) error { return login }, login, 0},
		"refused slowly": {func(context.Context) error { time.Sleep(10 * time.Second); return login }, login, 10 * time.Second},
		"never answers": {
			func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, context.DeadlineExceeded, time.Minute,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.enroll(t, 5)
				w.send(t)
				p := &post{opening: c.opening}
				began := time.Now()
				_, err := delivery.New(w.config(p)).Run(t.Context(), w.shard())
				wants(t, err, c.want)
				if !strings.Contains(err.Error(), "open session") || time.Since(began) != c.takes {
					t.Errorf("after %v: %v", time.Since(began), err)
				}
				w.untouched(t)
				p.opening = nil
				w.run(t, p)
				each(t, p.empty(t), once(5))
			})
		})
	}
}

// limited lets few sessions be open at once, each for few letters.
type limited struct {
	*post
	mu       sync.Mutex
	sessions int // that may still be opened
	letters  int // that each may carry
}

func (l *limited) Open(ctx context.Context) (mail.Session, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sessions == 0 {
		return nil, &mail.SendError{Outcome: mail.Deferred, Code: 421, Err: errors.New("too many connections")}
	}
	l.sessions--
	s, err := l.post.Open(ctx)
	return &limitedSession{Session: s, limited: l, left: l.letters}, err
}

type limitedSession struct {
	mail.Session
	limited *limited
	left    int
}

func (s *limitedSession) Send(ctx context.Context, window []mail.Message, begin mail.Begin) []error {
	s.left -= len(window)
	return s.Session.Send(ctx, window, begin)
}

func (s *limitedSession) Usable() bool { return s.left > 0 && s.Session.Usable() }

func (s *limitedSession) Close() error {
	s.limited.mu.Lock()
	defer s.limited.mu.Unlock()
	s.limited.sessions++
	return nil
}

func TestServerAllowsFewConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.enroll(t, 30)
		w.send(t)
		l := &limited{sessions: 2, letters: 4, post: &post{sending: func(context.Context, string) error {
			time.Sleep(time.Second) // or the first connection would do it all
			return nil
		}}}
		cfg := w.config(l)
		cfg.Relays[0].Limits.Connections = 6
		result, err := delivery.New(cfg).Run(t.Context(), w.shard())
		check(t, err)
		if !result.Done || l.opened < 8 {
			t.Errorf("result %+v after %d sessions", result, l.opened)
		}
		each(t, l.empty(t), once(30))
		if n := strings.Count(w.log.String(), "connection refused"); n != 1 {
			t.Errorf("%d refusals in the log, want to be refused once:\n%s", n, w.log)
		}
		if l.sessions != 2 {
			t.Errorf("%d sessions were left open", 2-l.sessions)
		}
	})
}

// One connection does it all while others wait for an answer: nobody waits for
// them, and nothing was refused.
func TestNobodyNeedsTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.enroll(t, 4)
		w.send(t)
		p := &post{sending: func(context.Context, string) error {
			time.Sleep(time.Second)
			return nil
		}}
		p.opening = func(ctx context.Context) error {
			if p.opened == 0 {
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		}
		began := time.Now()
		w.run(t, p)
		if took := time.Since(began); took != 4*time.Second || strings.Contains(w.log.String(), "refused") {
			t.Errorf("after %v:\n%s", took, w.log)
		}
		each(t, p.empty(t), once(4))
	})
}

// The last session ends and there is no other: what is left is for later.
func TestServerGoesAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.enroll(t, 9)
		w.send(t)
		p := &post{}
		p.opening = func(context.Context) error {
			if p.opened > 0 {
				return errors.New("gone")
			}
			return nil
		}
		p.sending = func(_ context.Context, to string) error {
			if to == address(5) {
				return errors.New("reset")
			}
			return nil
		}
		cfg := w.config(p)
		cfg.Relays[0].Limits.Connections = 1
		result, err := delivery.New(cfg).Run(t.Context(), w.shard())
		if err == nil || !strings.Contains(err.Error(), "open session") || time.Until(result.Again) != 5*time.Second {
			t.Errorf("result %+v, %v", result, err)
		}
		w.expect(t, "9 entitled = 5 sent + 0 failed + 0 skipped + 4 pending")
		if d := w.delivery(t, 5); d.State != domain.Deferred || d.Class != delivery.ClassNetwork {
			t.Errorf("the one in flight: %+v", d)
		}
		if d := w.delivery(t, 6); d.State != domain.Queued || d.Attempts != 0 {
			t.Errorf("the next: %+v", d)
		}
	})
}

// The ledger cannot be written any more: nothing more is handed over.
func TestLedgerFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.enroll(t, 40)
		w.send(t)
		p := &post{taken: func(to string) error {
			if to == address(1) {
				time.Sleep(5 * time.Second) // comes when others wait for the ledger
			}
			return nil
		}}
		cfg := w.config(p)
		cfg.Ledger = &outage{Ledger: w.Store, until: time.Now().Add(time.Hour)}
		began := time.Now()
		_, err := delivery.New(cfg).Run(t.Context(), w.shard())
		wants(t, err, errBroken)
		if n := len(p.empty(t)); n == 0 || n > cfg.Relays[0].Limits.Connections {
			t.Errorf("%d letters, want one a connection at most", n)
		}
		if took := time.Since(began); took > 40*time.Second {
			t.Errorf("it took %v: a process has not so long to stop", took)
		}
	})
}

// Outcomes wait for a ledger that is away for a while: nothing comes twice.
func TestOutcomesOutlastAnOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.enroll(t, 12)
		w.send(t)
		p := &post{}
		cfg := w.config(p)
		cfg.Ledger = &outage{Ledger: w.Store, until: time.Now().Add(20 * time.Second)}
		_, err := delivery.New(cfg).Run(t.Context(), w.shard())
		wants(t, err, errBroken) // nothing more was begun
		first := p.empty(t)
		if len(first) == 0 || len(first) == 12 {
			t.Errorf("%d letters while the ledger was away", len(first))
		}
		w.expect(t, fmt.Sprintf("12 entitled = %d sent + 0 failed + 0 skipped + %d pending", len(first), 12-len(first)))
		w.run(t, p)
		each(t, append(first, p.empty(t)...), once(12))
	})
}

// outage is a ledger that cannot record for a time.
type outage struct {
	delivery.Ledger
	until time.Time
}

func (o *outage) Post(ctx context.Context, l delivery.Lease, outcomes []delivery.Outcome, doubts []delivery.Claim) ([]domain.PatronID, error) {
	if len(outcomes) > 0 && time.Now().Before(o.until) {
		return nil, errBroken
	}
	return o.Ledger.Post(ctx, l, outcomes, doubts)
}

// A transport that gives up after the dot when it is told to stop.
func TestStoppedWithoutAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enroll(t, 3)
	w.send(t)
	ctx, stop := context.WithCancel(t.Context())
	p := &post{taken: func(to string) error {
		if to == address(0) {
			stop()
			return ctx.Err()
		}
		return nil
	}}
	cfg := w.config(p)
	cfg.Relays[0].Limits.Connections = 1
	_, err := delivery.New(cfg).Run(ctx, w.shard())
	check(t, err)
	if d := w.delivery(t, 0); d.State != domain.InDoubt || d.Class != delivery.ClassUnknown || !d.NextAt.After(w.clock.now()) {
		t.Errorf("delivery %+v, want it in doubt for a while", d)
	}
	w.expect(t, "3 entitled = 0 sent + 0 failed + 0 skipped + 3 pending (1 in doubt)")
}

// When the program stops, mails after their dot get their answer and the others
// are cut off, with a real server.
func TestStopped(t *testing.T) {
	t.Parallel()
	for name, afterDot := range map[string]bool{"before the dot": false, "after the dot": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.enroll(t, 20)
			w.send(t)
			r := newRelay(t)
			ctx, stop := context.WithCancelCause(t.Context())
			hook := func(to string) {
				if to == address(7) {
					stop(errors.New("the client is stopping"))
				}
			}
			if afterDot {
				r.took = hook
			} else {
				r.asked = hook
			}
			result, err := delivery.New(w.config(r)).Run(ctx, w.shard())
			check(t, err)
			if result.Done || result.Again.After(w.clock.now()) {
				t.Errorf("result %+v, want it to go on at once", result)
			}
			sent := r.letters(t)
			if d := w.delivery(t, 7); afterDot && d.State != domain.Sent { // before it, the window may be on its way
				t.Errorf("delivery %+v", d)
			}
			for id, d := range w.deliveries(t) {
				if d.State != domain.Sent && d.State != domain.Queued {
					t.Errorf("delivery of %d: %+v", id, d)
				}
			}
			if n := len(sent); n < 1 || n > 19 {
				t.Errorf("%d letters of 20", n)
			}
			w.run(t, r)
			each(t, r.letters(t), once(20))
		})
	}
}
