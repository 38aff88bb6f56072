package storetest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"marquee/internal/delivery"
	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/patron"
	"marquee/internal/store"
)

// Model does random things to editions, and holds what the store makes of them
// against a model of what really happened: nobody is lost, mailed again once that
// is recorded, mailed twice without being marked as doubtful, or mailed against
// what they have said before. jump moves the store's clock; it is nil for one that
// cannot be moved.
func Model(t *testing.T, s store.Store, jump func(time.Duration)) {
	t.Helper()
	few()
	worlds := 0
	rapid.Check(t, func(rt *rapid.T) {
		worlds++
		w := newWorld(t.Context(), rt, s, worlds)
		steps := map[string]func(*rapid.T){
			"":      w.compare,
			"claim": w.claim, "hand over": w.handOver, "again": w.handOver, "answer": w.answer, "refuse": w.refuse,
			"crash": w.crash, "steal": w.steal, "late": w.late, "release": w.release, "extend": w.extend,
			"suppress": w.suppress, "lift": w.lift, "tier": w.tier, "rename": w.rename,
			"hold": w.hold, "go on": w.goOn, "remake": w.remake, "cancel": w.cancel, "resend": w.resend, "finish": w.finish, "prove": w.prove,
		}
		if jump != nil {
			steps["jump"] = func(rt *rapid.T) { w.jump(rt, jump) }
		}
		rt.Repeat(steps)
		w.drain(rt)
	})
}

// few lets tests be over soon, unless somebody has asked for a number of worlds:
// -rapid.checks=100000.
func few() {
	if checks := flag.Lookup("rapid.checks"); checks != nil && checks.Value.String() == checks.DefValue {
		_ = checks.Value.Set("15") // it is a number
	}
}

// world is what really happened.
type world struct {
	ctx     context.Context
	s       store.Store
	name    string // of everything that this world has of its own
	people  []*person
	edition domain.EditionID
	state   domain.EditionState
	now     *hand // the run that has the lease, as far as it knows
	fence   int64 // of the lease
	live    bool
	old     []*hand // runs that have lost it and do not know
}

// person is a patron with their delivery.
type person struct {
	domain.Patron
	suppressed bool
	revision   int

	state    domain.DeliveryState
	attempts int
	doubtful bool
	lost     bool  // an answer
	later    bool  // not due for long
	fence    int64 // under which it was put in doubt
	copies   int   // that a server has taken
}

// hand is what one run holds.
type hand struct {
	lease    delivery.Lease
	claims   map[domain.PatronID]held
	outcomes []delivery.Outcome // known, but not written down
}

// held is a claim with the revision of its patron then.
type held struct {
	delivery.Claim
	revision int
}

func newWorld(ctx context.Context, rt *rapid.T, s store.Store, n int) *world {
	w := &world{ctx: ctx, s: s, name: fmt.Sprintf("world%d", n), state: domain.EditionSending}
	add := make([]domain.Patron, 5)
	for i := range add {
		add[i] = domain.Patron{Email: fmt.Sprintf("p%d.%s@example.com", i, w.name), Audience: w.entitled()}
	}
	w.must(rt, s.ApplyDifference(ctx, w.name, patron.Difference{Add: add}))
	stored, err := s.PatronsOf(ctx, w.name)
	w.must(rt, err)
	for _, p := range stored {
		w.people = append(w.people, &person{Patron: p, state: domain.Queued})
	}
	e, err := s.CreateEdition(ctx, w.content(domain.EditionFrozen))
	w.must(rt, err)
	w.edition = e.ID
	w.must(rt, s.SetEditionState(ctx, w.edition, []domain.EditionState{domain.EditionFrozen}, domain.EditionSending, ""))
	w.lease(rt)
	return w
}

// content is the world's edition before it is stored.
func (w *world) content(state domain.EditionState) digest.NewEdition {
	return digest.NewEdition{
		Edition: domain.Edition{
			Digest: w.name, Slot: "2026-11-20T17:00", State: state, Frozen: instant(), Due: instant(),
		},
		Renditions: []domain.Rendition{{Readers: domain.Readers{Audience: w.entitled()}}}, Recipients: []domain.Audience{w.entitled()},
	}
}

