package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"marquee/internal/domain"
)

// What is said of deliveries that waited when their edition was cancelled.
const (
	classCancelled  = "cancelled"
	reasonCancelled = "the edition was cancelled"
)

// SetEditionState moves an edition from one of the states in from to another;
// domain.ErrConflict when it is in none of them, domain.ErrNotFound when there
// is no such edition. Going to sending enqueues its runs in the same
// transaction; cancelling skips what waits, and leaves doubts as they are.
func (s *Store) SetEditionState(ctx context.Context, id domain.EditionID, from []domain.EditionState, to domain.EditionState, reason string) error {
	err := s.inTx(ctx, func(tx Tx) error {
		if err := s.lockIn(ctx, tx, id, from); err != nil {
			return err
		}
		if _, err := exec(ctx, tx, "update editions set state = $2, reason = $3 where id = $1", id, to, reason); err != nil {
			return err
		}
		if to == domain.EditionFrozen || to == domain.EditionSending {
			if err := s.clear(ctx, tx, id); err != nil {
				return err
			}
		}
		switch to {
		case domain.EditionSending:
			return s.start(ctx, tx, id)
		case domain.EditionCancelled:
			return s.abandon(ctx, tx, id)
		default:
			return nil
		}
	})
	if err != nil {
		return fmt.Errorf("set edition %d to %s: %w", id, to, err)
	}
	return nil
}

// clear notes that an edition may go, whatever was withdrawn of it before.
func (s *Store) clear(ctx context.Context, tx Tx, id domain.EditionID) error {
	now, err := s.engine.Clock(ctx, tx)
	if err != nil {
		return err
	}
	_, err = exec(ctx, tx, "update editions set cleared = $2 where id = $1", id, instant(now))
	return err
}

// lockEdition keeps others from the edition, and says in which state it is.
func (s *Store) lockEdition(ctx context.Context, tx Tx, id domain.EditionID) (domain.EditionState, error) {
	if err := s.engine.Lock(ctx, tx, "select 1 from editions where id = $1", id); err != nil {
		return "", err
	}
	return one(ctx, tx, value[domain.EditionState], "select state from editions where id = $1", id)
}

// lockIn locks an edition that must be in one of some states.
func (s *Store) lockIn(ctx context.Context, tx Tx, id domain.EditionID, states []domain.EditionState) error {
	is, err := s.lockEdition(ctx, tx, id)
	if err == nil && !slices.Contains(states, is) {
		return fmt.Errorf("%w: it is %s, not %s", domain.ErrConflict, is, names(states))
	}
	return err
}

// lockShards keeps every run from the edition's rows.
func (s *Store) lockShards(ctx context.Context, tx Tx, id domain.EditionID) error {
	return s.engine.Lock(ctx, tx, "select 1 from shards where edition = $1 order by number", id)
}

// start notes when an edition began to be sent, and enqueues its runs. One that
// was held on the way keeps its first start: every copy has the same Date.
func (s *Store) start(ctx context.Context, tx Tx, id domain.EditionID) error {
	now, err := s.engine.Clock(ctx, tx)
	if err != nil {
		return err
	}
	if _, err := exec(ctx, tx, "update editions set started = $2 where id = $1 and started = 0", id, instant(now)); err != nil {
		return err
	}
	return enqueueRuns(ctx, tx, id)
}

// abandon skips what waits to be sent.
func (s *Store) abandon(ctx context.Context, tx Tx, id domain.EditionID) error {
	if err := s.lockShards(ctx, tx, id); err != nil {
		return err
	}
	now, err := s.engine.Clock(ctx, tx)
	if err != nil {
		return err
	}
	after, before := keysOf(id)
	if _, err := exec(ctx, tx, `update deliveries set state = 6, class = $3, reason = $4, changed = $5, next_at = 0
		where id > $1 and id < $2 and state in (0, 1)`, after, before, classCancelled, reasonCancelled, instant(now)); err != nil {
		return err
	}
	_, err = exec(ctx, tx, "update shards set due = 0 where edition = $1", id)
	return err
}

