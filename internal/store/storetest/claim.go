package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/patron"
	"marquee/internal/store"
)

func claimTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"in the order of patrons":       claimsInOrder,
		"what the letter needs":         claimTellsAll,
		"suppressed are skipped":        suppressedAreSkipped,
		"not entitled are skipped":      notEntitledAreSkipped,
		"skipped rows do not count":     skippedDoNotCount,
		"deferred when due":             deferredWhenDue,
		"in doubt not in the same hand": doubtStaysInHand,
		"not when held or cancelled":    notWhenHeld,
		"not without a live lease":      notWithoutLease,
		"never twice at once":           neverTwiceAtOnce,
		"shards do not overlap":         shardsDoNotOverlap,
	}
}

func claimsInOrder(t *testing.T, s store.Store) {
	r := sending(t, s, 5)
	var got []domain.PatronID
	for _, n := range []int{2, 0, 2, 2, 2} {
		got = append(got, ids(r.claim(t, n))...)
	}
	want := make([]domain.PatronID, len(r.patrons))
	for i, p := range r.patrons {
		want[i] = p.ID
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("claimed (-want +got):\n%s", diff)
	}
}

func claimTellsAll(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	// The patron as they are at the claim, not at the freeze.
	after := r.patrons[0]
	after.Email, after.Name = "Other@Example.com", "Other"
	check(t, s.ApplyDifference(t.Context(), "test", patron.Difference{Update: []patron.Update{{Before: r.patrons[0], After: after}}}))
	want := []delivery.Claim{{Patron: after.ID, Email: "Other@Example.com", Name: "Other", Audience: reader}}
	got := r.claim(t, 1)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("first claim (-want +got):\n%s", diff)
	}
	r.mark(t, got...)
	r.record(t, delivery.Outcome{Patron: after.ID, State: domain.Deferred, NextAt: past()})
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
	r.expect(t, domain.Skipped, domain.Claimed, domain.Skipped)
	for i, class := range map[int]string{0: "complained", 2: "unsubscribed"} {
		if d := r.delivery(t, r.patrons[i].ID); d.Class != class || d.Reason == "" || d.Attempts != 0 {
			t.Errorf("delivery %+v, want class %q", d, class)
		}
	}
}

func notEntitledAreSkipped(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	after := r.patrons[0]
	after.Audience = former
	check(t, s.ApplyDifference(t.Context(), "test", patron.Difference{Update: []patron.Update{{Before: r.patrons[0], After: after}}}))
	if got := r.claim(t, 2); len(got) != 1 || got[0].Patron != r.patrons[1].ID {
		t.Errorf("claimed %v, want the second patron", got)
	}
	if d := r.delivery(t, after.ID); d.State != domain.Skipped || d.Class != "entitlement" {
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
	r.expect(t, domain.Skipped, domain.Skipped, domain.Skipped, domain.Skipped, domain.Claimed, domain.Queued)
}

func deferredWhenDue(t *testing.T, s store.Store) {
	r := sending(t, s, 3)
	claims := r.claim(t, 3)
	r.mark(t, claims...)
	r.record(t,
		delivery.Outcome{Patron: claims[0].Patron, State: domain.Deferred, NextAt: future(), Class: "greylisted", Reason: "451 later"},
		delivery.Outcome{Patron: claims[1].Patron, State: domain.Deferred, NextAt: past()},
		outcome(claims[2], domain.Sent))
	if got := r.claim(t, 3); len(got) != 1 || got[0].Patron != claims[1].Patron || got[0].Attempts != 1 || got[0].Doubtful {
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
	r.mark(t, claims...)
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

func notWhenHeld(t *testing.T, s store.Store) {
	for _, state := range []domain.EditionState{domain.EditionHeld, domain.EditionCancelled} {
		r := &run{Store: s, patrons: enroll(t, s, 1, reader)}
		r.edition = must(s.CreateEdition(t.Context(), frozen(domain.Slot("2026-11-20T17:00-"+state), reader)))(t).ID
		r.move(t, domain.EditionFrozen, domain.EditionSending)
		r.take(t, "first", time.Hour)
		r.move(t, domain.EditionSending, state)
		_, err := s.Claim(t.Context(), r.lease, 1)
		wants(t, err, domain.ErrConflict)
	}
}

func notWithoutLease(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	r.take(t, "first", -time.Hour)
	_, err := s.Claim(t.Context(), r.lease, 1)
	wants(t, err, domain.ErrConflict)
	r.expect(t, domain.Queued)
}

func neverTwiceAtOnce(t *testing.T, s store.Store) {
	r := sending(t, s, 60)
	var wg sync.WaitGroup
	hands := make([][]delivery.Claim, 4)
	errs := make([]error, len(hands))
	for i := range hands {
		wg.Go(func() {
			for errs[i] == nil {
				claims, err := s.Claim(t.Context(), r.lease, 7)
				if errs[i] = err; len(claims) == 0 {
					return
				}
				hands[i] = append(hands[i], claims...)
			}
		})
	}
	wg.Wait()
	seen := map[domain.PatronID]int{}
	for i := range hands {
		check(t, errs[i])
		for _, c := range hands[i] {
			seen[c.Patron]++
		}
	}
	for patron, times := range seen {
		if times != 1 {
			t.Errorf("patron %d was claimed %d times", patron, times)
		}
	}
	if len(seen) != 60 {
		t.Errorf("%d patrons claimed, want 60", len(seen))
	}
}

func shardsDoNotOverlap(t *testing.T, s store.Store) {
	ctx := t.Context()
	enroll(t, s, 5001, reader)
	e := must(s.CreateEdition(ctx, frozen("2026-11-20T17:00", reader)))(t)
	must(s.StartDue(ctx, future()))(t)
	seen := map[domain.PatronID]bool{}
	for number := range 2 {
		l := must(s.Lease(ctx, delivery.Shard{Edition: e.ID, Number: number}, "first", time.Hour))(t)
		for _, c := range must(s.Claim(ctx, l, 6000))(t) {
			if seen[c.Patron] {
				t.Fatalf("patron %d is in both shards", c.Patron)
			}
			seen[c.Patron] = true
		}
	}
	if len(seen) != 5001 {
		t.Errorf("%d patrons in both shards, want 5001", len(seen))
	}
}
