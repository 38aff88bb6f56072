package storetest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/store"
)

func doubtTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"what is claimed goes through":    claimedGoThrough,
		"none of none":                    noneOfNone,
		"only the revision claimed":       onlyTheRevision,
		"suppression beats":               suppressionBeats,
		"lifted suppression":              liftedSuppression,
		"never twice":                     neverTwice,
		"needs the lease":                 doubtNeedsLease,
		"needs a sending edition":         doubtNeedsSending,
		"in any order":                    doubtInAnyOrder,
		"side by side":                    doubtsSideBySide,
		"outcomes come first":             outcomesFirst,
		"an unsubscription beats at once": unsubscribesAtOnce,
	}
}

func claimedGoThrough(t *testing.T, s store.Store) {
	r := sending(t, s, 3)
	claims := r.claim(t, 2)
	if marked := r.doubt(t, claims...); !slices.Equal(marked, ids(claims)) {
		t.Errorf("marked %v, want %v", marked, ids(claims))
	}
	r.expect(t, domain.InDoubt, domain.InDoubt, domain.Queued)
	if d := r.delivery(t, claims[0].Patron); d.Attempts != 0 {
		t.Errorf("%d attempts before any server was asked", d.Attempts)
	}
	if b := must(s.Balance(t.Context(), r.edition))(t); b.InDoubt != 2 {
		t.Errorf("balance %v", b)
	}
}

func noneOfNone(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	if marked := must(s.Post(t.Context(), r.lease, nil, nil))(t); len(marked) != 0 {
		t.Errorf("marked %v of nothing", marked)
	}
	stranger := delivery.Claim{Patron: r.patrons[0].ID + 100, Email: "x@example.com", Audience: reader}
	if marked := r.doubt(t, stranger); len(marked) != 0 {
		t.Errorf("marked %v", marked)
	}
}

func onlyTheRevision(t *testing.T, s store.Store) {
	r := sending(t, s, 6)
	claims := r.claim(t, 6)
	for i, edit := range []func(*domain.Patron){
		func(p *domain.Patron) { p.Email = "new@example.com" },
		func(p *domain.Patron) { p.Audience = writer },
		func(p *domain.Patron) { p.Standing = domain.Former },
		func(p *domain.Patron) { p.Name = "New" },
	} {
		r.change(t, i, edit)
	}
	if marked := r.doubt(t, claims...); !slices.Equal(marked, ids(claims[4:])) {
		t.Errorf("marked %v, want %v", marked, ids(claims[4:]))
	}
	r.expect(t, domain.Queued, domain.Queued, domain.Queued, domain.Queued, domain.InDoubt, domain.InDoubt)
	again := r.claim(t, 6)
	if len(again) != 2 || again[0].Email != "new@example.com" || again[1].Name != "New" {
		t.Errorf("claimed %+v, want the new address and the new name", again)
	}
	r.expect(t, domain.Queued, domain.Skipped, domain.Skipped, domain.Queued, domain.InDoubt, domain.InDoubt)
	if marked := r.doubt(t, again...); len(marked) != 2 {
		t.Errorf("marked %v of what was claimed anew", marked)
	}
}

func suppressionBeats(t *testing.T, s store.Store) {
	r := sending(t, s, 3)
	claims := r.claim(t, 3)
	check(t, s.SuppressPatron(t.Context(), claims[1].Patron, domain.Unsubscribed))
	if marked := r.doubt(t, claims...); !slices.Equal(marked, []domain.PatronID{claims[0].Patron, claims[2].Patron}) {
		t.Errorf("marked %v, want all but the second", marked)
	}
	r.expect(t, domain.InDoubt, domain.Queued, domain.InDoubt)
	if got := r.claim(t, 1); len(got) != 0 {
		t.Errorf("claimed %v", got)
	}
	r.expect(t, domain.InDoubt, domain.Skipped, domain.InDoubt)
}

func liftedSuppression(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	check(t, s.SuppressPatron(t.Context(), r.patrons[0].ID, domain.Unsubscribed))
	check(t, s.Unsuppress(t.Context(), r.patrons[0].ID, domain.Unsubscribed))
	claims := r.claim(t, 1)
	check(t, s.SuppressPatron(t.Context(), r.patrons[0].ID, domain.Unsubscribed))
	check(t, s.Unsuppress(t.Context(), r.patrons[0].ID, domain.Unsubscribed))
	if marked := r.doubt(t, claims...); len(marked) != 0 {
		t.Errorf("marked %v, though there was a change and a change back", marked)
	}
	if marked := r.doubt(t, r.claim(t, 1)...); len(marked) != 1 {
		t.Errorf("marked %v, want the patron who came back", marked)
	}
}