// entitled is the audience that gets the edition: nobody of another world's.
func (w *world) entitled() domain.Audience {
	return domain.Audience{Standing: domain.Active, Tier: w.name}
}

func (w *world) must(rt *rapid.T, err error) {
	rt.Helper()
	if err != nil {
		rt.Fatal(err)
	}
}

func (w *world) shard() delivery.Shard { return delivery.Shard{Edition: w.edition} }

func (w *world) somebody(rt *rapid.T) *person { return rapid.SampledFrom(w.people).Draw(rt, "who") }

func (w *world) by(id domain.PatronID) *person {
	return w.people[slices.IndexFunc(w.people, func(p *person) bool { return p.ID == id })]
}

func (p *person) pending() bool {
	return p.state == domain.Queued || p.state == domain.Deferred || p.state == domain.InDoubt
}

// doubted reports whether the run that has the lease put them in doubt.
func (w *world) doubted(p *person) bool { return p.state == domain.InDoubt && p.fence == w.fence }

// due reports whether their delivery may be claimed.
func (w *world) due(p *person) bool { return p.pending() && !p.later && !w.doubted(p) }

// lease takes the shard as a new run does.
func (w *world) lease(rt *rapid.T) {
	l, err := w.s.Lease(w.ctx, w.shard(), "run", time.Hour)
	if w.state != domain.EditionSending {
		if !errors.Is(err, domain.ErrConflict) {
			rt.Fatalf("leased while %s: %v", w.state, err)
		}
		return
	}
	w.must(rt, err)
	if w.live != (l.Fence == w.fence) || l.Fence < w.fence {
		rt.Fatalf("fence %d after %d, live %t", l.Fence, w.fence, w.live)
	}
	if !w.live {
		w.now = &hand{claims: map[domain.PatronID]held{}}
	}
	w.now.lease, w.fence, w.live = l, l.Fence, true
}

// expire lets the lease's time run out.
func (w *world) expire(rt *rapid.T) {
	if w.live && w.state == domain.EditionSending {
		_, err := w.s.Lease(w.ctx, w.shard(), "run", -time.Hour)
		w.must(rt, err)
		w.live = false
	}
}

func (w *world) crash(rt *rapid.T) {
	w.expire(rt)
	if !w.live {
		w.lease(rt)
	}
}

// steal is a crash as the others see it: the run itself was only slow.
func (w *world) steal(rt *rapid.T) {
	w.old = append(w.old, &hand{w.now.lease, maps.Clone(w.now.claims), slices.Clone(w.now.outcomes)})
	w.crash(rt)
}

func (w *world) release(rt *rapid.T) {
	w.must(rt, w.s.Release(w.ctx, w.now.lease))
	if w.now.lease.Fence == w.fence {
		w.old = append(w.old, w.now)
		w.live, w.fence = false, w.fence+1
		w.now = &hand{lease: w.now.lease, claims: map[domain.PatronID]held{}}
	}
	w.lease(rt)
}

func (w *world) extend(rt *rapid.T) { w.lease(rt) }

func (w *world) jump(rt *rapid.T, jump func(time.Duration)) {
	by := rapid.SampledFrom([]time.Duration{-20 * time.Minute, 2 * time.Hour}).Draw(rt, "by")
	jump(by)
	w.live = w.live && by < 0
}

// working reports whether the run of a hand may claim and doubt.
func (w *world) working(h *hand) bool {
	return h.lease.Fence == w.fence && w.live && w.state == domain.EditionSending
}

