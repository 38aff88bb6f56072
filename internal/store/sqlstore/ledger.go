package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
)

// Successor is when the next edition of the same digest began to be sent; zero
// while none did. A correction succeeds nothing.
func (s *Store) Successor(ctx context.Context, id domain.EditionID) (time.Time, error) {
	started, err := all(ctx, s.reads, value[instant], `select later.started from editions e
		join editions later on later.digest = e.digest and later.slot > e.slot and later.started > 0 and later.corrects is null
		where e.id = $1 order by later.slot limit 1`, id)
	if err != nil {
		return time.Time{}, fmt.Errorf("find the successor of edition %d: %w", id, err)
	}
	if len(started) == 0 {
		return time.Time{}, nil
	}
	return time.Time(started[0]), nil
}

// Expire fails every row of the shard that waits to be sent, and says how many.
func (s *Store) Expire(ctx context.Context, l delivery.Lease, class, reason string) (int, error) {
	var expired int64
	err := s.inHold(ctx, l.Shard, func(h *hold) (err error) {
		if err := h.leased(l); err != nil {
			return err
		}
		expired, err = exec(ctx, h.tx, `update deliveries set state = 5, class = $3, reason = $4, changed = $5, next_at = 0
			where id > $1 and id <= $2 and state in (0, 1)`, h.settled, h.high, class, foreign(reason), instant(h.now))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("expire shard %d of edition %d: %w", l.Number, l.Edition, err)
	}
	return int(expired), nil
}

// Finish sets the edition to done when nothing of it is pending and reports
// whether it is done. The edition is locked before its shards are looked at:
// whoever puts rows back into the queue does so too.
func (s *Store) Finish(ctx context.Context, id domain.EditionID) (bool, error) {
	var done bool
	err := s.inTx(ctx, func(tx Tx) error {
		state, err := s.lockEdition(ctx, tx, id)
		if err != nil || state != domain.EditionSending {
			done = state == domain.EditionDone
			return err
		}
		pending, err := one(ctx, tx, value[bool], `select exists (select 1 from shards s where s.edition = $1 and s.due is not null and exists (
			select 1 from deliveries d where d.id > s.settled and d.id <= s.high and d.state < 4))`, id)
		if err != nil || pending {
			return err
		}
		done = true
		_, err = exec(ctx, tx, "update editions set state = 'done' where id = $1", id)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("finish edition %d: %w", id, err)
	}
	return done, nil
}

// NextDue is when the shard's earliest pending row is due; zero when none is
// pending. What waits for nothing but a run is due now.
func (s *Store) NextDue(ctx context.Context, id delivery.Shard) (time.Time, error) {
	at, err := s.nextDue(ctx, id)
	if err != nil {
		return time.Time{}, fmt.Errorf("find what is due next in shard %d of edition %d: %w", id.Number, id.Edition, err)
	}
	return at, nil
}

func (s *Store) nextDue(ctx context.Context, id delivery.Shard) (time.Time, error) {
	is, err := one(ctx, s.reads, readRest, "select due, settled, high from shards where edition = $1 and number = $2", id.Edition, id.Number)
	if err != nil {
		return time.Time{}, err
	}
	if is.due.Valid && is.due.Int64 == 0 {
		if _, is.due, err = s.rest(ctx, s.reads, is.settled, is.high); err != nil {
			return time.Time{}, err
		}
	}
	switch {
	case !is.due.Valid:
		return time.Time{}, nil
	case is.due.Int64 == atOnce:
		return s.engine.Clock(ctx, s.reads)
	}
	return time.UnixMicro(is.due.Int64).UTC(), nil
}

// rest is what a shard says about its rows.
type rest struct {
	due           sql.NullInt64
	settled, high key
}

func readRest(r row) (rest, error) {
	var is rest
	err := r.Scan(&is.due, &is.settled, &is.high)
	return is, err
}

// Balance counts an edition's deliveries against the number at the freeze.
func (s *Store) Balance(ctx context.Context, id domain.EditionID) (domain.Balance, error) {
	after, before := keysOf(id)
	b, err := one(ctx, s.reads, readBalance, `select coalesce((select entitled from editions where id = $3), 0),
		count(*) filter (where state = 4), count(*) filter (where state = 5), count(*) filter (where state = 6),
		count(*) filter (where state < 4), count(*) filter (where state < 4 and (doubtful or state = 3))
		from deliveries where id > $1 and id < $2`, after, before, id)
	if err != nil {
		return b, fmt.Errorf("count the deliveries of edition %d: %w", id, err)
	}
	return b, nil
}

func readBalance(r row) (domain.Balance, error) {
	var b domain.Balance
	err := r.Scan(&b.Entitled, &b.Sent, &b.Failed, &b.Skipped, &b.Pending, &b.InDoubt)
	return b, err
}
