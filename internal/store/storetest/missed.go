package storetest

import (
	"testing"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/store"
)

func missedTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"cancelling skips what waits":  cancelSkips,
		"cancelled is not due":         cancelledIsNotDue,
		"resent to those who missed":   resentToMissed,
		"suppressed are skipped again": suppressedSkippedAgain,
		"resent while sending":         resentWhileSending,
		"resent after a cancellation":  resentAfterCancel,
		"resent to nobody":             resentToNobody,
		"doubts are never forgotten":   doubtsNotForgotten,
	}
}

func cancelSkips(t *testing.T, s store.Store) {
	r := sending(t, s, 7)
	claims := r.claim(t, 7)
	r.doubt(t, claims[0], claims[1], claims[6])
	r.record(t, outcome(claims[1], domain.Sent), outcome(claims[2], domain.Failed),
		delivery.Outcome{Patron: claims[3].Patron, State: domain.Deferred, NextAt: future()})
	r.move(t, domain.EditionSending, domain.EditionCancelled)
	r.expect(t, domain.InDoubt, domain.Sent, domain.Failed, domain.Skipped, domain.Skipped, domain.Skipped, domain.InDoubt)
	if d := r.delivery(t, claims[3].Patron); d.Class != "cancelled" || d.Reason == "" || !d.NextAt.IsZero() {
		t.Errorf("cancelled %+v", d)
	}
	// What the run had in hand has ended. Its answers still count, but nothing waits.
	r.record(t, outcome(claims[0], domain.Sent), delivery.Outcome{Patron: claims[4].Patron, State: domain.Failed},
		delivery.Outcome{Patron: claims[6].Patron, State: domain.Deferred, NextAt: past(), Class: "server", Tried: true})
	r.expect(t, domain.Sent, domain.Sent, domain.Failed, domain.Skipped, domain.Skipped, domain.Skipped, domain.Skipped)
	if d := r.delivery(t, claims[6].Patron); d.Class != "cancelled" || d.Attempts != 1 || !d.NextAt.IsZero() {
		t.Errorf("refused after the cancellation: %+v", d)
	}
}

func cancelledIsNotDue(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	r.record(t, delivery.Outcome{Patron: r.patrons[0].ID, State: domain.Deferred, NextAt: future()})
	check(t, s.Release(t.Context(), r.lease))
	r.move(t, domain.EditionSending, domain.EditionCancelled)
	if at := must(s.NextDue(t.Context(), r.shard()))(t); !at.IsZero() {
		t.Errorf("due %v, though all has ended", at)
	}
}

// part of the patrons get the edition, the others miss it.
func missed(t *testing.T, s store.Store) *run {
	t.Helper()
	r := sending(t, s, 4)
	claims := r.claim(t, 4)
	check(t, s.SuppressPatron(t.Context(), claims[3].Patron, domain.Unsubscribed))
	r.claim(t, 4)
	r.record(t, outcome(claims[0], domain.Sent), outcome(claims[1], domain.Failed),
		delivery.Outcome{Patron: claims[2].Patron, State: domain.Failed, Class: "refused", Reason: "554 no", Tried: true})
	check(t, s.Release(t.Context(), r.lease))
	if !must(s.Finish(t.Context(), r.edition))(t) {
		t.Fatal("not done")
	}
	return r
}

func resentToMissed(t *testing.T, s store.Store) {
	ctx := t.Context()
	r := missed(t, s)
	started := must(s.Edition(ctx, r.edition))(t).Started
	if n := must(s.ResendMissed(ctx, r.edition))(t); n != 3 {
		t.Errorf("%d missed it, want 3", n)
	}
	r.expect(t, domain.Sent, domain.Queued, domain.Queued, domain.Queued)
	if d := r.delivery(t, r.patrons[2].ID); d.Attempts != 0 || d.Class != "" || d.Reason != "" {
		t.Errorf("queued once more: %+v", d)
	}
	if e := must(s.Edition(ctx, r.edition))(t); e.State != domain.EditionSending || !e.Started.Equal(started) {
		t.Errorf("edition %+v, want it sending since %v", e, started)
	}
	if got := runs(t, s); len(got) != 2 {
		t.Errorf("runs %v, want one for each start", got)
	}
	if idle := must(s.IdleShards(ctx, future()))(t); len(idle) != 1 {
		t.Errorf("idle shards %v", idle)
	}
	if must(s.Finish(ctx, r.edition))(t) {
		t.Error("done again at once")
	}
}

