package sqlstore

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
)

// hold is a shard's row and a transaction that has locked it: what is done to
// the deliveries of a shard is done one transaction after the other.
type hold struct {
	s   *Store
	tx  Tx
	l   delivery.Lease // what the caller believes to have
	now time.Time      // when the lock was had

	owner      string
	fence      int64
	until      time.Time
	edition    domain.EditionState
	recipients []domain.Audience
}

// inHold runs fn in a transaction that holds the lease's shard.
func (s *Store) inHold(ctx context.Context, l delivery.Lease, fn func(*hold) error) error {
	return s.inTx(ctx, func(tx Tx) error {
		h, err := one(ctx, tx, readHold, `select s.owner, s.fence, s.until, e.state, e.recipients
			from shards s join editions e on e.id = s.edition
			where s.edition = $1 and s.number = $2`+s.engine.ForUpdate("s"), l.Edition, l.Number)
		if err != nil {
			return err
		}
		h.s, h.tx, h.l = s, tx, l
		if h.now, err = s.engine.Clock(ctx, tx); err != nil {
			return err
		}
		return fn(&h)
	})
}

func readHold(r row) (hold, error) {
	var h hold
	err := r.Scan(&h.owner, &h.fence, (*instant)(&h.until), &h.edition, asJSON{&h.recipients})
	return h, err
}

// live reports whether anybody has the lease.
func (h *hold) live() bool { return h.until.After(h.now) }

// leased refuses when the lease has run out or somebody else has taken it.
func (h *hold) leased() error {
	if h.fence != h.l.Fence || !h.live() {
		return fmt.Errorf("%w: the lease is lost", domain.ErrConflict)
	}
	return nil
}

// sending refuses when the edition is not to be sent.
func (h *hold) sending() error {
	if h.edition != domain.EditionSending {
		return fmt.Errorf("%w: the edition is %s", domain.ErrConflict, h.edition)
	}
	return nil
}

// Lease takes the shard for owner until ttl from now, or extends it for the
// owner that has it. Rows in doubt need no hand: what was marked under an
// earlier fence is due.
func (s *Store) Lease(ctx context.Context, id delivery.Shard, owner string, ttl time.Duration) (delivery.Lease, error) {
	l := delivery.Lease{Shard: id, Owner: owner}
	err := s.inHold(ctx, l, func(h *hold) error {
		if err := h.sending(); err != nil {
			return err
		}
		l.Fence, l.Until = h.fence, h.now.Add(ttl)
		switch {
		case h.live() && h.owner != owner:
			return fmt.Errorf("%w: another run has the lease", domain.ErrConflict)
		case !h.live():
			l.Fence++
			if err := h.requeue(ctx, l.Fence); err != nil {
				return err
			}
		}
		return h.give(ctx, l)
	})
	if err != nil {
		return delivery.Lease{}, fmt.Errorf("lease shard %d of edition %d: %w", id.Number, id.Edition, err)
	}
	return l, nil
}

// Release gives the lease up; rows still claimed are queued again. A lease that
// is lost already is none to give up.
func (s *Store) Release(ctx context.Context, l delivery.Lease) error {
	err := s.inHold(ctx, l, func(h *hold) error {
		if h.fence != l.Fence {
			return nil
		}
		if err := h.give(ctx, delivery.Lease{Fence: l.Fence}); err != nil {
			return err
		}
		return h.requeue(ctx, l.Fence+1)
	})
	if err != nil {
		return fmt.Errorf("release shard %d of edition %d: %w", l.Number, l.Edition, err)
	}
	return nil
}

// give writes down who has the shard.
func (h *hold) give(ctx context.Context, to delivery.Lease) error {
	_, err := exec(ctx, h.tx, "update shards set owner = $3, fence = $4, until = $5 where edition = $1 and number = $2",
		h.l.Edition, h.l.Number, to.Owner, to.Fence, instant(to.Until))
	return err
}

// requeue queues what owners before a fence left claimed.
func (h *hold) requeue(ctx context.Context, fence int64) error {
	_, err := exec(ctx, h.tx, "update deliveries"+h.s.engine.By(pendingIndex)+" set state = "+queued+`, changed = $4
		where edition = $1 and shard = $2 and state < 4 and state = `+claimed+" and fence < $3",
		h.l.Edition, h.l.Number, fence, instant(h.now))
	return err
}
