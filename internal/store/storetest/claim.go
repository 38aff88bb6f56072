package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/store"
)

func claimTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"in the order of patrons":       claimsInOrder,
		"writes nothing down":           claimWritesNothing,
		"what the letter needs":         claimTellsAll,
		"suppressed are skipped":        suppressedAreSkipped,
		"not entitled are skipped":      notEntitledAreSkipped,
		"skipped rows do not count":     skippedDoNotCount,
		"deferred when due":             deferredWhenDue,
		"in doubt not in the same hand": doubtStaysInHand,
		"goes on after a release":       goesOn,
		"not when held or cancelled":    notWhenHeld,
		"not without a live lease":      notWithoutLease,
		"skips with a lease only":       skipsWithLease,
	}
}

func claimsInOrder(t *testing.T, s store.Store) {
	r := sending(t, s, 5)
	var got []domain.PatronID
	after := domain.PatronID(0)
	for _, n := range []int{2, 0, 2, 2, 2} {
		for _, c := range must(s.Claim(t.Context(), r.lease, after, n))(t) {
			got = append(got, c.Patron)
			after = c.Patron
		}
	}
	want := make([]domain.PatronID, len(r.patrons))
	for i, p := range r.patrons {
		want[i] = p.ID
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("claimed (-want +got):\n%s", diff)
	}
}

func claimWritesNothing(t *testing.T, s store.Store) {
	r := sending(t, s, 3)
	before := must(s.Deliveries(t.Context(), r.edition))(t)
	if diff := cmp.Diff(r.claim(t, 3), r.claim(t, 3)); diff != "" {
		t.Errorf("the second claim differs:\n%s", diff)
	}
	if diff := cmp.Diff(before, must(s.Deliveries(t.Context(), r.edition))(t)); diff != "" {
		t.Errorf("claiming changed rows:\n%s", diff)
	}
}

func claimTellsAll(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	first := r.claim(t, 1)[0].Revision
	// The patron as they are at the claim, not at the freeze.
	r.change(t, 0, func(p *domain.Patron) { p.Email, p.Name = "Other@Example.com", "Other" })
	want := []delivery.Claim{{Patron: r.patrons[0].ID, Email: "Other@Example.com", Name: "Other", Audience: reader}}
	got := r.claim(t, 1)
	if want[0].Revision = got[0].Revision; got[0].Revision <= first {
		t.Errorf("revision %d after %d", got[0].Revision, first)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("first claim (-want +got):\n%s", diff)
	}
	r.doubt(t, got...)
	r.record(t, delivery.Outcome{Patron: got[0].Patron, State: domain.Deferred, NextAt: past(), Tried: true})
	want[0].Attempts = 1
	if diff := cmp.Diff(want, r.claim(t, 1)); diff != "" {
		t.Errorf("second claim (-want +got):\n%s", diff)
	}
}

func suppressedAreSkipped(t *testing.T, s store.Store) {
	r := sending(t, s, 3)
	check(t, s.SuppressPatron(t.Context(), r.patrons[0].ID, domain.Complained))
	check(t, s.SuppressPatron(t.Context(), r.patrons[2].ID, domain.Unsubscribed))
	if got := r.claim(t, 3); len(got) != 1 || got[0].Patron != r.patrons[1].ID {
		t.Errorf("claimed %v, want the second patron", got)
	}
	r.expect(t, domain.Skipped, domain.Queued, domain.Skipped)
	for i, class := range map[int]string{0: "complained", 2: "unsubscribed"} {
		if d := r.delivery(t, r.patrons[i].ID); d.Class != class || d.Reason == "" || d.Attempts != 0 {
			t.Errorf("delivery %+v, want class %q", d, class)
		}
	}
}

func notEntitledAreSkipped(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	r.change(t, 0, func(p *domain.Patron) { p.Audience = former })
	if got := r.claim(t, 2); len(got) != 1 || got[0].Patron != r.patrons[1].ID {
		t.Errorf("claimed %v, want the second patron", got)
	}
	if d := r.delivery(t, r.patrons[0].ID); d.State != domain.Skipped || d.Class != "entitlement" {
		t.Errorf("delivery %+v, want it skipped", d)
	}
}

func skippedDoNotCount(t *testing.T, s store.Store) {
	r := sending(t, s, 6)
	for _, p := range r.patrons[:4] {
		check(t, s.SuppressPatron(t.Context(), p.ID, domain.Bounced))
	}
	if got := r.claim(t, 1); len(got) != 1 || got[0].Patron != r.patrons[4].ID {
		t.Errorf("claimed %v, want the first who is not suppressed", got)
	}
	r.expect(t, domain.Skipped, domain.Skipped, domain.Skipped, domain.Skipped, domain.Queued, domain.Queued)
}

