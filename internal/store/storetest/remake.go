package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/delivery"
	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/store"
)

func remakeTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"remade as a whole":              remadeAsAWhole,
		"not when it is not held":        notRemadeUnlessHeld,
		"not when a delivery has begun":  notRemadeOnceBegun,
		"remade or as it was":            remadeOrAsItWas,
		"a late run has nothing in hand": lateRunOfRemade,
	}
}

// waiting is a held edition of two items for three readers.
func waiting(t *testing.T, s store.Store) domain.Edition {
	t.Helper()
	keep(t, s, "a", post("a", "1", past()), post("a", "2", past()), post("a", "3", past()))
	enroll(t, s, 3, reader)
	n := frozen("2026-11-20T17:00", reader)
	n.Edition.State, n.Edition.Reason = domain.EditionHeld, "something is missing"
	n.Edition.Items = []domain.ItemID{domain.NewItemID("a", "1"), domain.NewItemID("a", "2")}
	return must(s.CreateEdition(t.Context(), n))(t)
}

// other is another content for the slot's edition.
func other(to ...domain.Audience) digest.NewEdition {
	n := frozen("2026-11-20T17:00", to...)
	n.Edition.State, n.Edition.Reason, n.Edition.Subject = domain.EditionHeld, "made anew", "Mended"
	n.Edition.Frozen = instant().Add(time.Minute)
	n.Edition.Items = []domain.ItemID{domain.NewItemID("a", "3"), domain.NewItemID("a", "2")}
	for i := range n.Renditions {
		n.Renditions[i].Form = []byte("mended")
	}
	return n
}

func remadeAsAWhole(t *testing.T, s store.Store) {
	ctx := t.Context()
	was := waiting(t, s)
	enroll(t, s, 1, reader)
	enroll(t, s, 1, writer)
	made := must(s.RemakeEdition(ctx, was.ID, other(reader, writer)))(t)
	want := other().Edition
	want.ID = was.ID
	for name, got := range map[string]domain.Edition{"made": made, "by slot": must(s.EditionBySlot(ctx, "weekly", was.Slot))(t)} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, c := range must(s.Candidates(ctx, digest.CandidateQuery{Digest: "weekly", Published: past()}))(t) {
		if free := c.Edition == ""; free != (c.GUID == "1") {
			t.Errorf("item %s is in %q", c.GUID, c.Edition)
		}
	}
	renditions := must(s.Renditions(ctx, was.ID))(t)
	if len(renditions) != 2 || string(renditions[0].Form) != "mended" || string(renditions[1].Form) != "mended" {
		t.Errorf("renditions %v", renditions)
	}
	if b := must(s.Balance(ctx, was.ID))(t); b != (domain.Balance{Entitled: 5, Pending: 5}) {
		t.Errorf("balance %v", b)
	}
	expect(t, s)
	check(t, s.SetEditionState(ctx, was.ID, []domain.EditionState{domain.EditionHeld}, domain.EditionSending, ""))
	l := must(s.Lease(ctx, delivery.Shard{Edition: was.ID}, "first", time.Hour))(t)
	if claims := must(s.Claim(ctx, l, 0, 10))(t); len(claims) != 5 {
		t.Errorf("%d claims, want all five", len(claims))
	}
}

func notRemadeUnlessHeld(t *testing.T, s store.Store) {
	ctx := t.Context()
	_, err := s.RemakeEdition(ctx, 77, other(reader))
	wants(t, err, domain.ErrNotFound)
	e := waiting(t, s)
	for _, to := range []domain.EditionState{domain.EditionFrozen, domain.EditionSending, domain.EditionCancelled} {
		is := must(s.Edition(ctx, e.ID))(t).State
		check(t, s.SetEditionState(ctx, e.ID, []domain.EditionState{is}, to, ""))
		_, err := s.RemakeEdition(ctx, e.ID, other(reader))
		wants(t, err, domain.ErrConflict)
	}
	if got := must(s.Edition(ctx, e.ID))(t); got.Subject != e.Subject {
		t.Errorf("it says %q", got.Subject)
	}
}

// notRemadeOnceBegun: whatever has become of a delivery but waiting, it has begun.
func notRemadeOnceBegun(t *testing.T, s store.Store) {
	ctx := t.Context()
	r := sending(t, s, 3)
	claims := r.claim(t, 3)
	for name, begin := range map[string]func(){
		"deferred": func() {
			r.record(t, delivery.Outcome{Patron: claims[0].Patron, State: domain.Deferred, NextAt: past(), Tried: true})
		},
		"in doubt, and not begun": func() {
			r.doubt(t, claims[1])
			r.record(t, delivery.Outcome{Patron: claims[1].Patron, State: domain.Queued, Tried: true})
		},
		"sent": func() {
			r.doubt(t, claims[2])
			r.record(t, outcome(claims[2], domain.Sent))
		},
	} {
		begin()
		before := must(s.Deliveries(ctx, r.edition))(t)
		r.move(t, domain.EditionSending, domain.EditionHeld)
		_, err := s.RemakeEdition(ctx, r.edition, other(reader))
		wants(t, err, domain.ErrConflict)
		if diff := cmp.Diff(before, must(s.Deliveries(ctx, r.edition))(t)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		r.move(t, domain.EditionHeld, domain.EditionSending)
	}
}

// remadeOrAsItWas: what cannot be stored changes nothing.
func remadeOrAsItWas(t *testing.T, s store.Store) {
	ctx := t.Context()
	was := waiting(t, s)
	later := frozen("2026-11-27T17:00", reader)
	later.Edition.Items = []domain.ItemID{domain.NewItemID("a", "3")}
	must(s.CreateEdition(ctx, later))(t)
	_, err := s.RemakeEdition(ctx, was.ID, other(reader, writer))
	wants(t, err, domain.ErrConflict)
	if diff := cmp.Diff(was, must(s.Edition(ctx, was.ID))(t)); diff != "" {
		t.Errorf("edition (-want +got):\n%s", diff)
	}
	if r := must(s.Renditions(ctx, was.ID))(t); len(r) != 1 || string(r[0].Form) != "form" {
		t.Errorf("renditions %v", r)
	}
	if b := must(s.Balance(ctx, was.ID))(t); b != (domain.Balance{Entitled: 3, Pending: 3}) {
		t.Errorf("balance %v", b)
	}
	expect(t, s)
}

// lateRunOfRemade: a run that was slow while its edition was held and made anew
// has letters in hand that are not the edition's any more.
func lateRunOfRemade(t *testing.T, s store.Store) {
	ctx := t.Context()
	r := sending(t, s, 2)
	keep(t, s, "a", post("a", "2", past()), post("a", "3", past()))
	stale, late := r.claim(t, 2), r.lease
	r.move(t, domain.EditionSending, domain.EditionHeld)
	must(s.RemakeEdition(ctx, r.edition, other(reader)))(t)
	r.move(t, domain.EditionHeld, domain.EditionSending)
	refused := []delivery.Outcome{{Patron: stale[0].Patron, State: domain.Failed, Class: "refused", Reason: "554 no", Tried: true}}
	_, err := s.Post(ctx, late, refused, stale)
	wants(t, err, domain.ErrConflict)
	r.expect(t, domain.Queued, domain.Queued) // it was another letter that was refused
	r.take(t, "second", time.Hour)
	_, err = s.Post(ctx, late, refused, stale)
	wants(t, err, domain.ErrConflict)
	r.record(t, outcome(r.claim(t, 1)[0], domain.Sent))
	r.expect(t, domain.Sent, domain.Queued)
}