// neverTwice: what has moved on since it was claimed is not what was claimed.
func neverTwice(t *testing.T, s store.Store) {
	r := sending(t, s, 6)
	claims := r.claim(t, 6)
	r.doubt(t, claims[0])
	r.record(t, outcome(claims[1], domain.Sent), outcome(claims[2], domain.Failed),
		delivery.Outcome{Patron: claims[3].Patron, State: domain.Deferred, NextAt: future()})
	if marked := r.doubt(t, claims...); !slices.Equal(marked, ids(claims[4:])) {
		t.Errorf("marked %v, want %v", marked, ids(claims[4:]))
	}
	r.expect(t, domain.InDoubt, domain.Sent, domain.Failed, domain.Deferred, domain.InDoubt, domain.InDoubt)
}

func doubtNeedsLease(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	claims := r.claim(t, 2)
	r.take(t, "first", -time.Hour)
	_, err := s.Post(t.Context(), r.lease, []delivery.Outcome{outcome(claims[1], domain.Sent)}, claims[:1])
	wants(t, err, domain.ErrConflict)
	r.expect(t, domain.Queued, domain.Sent) // what was taken was taken
	lost := r.crash(t)
	_, err = s.Post(t.Context(), lost, nil, claims[:1])
	wants(t, err, domain.ErrConflict)
	r.expect(t, domain.Queued, domain.Sent)
}

func doubtNeedsSending(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	claims := r.claim(t, 2)
	r.doubt(t, claims[1])
	r.move(t, domain.EditionSending, domain.EditionHeld)
	_, err := s.Post(t.Context(), r.lease, []delivery.Outcome{{Patron: claims[1].Patron, State: domain.Deferred, NextAt: past()}}, claims[:1])
	wants(t, err, domain.ErrConflict)
	r.expect(t, domain.Queued, domain.Deferred) // outcomes are the lease's still
	r.move(t, domain.EditionHeld, domain.EditionSending)
	if marked := r.doubt(t, claims[0]); len(marked) != 1 {
		t.Errorf("marked %v after the hold", marked)
	}
}

func doubtInAnyOrder(t *testing.T, s store.Store) {
	r := sending(t, s, 40)
	claims := r.claim(t, 40)
	want := ids(claims)
	slices.Reverse(claims)
	if marked := r.doubt(t, append(claims, claims[7])...); !slices.Equal(marked, want) {
		t.Errorf("marked %v, want all in the order of patrons", marked)
	}
}

// doubtsSideBySide: one claim in two hands goes through in one of them.
func doubtsSideBySide(t *testing.T, s store.Store) {
	r := sending(t, s, 60)
	claims := r.claim(t, 60)
	var wg sync.WaitGroup
	hands := make([][]domain.PatronID, 4)
	errs := make([]error, len(hands))
	for i := range hands {
		wg.Go(func() {
			for some := range slices.Chunk(claims, 7) {
				marked, err := s.Post(t.Context(), r.lease, nil, some)
				if err != nil {
					errs[i] = err
					return
				}
				hands[i] = append(hands[i], marked...)
			}
		})
	}
	wg.Wait()
	var all []domain.PatronID
	for i := range hands {
		check(t, errs[i])
		all = append(all, hands[i]...)
	}
	slices.Sort(all)
	if !slices.Equal(all, ids(claims)) {
		t.Errorf("marked %v, want each once", all)
	}
}

func outcomesFirst(t *testing.T, s store.Store) {
	r := sending(t, s, 4)
	claims := r.claim(t, 4)
	r.doubt(t, claims[:2]...)
	outcomes := []delivery.Outcome{outcome(claims[0], domain.Sent), outcome(claims[1], domain.Sent)}
	if marked := must(s.Post(t.Context(), r.lease, outcomes, claims))(t); !slices.Equal(marked, ids(claims[2:])) {
		t.Errorf("marked %v, want the other two", marked)
	}
	r.expect(t, domain.Sent, domain.Sent, domain.InDoubt, domain.InDoubt)
}

