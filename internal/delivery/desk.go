package delivery

import (
	"context"
	"sync"
	"time"

	"marquee/internal/domain"
)

const (
	heldLimit = 2048                   // letters that wait at the desk for their domain's turn
	lookAgain = 250 * time.Millisecond // how long a wait for a domain's rate may last
)

// desk hands out windows of claims, of which every domain takes its letter now.
// Those of a domain that has enough to do wait here; when too many do, and when
// a domain rests, the ledger is the waiting room.
type desk struct {
	domains *domains
	batches <-chan []Claim // from the ledger, in order; closed after the last
	settle  func([]Outcome)
	now     func() time.Time

	mu    sync.Mutex
	over  bool    // no batch comes any more
	fresh []Claim // not looked at
	held  []Claim // their domain was busy
}

// window is what one connection hands over next.
type window struct {
	claims []Claim
	busy   map[string]bool // the domains that it entered
}

// take is a window of up to n claims. It waits for the first, and returns none
// when there is nothing left or ctx has ended.
func (d *desk) take(ctx context.Context, n int) window {
	for {
		wait := d.domains.wait() // before looking: what changes meanwhile counts
		w, over := d.pick(n)
		if len(w.claims) > 0 || over {
			return w
		}
		if !d.await(ctx, wait) {
			return window{}
		}
	}
}

// await returns when there may be something to pick; false when ctx has ended.
func (d *desk) await(ctx context.Context, domains <-chan struct{}) bool {
	batches, tick := d.batches, (<-chan time.Time)(nil)
	if d.waiting() {
		timer := time.NewTimer(lookAgain)
		defer timer.Stop()
		tick = timer.C
	}
	if d.drained() {
		batches = nil
	}
	select {
	case batch, open := <-batches:
		d.add(batch, open)
	case <-domains:
	case <-tick:
	case <-ctx.Done():
		return false
	}
	return true
}

func (d *desk) add(batch []Claim, open bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fresh = append(d.fresh, batch...)
	d.over = d.over || !open
}

func (d *desk) waiting() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.held) > 0
}

func (d *desk) drained() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.over
}

// more reports whether another connection would find something to do at once.
func (d *desk) more() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.fresh) > 0
}

// pick is what can be handed out at once; over says that nothing will follow.
func (d *desk) pick(n int) (w window, over bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.domains.watched() && len(d.held) == 0 {
		n = min(n, len(d.fresh))
		w.claims, d.fresh = d.fresh[:n:n], d.fresh[n:]
		return w, n == 0 && d.over
	}
	w.busy = map[string]bool{}
	d.held = d.choose(&w, n, d.held, nil)
	d.held = d.choose(&w, n, d.fresh, d.held)
	d.fresh = nil
	return w, len(w.claims) == 0 && len(d.held) == 0 && d.over
}

// choose moves claims into the window until it has n, and returns those that
// keep waiting, after others that do.
func (d *desk) choose(w *window, n int, from, others []Claim) []Claim {
	var resting []Outcome
	for _, c := range from {
		if len(w.claims) == n {
			others = append(others, c)
			continue
		}
		where := domainOf(c.Email)
		switch answer, pace := d.domains.enter(where, w.busy[where]); {
		case answer == welcome:
			w.busy[where] = true
			w.claims = append(w.claims, c)
		case answer == rests:
			resting = append(resting, rest(c, pace.Until, where+" rests: "+pace.Reason))
		case len(others) < heldLimit:
			others = append(others, c)
		default:
			resting = append(resting, rest(c, d.now().Add(time.Minute), where+" is busy"))
		}
	}
	d.settle(resting)
	return others
}

// rest puts a claim off without an attempt.
func rest(c Claim, until time.Time, why string) Outcome {
	return Outcome{Patron: c.Patron, State: domain.Deferred, NextAt: until, Class: ClassPolicy, Reason: why}
}
