package sqlstore

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
)

// shard is a shard's row, locked until the transaction ends: what is done to
// the deliveries of a shard is done one transaction after the other.
type shard struct {
	owner      string
	fence      int64
	until      time.Time
	edition    domain.EditionState
	recipients []domain.Audience
	now        time.Time // when the lock was had
}

// lock reads a shard and keeps others from it.
func (s *Store) lock(ctx context.Context, tx Tx, id delivery.Shard) (shard, error) {
	found, err := one(ctx, tx, readLocked, `select s.owner, s.fence, s.until, e.state, e.recipients
		from shards s join editions e on e.id = s.edition
		where s.edition = $1 and s.number = $2`+s.engine.ForUpdate("s"), id.Edition, id.Number)
	if err != nil {
		return found, err
	}
	found.now, err = s.engine.Clock(ctx, tx)
	return found, err
}

func readLocked(r row) (shard, error) {
	var found shard
	err := r.Scan(&found.owner, &found.fence, (*instant)(&found.until), &found.edition, asJSON{&found.recipients})
	return found, err
}

// live reports whether anybody has the lease.
func (sh *shard) live() bool { return sh.until.After(sh.now) }

// check refuses a lease that somebody else has taken or that has run out.
func (sh *shard) check(l delivery.Lease) error {
	if sh.fence != l.Fence || !sh.live() {
		return fmt.Errorf("%w: the lease is lost", domain.ErrConflict)
	}
	return nil
}

// sending refuses when the edition is not to be sent.
func (sh *shard) sending() error {
	if sh.edition != domain.EditionSending {
		return fmt.Errorf("%w: the edition is %s", domain.ErrConflict, sh.edition)
	}
	return nil
}

// Lease takes the shard for owner until ttl from now, or extends it for the
// owner that has it. Rows in doubt need no hand: what was marked under an
// earlier fence is due.
func (s *Store) Lease(ctx context.Context, id delivery.Shard, owner string, ttl time.Duration) (delivery.Lease, error) {
	l := delivery.Lease{Shard: id, Owner: owner}
	err := s.inTx(ctx, func(tx Tx) error {
		sh, err := s.lock(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := sh.sending(); err != nil {
			return err
		}
		l.Fence, l.Until = sh.fence, sh.now.Add(ttl)
		switch {
		case sh.live() && sh.owner != owner:
			return fmt.Errorf("%w: another run has the lease", domain.ErrConflict)
		case !sh.live():
			l.Fence++
			if err := s.requeueOlder(ctx, tx, l, sh.now); err != nil {
				return err
			}
		}
		_, err = exec(ctx, tx, "update shards set owner = $3, fence = $4, until = $5 where edition = $1 and number = $2",
			id.Edition, id.Number, owner, l.Fence, instant(l.Until))
		return err
	})
	if err != nil {
		return delivery.Lease{}, fmt.Errorf("lease shard %d of edition %d: %w", id.Number, id.Edition, err)
	}
	return l, nil
}

// requeueOlder queues what earlier owners left claimed.
func (s *Store) requeueOlder(ctx context.Context, tx Tx, l delivery.Lease, now time.Time) error {
	_, err := exec(ctx, tx, "update deliveries"+s.engine.By(pendingIndex)+" set state = "+queued+`, changed = $4
		where edition = $1 and shard = $2 and state < 4 and state = `+claimed+" and fence < $3",
		l.Edition, l.Number, l.Fence, instant(now))
	return err
}

// Release gives the lease up; rows still claimed are queued again. A lease that
// is lost already is none to give up.
func (s *Store) Release(ctx context.Context, l delivery.Lease) error {
	err := s.inTx(ctx, func(tx Tx) error {
		sh, err := s.lock(ctx, tx, l.Shard)
		if err != nil || sh.fence != l.Fence {
			return err
		}
		if _, err := exec(ctx, tx, "update shards set owner = '', until = 0 where edition = $1 and number = $2",
			l.Edition, l.Number); err != nil {
			return err
		}
		next := l
		next.Fence++
		return s.requeueOlder(ctx, tx, next, sh.now)
	})
	if err != nil {
		return fmt.Errorf("release shard %d of edition %d: %w", l.Number, l.Edition, err)
	}
	return nil
}