func (w *world) claim(rt *rapid.T) {
	after := w.people[0].ID - 1 + domain.PatronID(rapid.IntRange(0, len(w.people)).Draw(rt, "after"))
	claims, err := w.s.Claim(w.ctx, w.now.lease, after, 10)
	if !w.working(w.now) {
		if !errors.Is(err, domain.ErrConflict) {
			rt.Fatalf("claimed without the lease: %v", err)
		}
		return
	}
	w.must(rt, err)
	var want, got []string
	for _, c := range claims {
		got = append(got, fmt.Sprint(c.Patron, c.Attempts, c.Doubtful, c.Lost, c.Email, c.Name))
		w.now.claims[c.Patron] = held{c, w.by(c.Patron).revision}
	}
	for _, p := range w.people {
		if p.ID <= after || !w.due(p) {
			continue
		}
		if p.suppressed || p.Audience != w.entitled() {
			p.doubtful = p.doubtful || p.state == domain.InDoubt
			p.state = domain.Skipped
			continue
		}
		want = append(want, fmt.Sprint(p.ID, p.attempts, p.doubtful || p.state == domain.InDoubt, p.lost, p.Email, p.Name))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		rt.Fatalf("claims (-want +got):\n%s", diff)
	}
}

// handOver doubts some claims and hands them over: what the server says to them is
// known then, if the run lives to write it down.
func (w *world) handOver(rt *rapid.T) { w.post(rt, w.now, true) }

// answer writes what is known.
func (w *world) answer(rt *rapid.T) { w.post(rt, w.now, false) }

// late is a run that goes on though its lease is lost.
func (w *world) late(rt *rapid.T) {
	if len(w.old) > 0 {
		w.post(rt, rapid.SampledFrom(w.old).Draw(rt, "run"), rapid.Bool().Draw(rt, "hands over"))
	}
}

// refuse is a server that says no before any dot.
func (w *world) refuse(rt *rapid.T) {
	for _, id := range slices.Sorted(maps.Keys(w.now.claims)) {
		p := w.by(id)
		if !p.pending() || w.doubted(p) {
			continue
		}
		state := rapid.SampledFrom([]domain.DeliveryState{domain.Deferred, domain.Failed}).Draw(rt, "refused")
		w.now.outcomes = append(w.now.outcomes, w.put(rt, id, state))
		delete(w.now.claims, id)
		return
	}
}

func (w *world) put(rt *rapid.T, id domain.PatronID, state domain.DeliveryState) delivery.Outcome {
	o := delivery.Outcome{Patron: id, State: state, Class: "x", Tried: state != domain.Queued}
	if state == domain.Deferred || state == domain.InDoubt {
		o.NextAt = rapid.SampledFrom([]time.Time{past(), future()}).Draw(rt, "next")
	}
	return o
}

func (w *world) post(rt *rapid.T, h *hand, over bool) {
	var doubts []delivery.Claim
	for _, id := range slices.Sorted(maps.Keys(h.claims)) {
		if over && rapid.Bool().Draw(rt, "doubt") {
			doubts = append(doubts, h.claims[id].Claim)
		}
	}
	through, err := w.s.Post(w.ctx, h.lease, h.outcomes, doubts)
	for _, o := range h.outcomes {
		w.record(o, h.lease.Fence)
	}
	h.outcomes = nil
	if len(doubts) > 0 && !w.working(h) {
		if !errors.Is(err, domain.ErrConflict) || len(through) > 0 {
			rt.Fatalf("doubted %v without the lease: %v", through, err)
		}
		return
	}
	w.must(rt, err)
	var want []domain.PatronID
	for _, c := range doubts {
		if p := w.by(c.Patron); w.due(p) && p.revision == h.claims[c.Patron].revision {
			want = append(want, c.Patron)
		}
	}
	if !slices.Equal(want, through) {
		rt.Fatalf("%v went through, want %v", through, want)
	}
	for _, id := range through {
		w.hand(rt, h, id)
		delete(h.claims, id)
	}
}

// hand hands one letter over.
func (w *world) hand(rt *rapid.T, h *hand, id domain.PatronID) {
	p, c := w.by(id), h.claims[id]
	if p.state == domain.Sent || p.suppressed || p.Audience != w.entitled() || p.Email != c.Email {
		rt.Fatalf("%+v gets a letter", p)
	}
	p.doubtful = p.doubtful || p.state == domain.InDoubt
	p.state, p.fence = domain.InDoubt, w.fence
	state := rapid.SampledFrom([]domain.DeliveryState{
		domain.Sent, domain.Sent, domain.Deferred, domain.Failed, domain.InDoubt, domain.Queued,
	}).Draw(rt, "answer")
	if state == domain.Sent || state == domain.InDoubt {
		if p.copies++; p.copies > 1 && !c.Doubtful {
			rt.Fatalf("%+v gets a letter once more, and nobody knows", p)
		}
	}
	h.outcomes = append(h.outcomes, w.put(rt, id, state))
}

