package storetest

import (
	"slices"
	"testing"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/patron"
	"marquee/internal/store"
)

func inDoubtTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"counts an attempt":             markCounts,
		"suppression beats":             suppressionBeats,
		"address and audience hold":     addressAndAudience,
		"only what is claimed":          onlyClaimed,
		"not when the lease ran out":    markNeedsLease,
		"lifted suppression goes again": liftedSuppression,
	}
}

func markCounts(t *testing.T, s store.Store) {
	r := sending(t, s, 3)
	claims := r.claim(t, 2)
	if marked := r.mark(t, claims...); !slices.Equal(marked, ids(claims)) {
		t.Errorf("marked %v, want %v", marked, ids(claims))
	}
	r.expect(t, domain.InDoubt, domain.InDoubt, domain.Queued)
	if d := r.delivery(t, claims[1].Patron); d.Attempts != 1 || time.Since(d.Changed).Abs() > time.Hour {
		t.Errorf("delivery %+v", d)
	}
	if b := must(s.Balance(t.Context(), r.edition))(t); b.InDoubt != 2 {
		t.Errorf("balance %v", b)
	}
	if marked := r.mark(t); len(marked) != 0 {
		t.Errorf("marked %v of nothing", marked)
	}
}

func suppressionBeats(t *testing.T, s store.Store) {
	r := sending(t, s, 3)
	claims := r.claim(t, 3)
	check(t, s.SuppressPatron(t.Context(), claims[1].Patron, domain.Unsubscribed))
	if marked := r.mark(t, claims...); !slices.Equal(marked, []domain.PatronID{claims[0].Patron, claims[2].Patron}) {
		t.Errorf("marked %v, want all but the second", marked)
	}
	r.expect(t, domain.InDoubt, domain.Queued, domain.InDoubt)
	if got := r.claim(t, 1); len(got) != 0 {
		t.Errorf("claimed %v", got)
	}
	r.expect(t, domain.InDoubt, domain.Skipped, domain.InDoubt)
}

func addressAndAudience(t *testing.T, s store.Store) {
	r := sending(t, s, 5)
	claims := r.claim(t, 5)
	d := patron.Difference{}
	for i, edit := range []func(*domain.Patron){
		func(p *domain.Patron) { p.Email = "new@example.com" },
		func(p *domain.Patron) { p.Tier = "Screenwriter" },
		func(p *domain.Patron) { p.Standing = domain.Former },
		func(p *domain.Patron) { p.Name, p.External = "New", "n" }, // is not stamped by mistake
	} {
		after := r.patrons[i]
		edit(&after)
		d.Update = append(d.Update, patron.Update{Before: r.patrons[i], After: after})
	}
	check(t, s.ApplyDifference(t.Context(), "test", d))
	if marked := r.mark(t, claims...); !slices.Equal(marked, ids(claims[3:])) {
		t.Errorf("marked %v, want %v", marked, ids(claims[3:]))
	}
	r.expect(t, domain.Queued, domain.Queued, domain.Queued, domain.InDoubt, domain.InDoubt)
	again := r.claim(t, 5)
	if len(again) != 1 || again[0].Email != "new@example.com" || again[0].Attempts != 0 {
		t.Errorf("claimed %+v, want the new address", again)
	}
	r.expect(t, domain.Claimed, domain.Skipped, domain.Skipped, domain.InDoubt, domain.InDoubt)
}

func onlyClaimed(t *testing.T, s store.Store) {
	r := sending(t, s, 4)
	claims := r.claim(t, 3)
	r.mark(t, claims[0])
	r.mark(t, claims[1])
	r.record(t, outcome(claims[1], domain.Sent))
	stranger := delivery.Claim{Patron: r.patrons[3].ID, Email: r.patrons[3].Email, Audience: reader}
	if marked := r.mark(t, claims[0], claims[1], claims[2], stranger); !slices.Equal(marked, ids(claims[2:])) {
		t.Errorf("marked %v, want %v", marked, ids(claims[2:]))
	}
	r.expect(t, domain.InDoubt, domain.Sent, domain.InDoubt, domain.Queued)
}

func markNeedsLease(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	claims := r.claim(t, 1)
	r.take(t, "first", -time.Hour)
	_, err := s.MarkInDoubt(t.Context(), r.lease, claims)
	wants(t, err, domain.ErrConflict)
	r.expect(t, domain.Claimed)
}

func liftedSuppression(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	claims := r.claim(t, 1)
	check(t, s.SuppressPatron(t.Context(), claims[0].Patron, domain.Unsubscribed))
	r.mark(t, claims...)
	check(t, s.Unsuppress(t.Context(), claims[0].Patron, domain.Unsubscribed))
	if marked := r.mark(t, r.claim(t, 1)...); len(marked) != 1 {
		t.Errorf("marked %v, want the patron who came back", marked)
	}
}

func recordTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"every outcome":                everyOutcome,
		"sent stays sent":              sentStaysSent,
		"sent holds without the lease": sentHolds,
		"others need the fence":        othersNeedFence,
		"impossible outcomes":          impossibleOutcomes,
		"doubt is remembered":          doubtRemembered,
		"foreign words":                foreignWords,
	}
}