// unsubscribesAtOnce races unsubscriptions with doubts: who is in doubt was so
// before the unsubscription was over.
func unsubscribesAtOnce(t *testing.T, s store.Store) {
	r := sending(t, s, 40)
	claims := r.claim(t, 40)
	gone := make(chan domain.PatronID, len(claims))
	go func() {
		defer close(gone)
		for _, c := range claims {
			if s.SuppressPatron(t.Context(), c.Patron, domain.Unsubscribed) == nil {
				gone <- c.Patron
			}
		}
	}()
	unsubscribed := map[domain.PatronID]bool{}
	for i := range claims {
		at := claims[len(claims)-1-i]
		for len(gone) > 0 {
			unsubscribed[<-gone] = true
		}
		before := unsubscribed[at.Patron]
		if marked := r.doubt(t, at); before && len(marked) > 0 {
			t.Errorf("patron %d is mailed after they unsubscribed", at.Patron)
		}
	}
	for range gone {
	}
}

func outcomeTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"every outcome":                everyOutcome,
		"attempts are counted":         attemptsCounted,
		"what ended stays":             endedStays,
		"sent holds without the lease": sentHolds,
		"sent after a release":         sentAfterRelease,
		"others need the fence":        othersNeedFence,
		"impossible outcomes":          impossibleOutcomes,
		"doubt is remembered":          doubtRemembered,
		"foreign words":                foreignWords,
	}
}