func suppressedSkippedAgain(t *testing.T, s store.Store) {
	r := missed(t, s)
	must(s.ResendMissed(t.Context(), r.edition))(t)
	r.take(t, "second", time.Hour)
	if got := r.claim(t, 10); len(got) != 2 {
		t.Errorf("claimed %v, want the two whose sending failed", got)
	}
	r.expect(t, domain.Sent, domain.Queued, domain.Queued, domain.Skipped)
}

func resentWhileSending(t *testing.T, s store.Store) {
	r := sending(t, s, 3)
	claims := r.claim(t, 3)
	r.record(t, outcome(claims[0], domain.Failed))
	r.doubt(t, claims[1])
	if n := must(s.ResendMissed(t.Context(), r.edition))(t); n != 1 {
		t.Errorf("%d missed it, want 1", n)
	}
	r.expect(t, domain.Queued, domain.InDoubt, domain.Queued)
	r.record(t, outcome(claims[1], domain.Sent)) // the lease is still there
	r.expect(t, domain.Queued, domain.Sent, domain.Queued)
}

func resentAfterCancel(t *testing.T, s store.Store) {
	ctx := t.Context()
	enroll(t, s, 2, reader)
	e := must(s.CreateEdition(ctx, frozen("2026-11-20T17:00", reader)))(t)
	r := &run{Store: s, edition: e.ID}
	_, err := s.ResendMissed(ctx, e.ID)
	wants(t, err, domain.ErrConflict)
	r.move(t, domain.EditionFrozen, domain.EditionCancelled)
	r.expect(t, domain.Skipped, domain.Skipped)
	if n := must(s.ResendMissed(ctx, e.ID))(t); n != 2 {
		t.Errorf("%d missed it, want 2", n)
	}
	if e := must(s.Edition(ctx, e.ID))(t); e.State != domain.EditionSending || e.Started.IsZero() {
		t.Errorf("edition %+v", e)
	}
	r.take(t, "first", time.Hour)
	if got := r.claim(t, 10); len(got) != 2 {
		t.Errorf("claimed %v", got)
	}
}

func resentToNobody(t *testing.T, s store.Store) {
	ctx := t.Context()
	r := sending(t, s, 1)
	r.record(t, outcome(r.claim(t, 1)[0], domain.Sent))
	must(s.Finish(ctx, r.edition))(t)
	if n := must(s.ResendMissed(ctx, r.edition))(t); n != 0 {
		t.Errorf("%d missed it", n)
	}
	if e := must(s.Edition(ctx, r.edition))(t); e.State != domain.EditionDone {
		t.Errorf("edition is %s", e.State)
	}
	_, err := s.ResendMissed(ctx, r.edition+1)
	wants(t, err, domain.ErrNotFound)
}

func doubtsNotForgotten(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	r.doubt(t, r.claim(t, 2)...)
	r.crash(t)
	claims := r.claim(t, 2)
	r.record(t, outcome(claims[0], domain.Failed))
	check(t, s.SuppressPatron(t.Context(), claims[1].Patron, domain.Bounced))
	r.claim(t, 2)
	r.expect(t, domain.Failed, domain.Skipped)
	must(s.ResendMissed(t.Context(), r.edition))(t)
	check(t, s.Unsuppress(t.Context(), claims[1].Patron, domain.Bounced))
	for _, c := range r.claim(t, 2) {
		if !c.Doubtful || c.Attempts != 0 {
			t.Errorf("claimed %+v, want it doubtful", c)
		}
	}
}
