package storetest

import (
	"testing"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/store"
)

func ledgerTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"finish when nothing is pending": finishWhenDone,
		"finish without deliveries":      finishEmpty,
		"next due":                       nextDue,
		"any sequence of events 1":       anySequence(1),
		"any sequence of events 2":       anySequence(2),
		"any sequence of events 3":       anySequence(3),
	}
}

func finishWhenDone(t *testing.T, s store.Store) {
	ctx := t.Context()
	r := sending(t, s, 3)
	check(t, s.SuppressPatron(ctx, r.patrons[2].ID, domain.Bounced))
	claims := r.claim(t, 3)
	for _, step := range []struct {
		outcome delivery.Outcome
		done    bool
	}{
		{outcome(claims[0], domain.Sent), false},
		{delivery.Outcome{Patron: claims[1].Patron, State: domain.InDoubt}, false},
		{delivery.Outcome{Patron: claims[1].Patron, State: domain.Deferred, NextAt: future()}, false},
	} {
		r.record(t, step.outcome)
		if done := must(s.Finish(ctx, r.edition))(t); done {
			t.Errorf("done after %+v", step.outcome)
		}
	}
	check(t, s.Record(ctx, r.lease, []delivery.Outcome{outcome(claims[1], domain.Sent)}))
	for range 2 {
		if done := must(s.Finish(ctx, r.edition))(t); !done {
			t.Error("not done with nothing pending")
		}
	}
	if e := must(s.Edition(ctx, r.edition))(t); e.State != domain.EditionDone {
		t.Errorf("edition is %s", e.State)
	}
	_, err := s.Finish(ctx, r.edition+1)
	wants(t, err, domain.ErrNotFound)
}

func finishEmpty(t *testing.T, s store.Store) {
	ctx := t.Context()
	e := must(s.CreateEdition(ctx, frozen("2026-11-20T17:00", reader)))(t)
	if done := must(s.Finish(ctx, e.ID))(t); done {
		t.Error("done before it was sent")
	}
	must(s.StartDue(ctx, future()))(t)
	if done := must(s.Finish(ctx, e.ID))(t); !done {
		t.Error("not done though it is for nobody")
	}
}

func nextDue(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	next := func() time.Time { return must(s.NextDue(t.Context(), r.shard()))(t) }
	if at := next(); time.Since(at).Abs() > 24*time.Hour {
		t.Errorf("queued rows are due %v, want now", at)
	}
	one, two := r.patrons[0].ID, r.patrons[1].ID
	r.claim(t, 2)
	for _, step := range []struct {
		outcome delivery.Outcome
		want    time.Time
	}{
		{delivery.Outcome{Patron: one, State: domain.Deferred, NextAt: past()}, time.Time{}}, // the other is in hand
		{delivery.Outcome{Patron: two, State: domain.Deferred, NextAt: future()}, past()},
		{delivery.Outcome{Patron: one, State: domain.InDoubt, NextAt: future().Add(-time.Hour)}, future().Add(-time.Hour)},
		{delivery.Outcome{Patron: one, State: domain.Sent}, future()},
	} {
		if step.outcome.State == domain.InDoubt {
			r.mark(t, r.claim(t, 1)...)
		}
		r.record(t, step.outcome)
		if at := next(); !step.want.IsZero() && !at.Equal(step.want) {
			t.Errorf("after %+v the next is due %v, want %v", step.outcome, at, step.want)
		}
	}
	r.record(t, delivery.Outcome{Patron: two, State: domain.Sent})
	if at := next(); !at.IsZero() {
		t.Errorf("nothing is pending, but due %v", at)
	}
}
