package storetest

import (
	"testing"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/store"
)

func leaseTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"one owner at a time":           oneOwner,
		"only while sending":            leaseOnlyWhileSending,
		"extended by its owner":         leaseExtended,
		"taken over when run out":       leaseTakenOver,
		"taken over after release":      leaseReleased,
		"released too late is harmless": releasedTooLate,
		"of no shard":                   leaseOfNothing,
	}
}

func oneOwner(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	_, err := s.Lease(t.Context(), r.shard(), "second", time.Hour)
	wants(t, err, domain.ErrConflict)
	if l := r.lease; l.Owner != "first" || l.Shard != r.shard() || l.Fence == 0 || l.Until.Before(time.Now().Add(30*time.Minute)) {
		t.Errorf("lease %+v", l)
	}
}

func leaseOnlyWhileSending(t *testing.T, s store.Store) {
	enroll(t, s, 2, reader)
	e := must(s.CreateEdition(t.Context(), frozen("2026-11-20T17:00", reader)))(t)
	r := &run{Store: s, edition: e.ID}
	for _, step := range [][2]domain.EditionState{
		{domain.EditionFrozen, domain.EditionHeld}, {domain.EditionHeld, domain.EditionSending}, {domain.EditionSending, domain.EditionCancelled},
	} {
		_, err := s.Lease(t.Context(), r.shard(), "first", -time.Hour)
		if step[0] == domain.EditionSending {
			check(t, err)
		} else {
			wants(t, err, domain.ErrConflict)
		}
		r.move(t, step[0], step[1])
	}
	_, err := s.Lease(t.Context(), r.shard(), "first", time.Hour)
	wants(t, err, domain.ErrConflict)
}

func leaseExtended(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	first := r.lease
	claims := r.claim(t, 1)
	r.take(t, "first", 2*time.Hour)
	if r.lease.Fence != first.Fence || !r.lease.Until.After(first.Until.Add(30*time.Minute)) {
		t.Errorf("extended %+v to %+v", first, r.lease)
	}
	r.lease = first // the old copy is as good: it names the same owner
	if marked := r.mark(t, claims...); len(marked) != 1 {
		t.Errorf("marked %v, want what was claimed before", marked)
	}
}

func leaseTakenOver(t *testing.T, s store.Store) {
	ctx := t.Context()
	r := sending(t, s, 4)
	claims := r.claim(t, 3)
	r.mark(t, claims[0], claims[1])
	r.record(t, outcome(claims[0], domain.Sent))
	lost := r.crash(t)
	r.expect(t, domain.Sent, domain.InDoubt, domain.Queued, domain.Queued)
	if r.lease.Fence <= lost.Fence {
		t.Errorf("fence %d after %d", r.lease.Fence, lost.Fence)
	}
	_, err := s.Claim(ctx, lost, 1)
	wants(t, err, domain.ErrConflict)
	_, err = s.MarkInDoubt(ctx, lost, claims[2:])
	wants(t, err, domain.ErrConflict)
	again := r.claim(t, 10)
	if len(again) != 3 || !again[0].Doubtful || again[0].Attempts != 1 || again[1].Doubtful || again[1].Attempts != 0 {
		t.Errorf("claimed %+v, want all but the first, the first of them doubtful", again)
	}
	r.expect(t, domain.Sent, domain.Claimed, domain.Claimed, domain.Claimed)
	if b := must(s.Balance(ctx, r.edition))(t); b.InDoubt != 1 {
		t.Errorf("balance %v, want one in doubt still", b)
	}
}

func leaseReleased(t *testing.T, s store.Store) {
	r := sending(t, s, 3)
	first := r.lease
	claims := r.claim(t, 2)
	r.mark(t, claims[0])
	check(t, s.Release(t.Context(), first))
	r.expect(t, domain.InDoubt, domain.Queued, domain.Queued)
	_, err := s.Claim(t.Context(), first, 1)
	wants(t, err, domain.ErrConflict)
	r.take(t, "first", time.Hour)
	if r.lease.Fence <= first.Fence {
		t.Errorf("fence %d after %d", r.lease.Fence, first.Fence)
	}
	if again := r.claim(t, 1); len(again) != 1 || again[0].Patron != claims[0].Patron || !again[0].Doubtful {
		t.Errorf("claimed %+v, want the row in doubt", again)
	}
}

func releasedTooLate(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	lost := r.crash(t)
	r.claim(t, 1)
	check(t, s.Release(t.Context(), lost))
	r.expect(t, domain.Claimed, domain.Queued)
	r.claim(t, 1) // the lease is still there
}

func leaseOfNothing(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	_, err := s.Lease(t.Context(), delivery.Shard{Edition: r.edition, Number: 1}, "first", time.Hour)
	wants(t, err, domain.ErrNotFound)
}
