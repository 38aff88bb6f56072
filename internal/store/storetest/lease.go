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
	if marked := r.doubt(t, claims...); len(marked) != 1 {
		t.Errorf("marked %v, want what was claimed before", marked)
	}
}

func leaseTakenOver(t *testing.T, s store.Store) {
	ctx := t.Context()
	r := sending(t, s, 4)
	claims := r.claim(t, 3)
	r.doubt(t, claims[0], claims[1])
	r.record(t, outcome(claims[0], domain.Sent))
	lost := r.crash(t)
	r.expect(t, domain.Sent, domain.InDoubt, domain.Queued, domain.Queued)
	if r.lease.Fence <= lost.Fence {
		t.Errorf("fence %d after %d", r.lease.Fence, lost.Fence)
	}
	_, err := s.Claim(ctx, lost, 0, 1)
	wants(t, err, domain.ErrConflict)
	_, err = s.Post(ctx, lost, nil, claims[2:])
	wants(t, err, domain.ErrConflict)
	again := r.claim(t, 10)
	if len(again) != 3 || !again[0].Doubtful || again[0].Attempts != 0 || again[1].Doubtful {
		t.Errorf("claimed %+v, want all but the first, the first of them doubtful", again)
	}
	if b := must(s.Balance(ctx, r.edition))(t); b.InDoubt != 1 {
		t.Errorf("balance %v, want one in doubt still", b)
	}
}

func leaseReleased(t *testing.T, s store.Store) {
	r := sending(t, s, 3)
	first := r.lease
	claims := r.claim(t, 2)
	r.doubt(t, claims[0])
	check(t, s.Release(t.Context(), first))
	r.expect(t, domain.InDoubt, domain.Queued, domain.Queued)
	_, err := s.Claim(t.Context(), first, 0, 1)
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
	check(t, s.Release(t.Context(), lost))
	r.claim(t, 1) // the lease is still there
}

func leaseOfNothing(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	none := delivery.Lease{Shard: delivery.Shard{Edition: r.edition, Number: 1}, Owner: "first"}
	_, err := s.Lease(t.Context(), none.Shard, "first", time.Hour)
	wants(t, err, domain.ErrNotFound)
	wants(t, s.Release(t.Context(), none), domain.ErrNotFound)
	_, err = s.Post(t.Context(), none, nil, nil)
	wants(t, err, domain.ErrNotFound)
	_, err = s.NextDue(t.Context(), none.Shard)
	wants(t, err, domain.ErrNotFound)
}

// DeadOwner is for engines: a process leases a shard and dies, and its heir, which
// die opens, takes the shard over at once, though the lease has an hour to go.
// Another process, if there can be one, must not do so before.
func DeadOwner(t *testing.T, first, other store.Store, die func() (heir store.Store)) {
	t.Helper()
	ctx := t.Context()
	r := sending(t, first, 3)
	r.doubt(t, r.claim(t, 1)...)
	if other != nil {
		for _, owner := range []string{"second", "first"} { // a name is not enough
			_, err := other.Lease(ctx, r.shard(), owner, time.Hour)
			wants(t, err, domain.ErrConflict)
		}
		if idle := must(other.IdleShards(ctx, time.Now()))(t); len(idle) != 0 {
			t.Errorf("idle while the owner lives: %v", idle)
		}
	}
	r.Store = die()
	if idle := must(r.IdleShards(ctx, time.Now()))(t); len(idle) != 1 || idle[0] != r.shard() {
		t.Errorf("idle after the owner died: %v", idle)
	}
	lost := r.lease
	r.take(t, "first", time.Hour)
	if r.lease.Fence <= lost.Fence {
		t.Errorf("fence %d after %d", r.lease.Fence, lost.Fence)
	}
	if again := r.claim(t, 10); len(again) != 3 || !again[0].Doubtful || again[1].Doubtful {
		t.Errorf("claimed %+v, want all, the first of them doubtful", again)
	}
}