// record is what an outcome does to the model.
func (w *world) record(o delivery.Outcome, fence int64) {
	p := w.by(o.Patron)
	if p.state == domain.Sent || o.State != domain.Sent && (!p.pending() || fence != w.fence) {
		return
	}
	if w.state == domain.EditionCancelled && (o.State == domain.Queued || o.State == domain.Deferred) {
		o.State, o.NextAt = domain.Skipped, time.Time{}
	}
	p.doubtful = p.doubtful || p.state == domain.InDoubt && p.fence != fence || o.State == domain.InDoubt
	p.lost = p.lost || o.State == domain.InDoubt
	p.state, p.fence, p.later = o.State, fence, o.NextAt.Equal(future())
	if o.Tried {
		p.attempts++
	}
}

func (w *world) suppress(rt *rapid.T) {
	p := w.somebody(rt)
	w.must(rt, w.s.SuppressPatron(w.ctx, p.ID, domain.Unsubscribed))
	p.suppressed = true
	p.revision++
}

func (w *world) lift(rt *rapid.T) {
	p := w.somebody(rt)
	w.must(rt, w.s.Unsuppress(w.ctx, p.ID, domain.Unsubscribed))
	p.suppressed = false
	p.revision++
}

func (w *world) change(rt *rapid.T, edit func(*domain.Patron)) {
	p := w.somebody(rt)
	before := p.Patron
	edit(&p.Patron)
	w.must(rt, w.s.ApplyDifference(w.ctx, w.name, patron.Difference{Update: []patron.Update{{Before: before, After: p.Patron}}}))
	p.revision++
}

func (w *world) tier(rt *rapid.T) {
	a := rapid.SampledFrom([]domain.Audience{w.entitled(), w.entitled(), former}).Draw(rt, "audience")
	w.change(rt, func(p *domain.Patron) { p.Audience = a })
}

// rename also gives somebody another address, which is as suppressed as theirs was.
func (w *world) rename(rt *rapid.T) {
	w.change(rt, func(p *domain.Patron) { p.Name, p.Email = p.Name+"x", "x"+p.Email })
}

func (w *world) move(rt *rapid.T, from, to domain.EditionState) bool {
	err := w.s.SetEditionState(w.ctx, w.edition, []domain.EditionState{from}, to, "")
	if w.state != from {
		if !errors.Is(err, domain.ErrConflict) {
			rt.Fatalf("moved from %s, which it is not: %v", from, err)
		}
		return false
	}
	w.must(rt, err)
	w.state = to
	return true
}

func (w *world) hold(rt *rapid.T) { w.move(rt, domain.EditionSending, domain.EditionHeld) }

func (w *world) goOn(rt *rapid.T) { w.move(rt, domain.EditionHeld, domain.EditionSending) }

// remake makes the edition anew, if it is held and nothing of it has begun. Runs
// that had it have nothing in hand then, whatever they are about to say.
func (w *world) remake(rt *rapid.T) {
	if slices.ContainsFunc(w.people, func(p *person) bool { return p.Audience != w.entitled() }) {
		return // they would have no delivery, of which the model knows nothing
	}
	_, err := w.s.RemakeEdition(w.ctx, w.edition, w.content(domain.EditionHeld))
	begun := func(p *person) bool { return p.state != domain.Queued || p.attempts > 0 || p.doubtful }
	if w.state != domain.EditionHeld || slices.ContainsFunc(w.people, begun) {
		if !errors.Is(err, domain.ErrConflict) {
			rt.Fatalf("made anew while %s: %v", w.state, err)
		}
		return
	}
	w.must(rt, err)
	w.old = append(w.old, w.now)
	w.now = &hand{lease: w.now.lease, claims: map[domain.PatronID]held{}}
	w.live, w.fence = false, w.fence+1
	for _, p := range w.people {
		p.lost, p.later, p.fence = false, false, 0
	}
}

