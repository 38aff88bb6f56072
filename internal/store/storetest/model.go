package storetest

import (
	"math/rand/v2"
	"slices"
	"testing"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/patron"
	"marquee/internal/store"
)

// world is what really happened, against which the ledger is held.
type world struct {
	*run
	rnd  *rand.Rand
	hand []delivery.Claim // claimed by the lease of the run
	dots []delivery.Claim // marked, without an outcome yet
	lost []delivery.Lease

	attempts   map[domain.PatronID]int
	unresolved map[domain.PatronID]bool // an attempt ended without an answer
	sent       map[domain.PatronID]bool // recorded as sent
	suppressed map[domain.PatronID]bool
}

// anySequence does things in a random order and checks after each that nobody
// is lost, mailed again after they were sent to, or mailed against their will;
// in the end everybody has got the edition, or there is a reason.
func anySequence(seed uint64) func(*testing.T, store.Store) {
	return func(t *testing.T, s store.Store) {
		w := &world{
			run: sending(t, s, 30), rnd: rand.New(rand.NewPCG(seed, seed)),
			attempts: map[domain.PatronID]int{}, unresolved: map[domain.PatronID]bool{},
			sent: map[domain.PatronID]bool{}, suppressed: map[domain.PatronID]bool{},
		}
		steps := []func(testing.TB){
			w.claimSome, w.claimSome, w.claimSome, w.handOver, w.handOver, w.handOver, w.answer, w.answer,
			w.die, w.releaseAll, w.suppress, w.lift, w.moveHouse, w.lateAnswer,
		}
		for range 150 {
			steps[w.rnd.IntN(len(steps))](t)
			w.states(t)
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		}
		w.drain(t)
	}
}

func (w *world) somebody() domain.Patron { return w.patrons[w.rnd.IntN(len(w.patrons))] }

func (w *world) claimSome(tb testing.TB) {
	for _, c := range w.claim(tb, 1+w.rnd.IntN(6)) {
		if w.sent[c.Patron] || w.suppressed[c.Patron] || c.Attempts != w.attempts[c.Patron] || c.Doubtful != w.unresolved[c.Patron] {
			tb.Errorf("claimed %+v: sent %t, suppressed %t, attempts %d, doubtful %t", c,
				w.sent[c.Patron], w.suppressed[c.Patron], w.attempts[c.Patron], w.unresolved[c.Patron])
		}
		w.hand = append(w.hand, c)
	}
}

func (w *world) handOver(tb testing.TB) {
	n := w.rnd.IntN(len(w.hand) + 1)
	some := w.hand[:n]
	w.hand = slices.Clone(w.hand[n:])
	through := w.mark(tb, some...)
	for _, c := range some {
		if !slices.Contains(through, c.Patron) {
			continue
		}
		if w.sent[c.Patron] || w.suppressed[c.Patron] {
			tb.Errorf("patron %d is mailed: sent %t, suppressed %t", c.Patron, w.sent[c.Patron], w.suppressed[c.Patron])
		}
		w.attempts[c.Patron]++
		w.dots = append(w.dots, c)
	}
}

func (w *world) answer(tb testing.TB) {
	var outcomes []delivery.Outcome
	n := w.rnd.IntN(len(w.dots) + 1)
	for _, c := range w.dots[:n] {
		o := outcome(c, []domain.DeliveryState{domain.Sent, domain.Sent, domain.Deferred, domain.Queued, domain.Failed, domain.InDoubt}[w.rnd.IntN(6)])
		o.NextAt = past()
		w.sent[c.Patron] = w.sent[c.Patron] || o.State == domain.Sent
		w.unresolved[c.Patron] = w.unresolved[c.Patron] || o.State == domain.InDoubt
		outcomes = append(outcomes, o)
	}
	w.dots = slices.Clone(w.dots[n:])
	w.record(tb, outcomes...)
}

// lateAnswer is an outcome of an owner that lost its lease. Only Sent counts.
func (w *world) lateAnswer(tb testing.TB) {
	if len(w.lost) == 0 {
		return
	}
	p, l := w.somebody(), w.lost[w.rnd.IntN(len(w.lost))]
	state := []domain.DeliveryState{domain.Failed, domain.Queued, domain.InDoubt, domain.Deferred}[w.rnd.IntN(4)]
	before := w.delivery(tb, p.ID)
	// A row in doubt that nobody has claimed since is still the old owner's.
	if before.State == domain.InDoubt && !w.holds(w.dots, p.ID) {
		return
	}
	check(tb, w.Record(tb.Context(), l, []delivery.Outcome{{Patron: p.ID, State: state, NextAt: past()}}))
	if after := w.delivery(tb, p.ID); after != before {
		tb.Errorf("a lost lease made %+v of %+v", after, before)
	}
}

func (w *world) holds(claims []delivery.Claim, id domain.PatronID) bool {
	return slices.ContainsFunc(claims, func(c delivery.Claim) bool { return c.Patron == id })
}

func (w *world) die(tb testing.TB) {
	w.lost = append(w.lost, w.crash(tb))
	w.forget()
}

func (w *world) releaseAll(tb testing.TB) {
	w.lost = append(w.lost, w.lease)
	check(tb, w.Release(tb.Context(), w.lease))
	w.take(tb, "next", 1e12)
	w.forget()
}

// forget is what a new owner knows of the hands of the old one.
func (w *world) forget() {
	for _, c := range w.dots {
		w.unresolved[c.Patron] = true
	}
	w.hand, w.dots = nil, nil
}

func (w *world) suppress(tb testing.TB) {
	p := w.somebody()
	check(tb, w.SuppressPatron(tb.Context(), p.ID, domain.Unsubscribed))
	w.suppressed[p.ID] = true
}

func (w *world) lift(tb testing.TB) {
	p := w.somebody()
	check(tb, w.Unsuppress(tb.Context(), p.ID, domain.Unsubscribed))
	w.suppressed[p.ID] = false
}

// moveHouse gives somebody another address.
func (w *world) moveHouse(tb testing.TB) {
	i := w.rnd.IntN(len(w.patrons))
	before := w.patrons[i]
	w.patrons[i].Email = "x" + before.Email
	check(tb, w.ApplyDifference(tb.Context(), "test", patron.Difference{Update: []patron.Update{{Before: before, After: w.patrons[i]}}}))
}

// drain sends to everybody who is left.
func (w *world) drain(tb testing.TB) {
	w.die(tb)
	for claims := w.claim(tb, 7); len(claims) > 0; claims = w.claim(tb, 7) {
		for _, id := range w.mark(tb, claims...) {
			w.record(tb, delivery.Outcome{Patron: id, State: domain.Sent})
		}
	}
	if !must(w.Finish(tb.Context(), w.edition))(tb) {
		tb.Errorf("not done: %v", w.states(tb))
	}
	for _, d := range must(w.Deliveries(tb.Context(), w.edition))(tb) {
		if w.sent[d.Patron] && d.State != domain.Sent {
			tb.Errorf("%+v, though it was sent", d)
		}
		if d.State == domain.Skipped && d.Class != string(domain.Unsubscribed) {
			tb.Errorf("%+v skipped without a reason", d)
		}
	}
}