func deferredWhenDue(t *testing.T, s store.Store) {
	r := sending(t, s, 3)
	claims := r.claim(t, 3)
	r.doubt(t, claims...)
	r.record(t,
		delivery.Outcome{Patron: claims[0].Patron, State: domain.Deferred, NextAt: future(), Class: "greylisted", Reason: "451 later", Tried: true},
		delivery.Outcome{Patron: claims[1].Patron, State: domain.Deferred, NextAt: past()},
		outcome(claims[2], domain.Sent))
	if got := r.claim(t, 3); len(got) != 1 || got[0].Patron != claims[1].Patron || got[0].Attempts != 0 || got[0].Doubtful {
		t.Errorf("claimed %+v, want the one that is due", got)
	}
	d := r.delivery(t, claims[0].Patron)
	d.Changed = time.Time{}
	want := domain.Delivery{
		Edition: r.edition, Patron: claims[0].Patron, State: domain.Deferred, Attempts: 1, NextAt: future(), Class: "greylisted", Reason: "451 later",
	}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("deferred (-want +got):\n%s", diff)
	}
}

func doubtStaysInHand(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	claims := r.claim(t, 1)
	r.doubt(t, claims...)
	r.record(t, outcome(claims[0], domain.InDoubt)) // the answer to the dot was lost
	if got := r.claim(t, 1); len(got) != 0 {
		t.Errorf("claimed %+v from the hand that has it", got)
	}
	r.crash(t)
	again := r.claim(t, 1)
	if len(again) != 1 || !again[0].Doubtful {
		t.Errorf("claimed %+v, want the doubtful one", again)
	}
	r.record(t, delivery.Outcome{Patron: again[0].Patron, State: domain.InDoubt, NextAt: future()})
	r.crash(t)
	if got := r.claim(t, 1); len(got) != 0 {
		t.Errorf("claimed %+v before its time", got)
	}
}

// goesOn: what a release wrote down about the shard hides nothing that is due.
func goesOn(t *testing.T, s store.Store) {
	r := sending(t, s, 6)
	claims := r.claim(t, 6)
	r.record(t, outcome(claims[0], domain.Sent), outcome(claims[1], domain.Failed),
		delivery.Outcome{Patron: claims[2].Patron, State: domain.Deferred, NextAt: past()}, outcome(claims[3], domain.Sent))
	for range 2 {
		check(t, s.Release(t.Context(), r.lease))
		r.take(t, "next", time.Hour)
		if got := ids(r.claim(t, 6)); !cmp.Equal(got, []domain.PatronID{claims[2].Patron, claims[4].Patron, claims[5].Patron}) {
			t.Errorf("claimed %v", got)
		}
	}
}

func notWhenHeld(t *testing.T, s store.Store) {
	for _, state := range []domain.EditionState{domain.EditionHeld, domain.EditionCancelled} {
		r := &run{Store: s, patrons: enroll(t, s, 1, reader)}
		r.edition = must(s.CreateEdition(t.Context(), frozen(domain.Slot("2026-11-20T17:00-"+state), reader)))(t).ID
		r.move(t, domain.EditionFrozen, domain.EditionSending)
		r.take(t, "first", time.Hour)
		r.move(t, domain.EditionSending, state)
		_, err := s.Claim(t.Context(), r.lease, 0, 1)
		wants(t, err, domain.ErrConflict)
	}
}

func notWithoutLease(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	r.take(t, "first", -time.Hour)
	_, err := s.Claim(t.Context(), r.lease, 0, 1)
	wants(t, err, domain.ErrConflict)
	lost := r.crash(t)
	_, err = s.Claim(t.Context(), lost, 0, 1)
	wants(t, err, domain.ErrConflict)
	lost.Number = 7
	_, err = s.Claim(t.Context(), lost, 0, 1)
	wants(t, err, domain.ErrNotFound)
	r.expect(t, domain.Queued)
}

func skipsWithLease(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	check(t, s.SuppressPatron(t.Context(), r.patrons[0].ID, domain.Bounced))
	lost := r.crash(t)
	_, err := s.Claim(t.Context(), lost, 0, 1)
	wants(t, err, domain.ErrConflict)
	r.expect(t, domain.Queued)
}