func everyOutcome(t *testing.T, s store.Store) {
	r := sending(t, s, 6)
	claims := r.claim(t, 6)
	r.doubt(t, claims[:5]...)
	r.record(t,
		outcome(claims[0], domain.Sent),
		delivery.Outcome{Patron: claims[1].Patron, State: domain.Deferred, NextAt: future(), Class: "busy", Reason: "421"},
		delivery.Outcome{Patron: claims[2].Patron, State: domain.Failed, Class: "address", Reason: "550 5.1.1"},
		outcome(claims[3], domain.Queued), outcome(claims[4], domain.InDoubt),
		delivery.Outcome{Patron: claims[5].Patron, State: domain.Failed, Class: "address", Reason: "550 5.1.1"})
	r.expect(t, domain.Sent, domain.Deferred, domain.Failed, domain.Queued, domain.InDoubt, domain.Failed)
	if d := r.delivery(t, claims[2].Patron); d.Class != "address" || d.Reason != "550 5.1.1" || !d.NextAt.IsZero() {
		t.Errorf("failed %+v", d)
	}
	want := []domain.DeliveryCount{
		{State: domain.Failed, Class: "address", Reason: "550 5.1.1", Count: 2},
		{State: domain.Queued, Count: 1},
		{State: domain.Deferred, Class: "busy", Reason: "421", Count: 1},
		{State: domain.InDoubt, Count: 1},
		{State: domain.Sent, Count: 1},
	}
	if diff := cmp.Diff(want, must(s.Reasons(t.Context(), r.edition))(t)); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func attemptsCounted(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	for want, tried := range []bool{false, true, true, false} {
		c := r.claim(t, 1)[0]
		if tried {
			r.doubt(t, c)
		}
		r.record(t, delivery.Outcome{Patron: c.Patron, State: domain.Deferred, NextAt: past(), Tried: tried})
		if got := r.delivery(t, c.Patron).Attempts; got != min(want, 2) {
			t.Errorf("%d attempts, want %d", got, min(want, 2))
		}
	}
	r.record(t, outcome(r.claim(t, 1)[0], domain.Sent))
	if got := r.delivery(t, r.patrons[0].ID).Attempts; got != 3 {
		t.Errorf("%d attempts in the end, want 3", got)
	}
}

// endedStays: sent stays sent, and what failed or was skipped only ever turns
// out to have been sent.
func endedStays(t *testing.T, s store.Store) {
	r := sending(t, s, 3)
	claims := r.claim(t, 3)
	r.record(t, delivery.Outcome{Patron: claims[0].Patron, State: domain.Sent, Reason: "250 first"},
		delivery.Outcome{Patron: claims[1].Patron, State: domain.Failed, Class: "address"})
	check(t, s.SuppressPatron(t.Context(), claims[2].Patron, domain.Bounced))
	r.claim(t, 3)
	before := must(s.Deliveries(t.Context(), r.edition))(t)
	for _, state := range []domain.DeliveryState{domain.Deferred, domain.Failed, domain.Queued, domain.InDoubt} {
		r.record(t, outcome(claims[0], state), outcome(claims[1], state), outcome(claims[2], state))
		if diff := cmp.Diff(before, must(s.Deliveries(t.Context(), r.edition))(t)); diff != "" {
			t.Errorf("%s moved what had ended:\n%s", state, diff)
		}
	}
	r.record(t, outcome(claims[0], domain.Sent), outcome(claims[1], domain.Sent), outcome(claims[2], domain.Sent))
	r.expect(t, domain.Sent, domain.Sent, domain.Sent)
	if after := r.delivery(t, claims[0].Patron); after != before[0] {
		t.Errorf("sent once more made %+v of %+v", after, before[0])
	}
}

func sentHolds(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	claims := r.claim(t, 2)
	r.doubt(t, claims...)
	lost := r.crash(t)
	again := r.claim(t, 1)
	must(s.Post(t.Context(), lost, []delivery.Outcome{outcome(claims[0], domain.Sent), outcome(claims[1], domain.Sent)}, nil))(t)
	r.expect(t, domain.Sent, domain.Sent)
	if marked := r.doubt(t, again...); len(marked) != 0 {
		t.Errorf("marked %v, which was sent meanwhile", marked)
	}
	r.record(t, outcome(claims[0], domain.Failed))
	r.expect(t, domain.Sent, domain.Sent)
}

// sentAfterRelease: what is known about a shard with nobody at work stays true.
func sentAfterRelease(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	c := r.claim(t, 1)[0]
	r.doubt(t, c)
	r.record(t, delivery.Outcome{Patron: c.Patron, State: domain.InDoubt, NextAt: future()})
	check(t, s.Release(t.Context(), r.lease))
	if at := must(s.NextDue(t.Context(), r.shard()))(t); !at.Equal(future()) {
		t.Errorf("due %v", at)
	}
	r.record(t, outcome(c, domain.Sent))
	if at := must(s.NextDue(t.Context(), r.shard()))(t); !at.IsZero() {
		t.Errorf("due %v, though all are sent", at)
	}
}

func othersNeedFence(t *testing.T, s store.Store) {
	r := sending(t, s, 3)
	claims := r.claim(t, 2)
	r.doubt(t, claims[0])
	lost := r.crash(t)
	check(t, s.Release(t.Context(), r.lease))
	released := r.lease
	r.take(t, "third", time.Hour)
	r.doubt(t, r.claim(t, 1)...)
	for _, state := range []domain.DeliveryState{domain.Deferred, domain.Failed, domain.Queued, domain.InDoubt} {
		for _, l := range []delivery.Lease{lost, released} {
			must(s.Post(t.Context(), l, []delivery.Outcome{outcome(claims[0], state), outcome(claims[1], state)}, nil))(t)
			r.expect(t, domain.InDoubt, domain.Queued, domain.Queued)
		}
	}
	check(t, s.Release(t.Context(), r.lease)) // and nobody has it
	must(s.Post(t.Context(), r.lease, []delivery.Outcome{outcome(claims[1], domain.Failed)}, nil))(t)
	r.expect(t, domain.InDoubt, domain.Queued, domain.Queued)
}

func impossibleOutcomes(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	claims := r.claim(t, 2)
	for _, state := range []domain.DeliveryState{domain.Skipped, "", "lost"} {
		_, err := s.Post(t.Context(), r.lease, []delivery.Outcome{outcome(claims[0], domain.Sent), outcome(claims[1], state)}, nil)
		wants(t, err, domain.ErrInvalid)
	}
	r.expect(t, domain.Queued, domain.Queued)
}

func doubtRemembered(t *testing.T, s store.Store) {
	r := sending(t, s, 4)
	claims := r.claim(t, 4)
	r.doubt(t, claims[0], claims[2])
	r.crash(t)
	claims = r.claim(t, 4)
	r.doubt(t, claims[0], claims[1], claims[3])
	put := func(i int, state domain.DeliveryState) delivery.Outcome {
		return delivery.Outcome{Patron: claims[i].Patron, State: state, NextAt: past(), Tried: true}
	}
	r.record(t, put(1, domain.InDoubt)) // no answer
	r.record(t, put(0, domain.Deferred), put(1, domain.Deferred), put(2, domain.Deferred), put(3, domain.Deferred))
	if b := must(s.Balance(t.Context(), r.edition))(t); b.InDoubt != 3 {
		t.Errorf("balance %v, want three that may have been sent", b)
	}
	for i, c := range r.claim(t, 4) {
		if c.Doubtful != (i < 3) { // the last was refused: that is an answer
			t.Errorf("claimed %+v, doubtful %t", c, i < 3)
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
