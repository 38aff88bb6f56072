package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
)

// shard is a shard's row at an instant.
type shard struct {
	delivery.Lease       // who has it; nobody when it was given up
	instance       int64 // the process that has it
	settled, high  key   // its pending rows are after the one, up to the other
	edition        domain.EditionState
	now            time.Time
}

// shard reads a shard's row.
func (s *Store) shard(ctx context.Context, q Querier, id delivery.Shard) (shard, error) {
	is, err := one(ctx, q, readLease, `select s.owner, s.instance, s.fence, s.until, s.settled, s.high, e.state
		from shards s join editions e on e.id = s.edition where s.edition = $1 and s.number = $2`, id.Edition, id.Number)
	if err != nil {
		return is, err
	}
	is.Shard = id
	is.now, err = s.engine.Clock(ctx, q)
	return is, err
}

func readLease(r row) (shard, error) {
	var is shard
	err := r.Scan(&is.Owner, &is.instance, &is.Fence, (*instant)(&is.Until), &is.settled, &is.high, &is.edition)
	return is, err
}

// live reports whether anybody's time has not run out.
func (is *shard) live() bool { return is.Until.After(is.now) }

// leased refuses when the lease has run out or somebody else has taken it.
func (is *shard) leased(l delivery.Lease) error {
	if is.Fence != l.Fence || !is.live() {
		return fmt.Errorf("%w: the lease is lost", domain.ErrConflict)
	}
	return nil
}

// sending refuses when the edition is not to be sent.
func (is *shard) sending() error {
	if is.edition != domain.EditionSending {
		return fmt.Errorf("%w: the edition is %s", domain.ErrConflict, is.edition)
	}
	return nil
}

// may refuses what only the owner of a shard that is being sent may do.
func (is *shard) may(l delivery.Lease) error {
	if err := is.leased(l); err != nil {
		return err
	}
	return is.sending()
}

// hold is a shard in a transaction that has locked its row: what is done to its
// deliveries is done one transaction after the other.
type hold struct {
	shard
	s  *Store
	tx Tx
}

// inHold runs fn in a transaction that holds the shard.
func (s *Store) inHold(ctx context.Context, id delivery.Shard, fn func(*hold) error) error {
	return s.inTx(ctx, func(tx Tx) error {
		if err := s.engine.Lock(ctx, tx, "select 1 from shards where edition = $1 and number = $2", id.Edition, id.Number); err != nil {
			return err
		}
		is, err := s.shard(ctx, tx, id) // as it is once the lock is had
		if err != nil {
			return err
		}
		return fn(&hold{is, s, tx})
	})
}

// Lease takes the shard for owner until ttl from now, or extends it for the
// owner that has it. Rows in doubt need no hand: what was marked under an
// earlier fence is due.
func (s *Store) Lease(ctx context.Context, id delivery.Shard, owner string, ttl time.Duration) (delivery.Lease, error) {
	l := delivery.Lease{Shard: id, Owner: owner}
	err := s.inHold(ctx, id, func(h *hold) error {
		if err := h.sending(); err != nil {
			return err
		}
		l.Fence, l.Until = h.Fence, h.now.Add(ttl)
		if !h.live() || h.Owner != owner || h.instance != s.engine.Instance() {
			if err := h.free(ctx); err != nil {
				return err
			}
			l.Fence++
		}
		_, err := exec(ctx, h.tx, `update shards set owner = $3, instance = $4, fence = $5, until = $6, due = 0
			where edition = $1 and number = $2`, id.Edition, id.Number, owner, s.engine.Instance(), l.Fence, instant(l.Until))
		return err
	})
	if err != nil {
		return delivery.Lease{}, fmt.Errorf("lease shard %d of edition %d: %w", id.Number, id.Edition, err)
	}
	return l, nil
}

// free refuses while another run has the shard. One whose process is dead has
// none, whatever its lease says.
func (h *hold) free(ctx context.Context) error {
	if !h.live() {
		return nil
	}
	alive, err := one(ctx, h.tx, value[bool], "select "+h.s.engine.Alive("instance")+" from shards where edition = $1 and number = $2",
		h.Edition, h.Number)
	if err == nil && alive {
		return fmt.Errorf("%w: another run has the lease", domain.ErrConflict)
	}
	return err
}

// Release gives the lease up, and writes down what is left of the shard, so that
// nobody has to look at its rows to know. The fence grows: whoever had the lease
// has nothing in hand any more. A lease that is lost already is none to give up.
func (s *Store) Release(ctx context.Context, l delivery.Lease) error {
	err := s.inHold(ctx, l.Shard, func(h *hold) error {
		if h.Fence != l.Fence {
			return nil
		}
		first, due, err := h.s.rest(ctx, h.tx, h.settled, h.high)
		if err != nil {
			return err
		}
		_, err = exec(ctx, h.tx, `update shards set owner = '', instance = 0, fence = fence + 1, until = 0, settled = $3, due = $4
			where edition = $1 and number = $2`, l.Edition, l.Number, first-1, due)
		return err
	})
	if err != nil {
		return fmt.Errorf("release shard %d of edition %d: %w", l.Number, l.Edition, err)
	}
	return nil
}

// atOnce is when a row is due that only waits for a run: before any instant that
// anybody's clock shows.
const atOnce = 1

// rest looks for what is pending after one row and up to another: the first of
// it, which is after both when there is none, and when the earliest of it is
// due: atOnce for what only waits for a run, null when nothing is pending.
func (s *Store) rest(ctx context.Context, q Querier, after, upTo key) (first key, due sql.NullInt64, err error) {
	var least sql.NullInt64
	err = q.QueryRowContext(ctx, `select min(id), min(case when state = 0 or next_at = 0 then cast($3 as bigint) else next_at end)
		from deliveries where id > $1 and id <= $2 and state < 4`, after, upTo, atOnce).Scan(&least, &due)
	if !least.Valid {
		return upTo + 1, due, err
	}
	return key(least.Int64), due, err
}