func everyOutcome(t *testing.T, s store.Store) {
	r := sending(t, s, 6)
	claims := r.claim(t, 6)
	r.mark(t, claims[:5]...)
	r.record(t,
		outcome(claims[0], domain.Sent),
		delivery.Outcome{Patron: claims[1].Patron, State: domain.Deferred, NextAt: future(), Class: "busy", Reason: "421"},
		delivery.Outcome{Patron: claims[2].Patron, State: domain.Failed, Class: "address", Reason: "550 5.1.1"},
		outcome(claims[3], domain.Queued), outcome(claims[4], domain.InDoubt), outcome(claims[5], domain.Queued))
	r.expect(t, domain.Sent, domain.Deferred, domain.Failed, domain.Queued, domain.InDoubt, domain.Queued)
	if d := r.delivery(t, claims[2].Patron); d.Class != "address" || d.Reason != "550 5.1.1" || !d.NextAt.IsZero() {
		t.Errorf("failed %+v", d)
	}
	r.record(t)
}

func sentStaysSent(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	claims := r.claim(t, 1)
	r.mark(t, claims...)
	r.record(t, delivery.Outcome{Patron: claims[0].Patron, State: domain.Sent, Reason: "250 first"})
	before := r.delivery(t, claims[0].Patron)
	for _, state := range []domain.DeliveryState{domain.Sent, domain.Deferred, domain.Failed, domain.Queued, domain.InDoubt} {
		r.record(t, outcome(claims[0], state))
		if after := r.delivery(t, claims[0].Patron); after != before {
			t.Errorf("%s made %+v of %+v", state, after, before)
		}
	}
}

func sentHolds(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	claims := r.claim(t, 2)
	r.mark(t, claims...)
	lost := r.crash(t)
	again := r.claim(t, 1)
	check(t, s.Record(t.Context(), lost, []delivery.Outcome{outcome(claims[0], domain.Sent), outcome(claims[1], domain.Sent)}))
	r.expect(t, domain.Sent, domain.Sent)
	if marked := r.mark(t, again...); len(marked) != 0 {
		t.Errorf("marked %v, which was sent meanwhile", marked)
	}
	r.record(t, outcome(claims[0], domain.Failed))
	r.expect(t, domain.Sent, domain.Sent)
}

func othersNeedFence(t *testing.T, s store.Store) {
	r := sending(t, s, 4)
	claims := r.claim(t, 3)
	r.mark(t, claims[0])
	lost := r.crash(t)
	again := r.claim(t, 1)
	r.mark(t, again...)
	for _, state := range []domain.DeliveryState{domain.Deferred, domain.Failed, domain.Queued, domain.InDoubt} {
		check(t, s.Record(t.Context(), lost, []delivery.Outcome{outcome(claims[0], state), outcome(claims[1], state)}))
		r.expect(t, domain.InDoubt, domain.Queued, domain.Queued, domain.Queued)
	}
	// Nobody has claimed or been told about the last: it was never in hand.
	r.record(t, delivery.Outcome{Patron: r.patrons[3].ID, State: domain.Failed})
	r.expect(t, domain.InDoubt, domain.Queued, domain.Queued, domain.Queued)
}

func impossibleOutcomes(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	claims := r.claim(t, 2)
	for _, state := range []domain.DeliveryState{domain.Claimed, domain.Skipped, "", "lost"} {
		err := s.Record(t.Context(), r.lease, []delivery.Outcome{outcome(claims[0], domain.Sent), outcome(claims[1], state)})
		wants(t, err, domain.ErrInvalid)
	}
	r.expect(t, domain.Claimed, domain.Claimed)
}

func doubtRemembered(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	claims := r.claim(t, 1)
	r.mark(t, claims...)
	r.crash(t)
	claims = r.claim(t, 2)
	r.mark(t, claims...)
	r.record(t, outcome(claims[1], domain.InDoubt))
	r.record(t,
		delivery.Outcome{Patron: claims[0].Patron, State: domain.Deferred, NextAt: past()},
		delivery.Outcome{Patron: claims[1].Patron, State: domain.Deferred, NextAt: past()})
	if b := must(s.Balance(t.Context(), r.edition))(t); b.InDoubt != 2 {
		t.Errorf("balance %v, want two that may have been sent", b)
	}
	for i, c := range r.claim(t, 2) {
		if !c.Doubtful || c.Attempts != 2-i {
			t.Errorf("claimed %+v, want it doubtful after %d attempts", c, 2-i)
		}
	}
}

func foreignWords(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	claims := r.claim(t, 1)
	r.record(t, delivery.Outcome{Patron: claims[0].Patron, State: domain.Failed, Class: "address", Reason: "550 caf\xe9\x00"})
	if d := r.delivery(t, claims[0].Patron); d.State != domain.Failed || d.Reason != "550 caf\uFFFD\uFFFD" {
		t.Errorf("delivery %+v", d)
	}
}