func (w *world) cancel(rt *rapid.T) {
	if !w.move(rt, domain.EditionSending, domain.EditionCancelled) {
		return
	}
	for _, p := range w.people {
		if p.state == domain.Queued || p.state == domain.Deferred {
			p.state, p.later = domain.Skipped, false
		}
	}
}

func (w *world) resend(rt *rapid.T) {
	n, err := w.s.ResendMissed(w.ctx, w.edition)
	if w.state == domain.EditionHeld {
		if !errors.Is(err, domain.ErrConflict) {
			rt.Fatalf("resent while %s: %v", w.state, err)
		}
		return
	}
	w.must(rt, err)
	missed := 0
	for _, p := range w.people {
		if p.state == domain.Failed || p.state == domain.Skipped {
			p.state, p.attempts, p.later, p.lost = domain.Queued, 0, false, false
			missed++
		}
	}
	if n != missed {
		rt.Fatalf("%d missed it, want %d", n, missed)
	}
	if missed > 0 {
		w.state = domain.EditionSending
	}
}

func (w *world) finish(rt *rapid.T) {
	done, err := w.s.Finish(w.ctx, w.edition)
	w.must(rt, err)
	if w.state == domain.EditionSending && !slices.ContainsFunc(w.people, (*person).pending) {
		w.state = domain.EditionDone
	}
	if done != (w.state == domain.EditionDone) {
		rt.Fatalf("done %t, but the edition is %s", done, w.state)
	}
}

func (w *world) prove(rt *rapid.T) {
	found, err := w.s.Prove(w.ctx)
	w.must(rt, err)
	for _, f := range found {
		rt.Errorf("%s", f)
	}
}

// compare holds the rows against the model.
func (w *world) compare(rt *rapid.T) {
	rows, err := w.s.Deliveries(w.ctx, w.edition)
	w.must(rt, err)
	var got, want []string
	for _, d := range rows {
		got = append(got, fmt.Sprint(d.Patron, d.State, d.Attempts, d.NextAt.Equal(future())))
	}
	wanted := domain.Balance{Entitled: len(w.people)}
	for _, p := range w.people {
		want = append(want, fmt.Sprint(p.ID, p.state, p.attempts, p.later))
		switch {
		case p.pending():
			wanted.Pending++
			if p.doubtful || p.state == domain.InDoubt {
				wanted.InDoubt++
			}
		case p.state == domain.Sent:
			wanted.Sent++
		case p.state == domain.Failed:
			wanted.Failed++
		default:
			wanted.Skipped++
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		rt.Fatalf("deliveries (-want +got):\n%s", diff)
	}
	b, err := w.s.Balance(w.ctx, w.edition)
	w.must(rt, err)
	if b != wanted || !b.Balances() {
		rt.Fatalf("balance %v, want %v", b, wanted)
	}
}

// drain sends to everybody who is left and due; in the end all have got the
// edition, or there is a reason.
func (w *world) drain(rt *rapid.T) {
	w.goOn(rt)
	w.crash(rt)
	if w.state != domain.EditionSending {
		return
	}
	w.claim(rt)
	for _, id := range slices.Sorted(maps.Keys(w.now.claims)) {
		if through, err := w.s.Post(w.ctx, w.now.lease, nil, []delivery.Claim{w.now.claims[id].Claim}); err != nil || len(through) != 1 {
			rt.Fatalf("%v went through of what is due, %v", through, err)
		}
		_, err := w.s.Post(w.ctx, w.now.lease, []delivery.Outcome{{Patron: id, State: domain.Sent}}, nil)
		w.must(rt, err)
		p := w.by(id)
		p.doubtful = p.doubtful || p.state == domain.InDoubt
		p.state = domain.Sent
	}
	w.compare(rt)
	w.must(rt, w.s.Release(w.ctx, w.now.lease))
	w.fence++
	w.finish(rt)
	w.prove(rt)
}