// ResendMissed queues every delivery of an edition that failed or was skipped
// once more, as if it had never been tried, and sends the edition; it says how
// many there are. domain.ErrConflict unless the edition is being sent, done or
// cancelled.
func (s *Store) ResendMissed(ctx context.Context, id domain.EditionID) (int, error) {
	var missed int64
	err := s.inTx(ctx, func(tx Tx) (err error) {
		from := []domain.EditionState{domain.EditionSending, domain.EditionDone, domain.EditionCancelled}
		if err := s.lockIn(ctx, tx, id, from); err != nil {
			return err
		}
		if err := s.lockShards(ctx, tx, id); err != nil {
			return err
		}
		if missed, err = s.requeue(ctx, tx, id); err != nil || missed == 0 {
			return err
		}
		now, err := s.engine.Clock(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := exec(ctx, tx, "update editions set state = 'sending', reason = '', resent = $2 where id = $1", id, instant(now)); err != nil {
			return err
		}
		return s.start(ctx, tx, id)
	})
	if err != nil {
		return 0, fmt.Errorf("resend edition %d to who missed it: %w", id, err)
	}
	return int(missed), nil
}

// requeue makes what failed or was skipped wait again. That an attempt may have
// arrived stays known.
func (s *Store) requeue(ctx context.Context, tx Tx, id domain.EditionID) (int64, error) {
	now, err := s.engine.Clock(ctx, tx)
	if err != nil {
		return 0, err
	}
	after, before := keysOf(id)
	n, err := exec(ctx, tx, `update deliveries set state = 0, attempts = 0, next_at = 0, class = '', reason = '', changed = $3, lost = 1 = 0
		where id > $1 and id < $2 and state in (5, 6)`, after, before, instant(now))
	if err != nil || n == 0 {
		return n, err
	}
	_, err = exec(ctx, tx, "update shards set due = 0, settled = low where edition = $1", id)
	return n, err
}

// Reasons counts an edition's deliveries by how and why they ended or wait, the
// most frequent first.
func (s *Store) Reasons(ctx context.Context, id domain.EditionID) ([]domain.DeliveryCount, error) {
	after, before := keysOf(id)
	counts, err := all(ctx, s.reads, readCount, `select state, class, reason, count(*) from deliveries
		where id > $1 and id < $2 group by state, class, reason order by 4 desc, 1, 2, 3`, after, before)
	if err != nil {
		return nil, fmt.Errorf("count the reasons of edition %d: %w", id, err)
	}
	return counts, nil
}

func readCount(r row) (domain.DeliveryCount, error) {
	var c domain.DeliveryCount
	err := r.Scan((*stateNumber)(&c.State), &c.Class, &c.Reason, &c.Count)
	return c, err
}

// Deliveries are an edition's deliveries by patron.
func (s *Store) Deliveries(ctx context.Context, id domain.EditionID) ([]domain.Delivery, error) {
	after, before := keysOf(id)
	found, err := all(ctx, s.reads, readDelivery, `select id, state, attempts, next_at, class, reason, changed
		from deliveries where id > $1 and id < $2 order by id`, after, before)
	if err != nil {
		return nil, fmt.Errorf("read deliveries of edition %d: %w", id, err)
	}
	return found, nil
}

func readDelivery(r row) (domain.Delivery, error) {
	var d domain.Delivery
	var id key
	err := r.Scan(&id, (*stateNumber)(&d.State), &d.Attempts,
		(*instant)(&d.NextAt), &d.Class, &d.Reason, (*instant)(&d.Changed))
	d.Edition, d.Patron = id.edition(), id.patron()
	return d, err
}

// names joins states for an error's text.
func names(states []domain.EditionState) string {
	texts := make([]string, len(states))
	for i, s := range states {
		texts[i] = string(s)
	}
	return strings.Join(texts, " or ")
}
