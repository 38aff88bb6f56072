package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/store"
)

func ledgerTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"finish when nothing is pending": finishWhenDone,
		"finish without deliveries":      finishEmpty,
		"next due":                       nextDue,
		"expire what waits":              expireWaiting,
		"successor":                      successor,
		"paces survive":                  pacesSurvive,
	}
}

func finishWhenDone(t *testing.T, s store.Store) {
	ctx := t.Context()
	r := sending(t, s, 3)
	check(t, s.SuppressPatron(ctx, r.patrons[2].ID, domain.Bounced))
	claims := r.claim(t, 3)
	for _, step := range []delivery.Outcome{
		outcome(claims[0], domain.Sent),
		{Patron: claims[1].Patron, State: domain.InDoubt},
		{Patron: claims[1].Patron, State: domain.Deferred, NextAt: future()},
	} {
		r.record(t, step)
		if done := must(s.Finish(ctx, r.edition))(t); done {
			t.Errorf("done after %+v", step)
		}
	}
	check(t, s.Release(ctx, r.lease))
	if done := must(s.Finish(ctx, r.edition))(t); done {
		t.Error("done while one waits")
	}
	r.record(t, outcome(claims[1], domain.Sent)) // too late, but true
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

// nextDue asks while a run is at work, when the rows tell, and after it has
// ended, when it has written down what is left.
func nextDue(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	one, two := r.patrons[0].ID, r.patrons[1].ID
	for _, step := range []struct {
		outcome delivery.Outcome
		want    time.Time // zero is now
	}{
		{delivery.Outcome{Patron: one, State: domain.Deferred, NextAt: past()}, time.Time{}}, // the other waits for a run
		{delivery.Outcome{Patron: one, State: domain.Deferred, NextAt: future()}, time.Time{}},
		{delivery.Outcome{Patron: two, State: domain.Deferred, NextAt: past()}, past()},
		{delivery.Outcome{Patron: two, State: domain.InDoubt, NextAt: future().Add(-time.Hour)}, future().Add(-time.Hour)},
		{delivery.Outcome{Patron: one, State: domain.Sent}, future().Add(-time.Hour)},
		{delivery.Outcome{Patron: two, State: domain.InDoubt}, time.Time{}},
	} {
		r.record(t, step.outcome)
		for range 2 {
			at := must(s.NextDue(t.Context(), r.shard()))(t)
			if step.want.IsZero() && time.Since(at).Abs() > 24*time.Hour || !step.want.IsZero() && !at.Equal(step.want) {
				t.Errorf("after %+v the next is due %v, want %v", step.outcome, at, step.want)
			}
			check(t, s.Release(t.Context(), r.lease))
		}
		r.take(t, "next", time.Hour)
	}
	r.record(t, delivery.Outcome{Patron: two, State: domain.Sent})
	for range 2 {
		if at := must(s.NextDue(t.Context(), r.shard()))(t); !at.IsZero() {
			t.Errorf("nothing is pending, but due %v", at)
		}
		check(t, s.Release(t.Context(), r.lease))
	}
}

func expireWaiting(t *testing.T, s store.Store) {
	ctx := t.Context()
	r := sending(t, s, 6)
	claims := r.claim(t, 6)
	r.doubt(t, claims[:2]...)
	r.record(t, outcome(claims[1], domain.InDoubt), outcome(claims[2], domain.Sent), outcome(claims[3], domain.Failed),
		delivery.Outcome{Patron: claims[4].Patron, State: domain.Deferred, NextAt: future()})
	if n := must(s.Expire(ctx, r.lease, "expired", "a newer edition went out"))(t); n != 2 {
		t.Errorf("%d expired, want 2", n)
	}
	r.expect(t, domain.InDoubt, domain.InDoubt, domain.Sent, domain.Failed, domain.Failed, domain.Failed)
	d := r.delivery(t, claims[4].Patron)
	if d.Class != "expired" || d.Reason != "a newer edition went out" || !d.NextAt.IsZero() {
		t.Errorf("expired %+v", d)
	}
	lost := r.crash(t)
	_, err := s.Expire(ctx, lost, "expired", "")
	wants(t, err, domain.ErrConflict)
}

func successor(t *testing.T, s store.Store) {
	ctx := t.Context()
	var weekly []domain.EditionID
	for _, slot := range []domain.Slot{"2026-11-06T17:00", "2026-11-13T17:00", "2026-11-20T17:00"} {
		weekly = append(weekly, must(s.CreateEdition(ctx, frozen(slot)))(t).ID)
	}
	other := frozen("2026-11-20T17:00")
	other.Edition.Digest = "monthly"
	must(s.CreateEdition(ctx, other))(t)
	next := func(id domain.EditionID) time.Time { return must(s.Successor(ctx, id))(t) }
	if at := next(weekly[0]); !at.IsZero() {
		t.Errorf("a successor began %v, though none did", at)
	}
	start := func(id domain.EditionID) time.Time {
		check(t, s.SetEditionState(ctx, id, []domain.EditionState{domain.EditionFrozen}, domain.EditionSending, ""))
		return must(s.Edition(ctx, id))(t).Started
	}
	last := start(weekly[2])
	if at := next(weekly[0]); !at.Equal(last) {
		t.Errorf("the successor began %v, want %v", at, last)
	}
	middle := start(weekly[1])
	if at := next(weekly[0]); !at.Equal(middle) {
		t.Errorf("the successor began %v, want that of the next one, %v", at, middle)
	}
	if at := next(weekly[2]); !at.IsZero() {
		t.Errorf("the last one's successor began %v", at)
	}
}

func pacesSurvive(t *testing.T, s store.Store) {
	ctx := t.Context()
	if paces := must(s.Paces(ctx))(t); len(paces) != 0 {
		t.Errorf("paces %v before any was set", paces)
	}
	want := map[string]delivery.Pace{
		"relay main":         {Destination: "relay main", Until: future(), Reason: "421 \uFFFD slow down", Level: 3, Changed: instant()},
		"domain example.org": {Destination: "domain example.org", Changed: instant()},
	}
	first := want["relay main"]
	first.Level, first.Until, first.Reason = 1, time.Time{}, "x"
	check(t, s.SetPace(ctx, first))
	again := want["relay main"]
	again.Reason = "421 \xff slow down"
	check(t, s.SetPace(ctx, again))
	check(t, s.SetPace(ctx, want["domain example.org"]))
	if diff := cmp.Diff(want, must(s.Paces(ctx))(t)); diff != "" {
		t.Errorf("paces (-want +got):\n%s", diff)
	}
}
