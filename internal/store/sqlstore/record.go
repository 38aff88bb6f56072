package sqlstore

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
)

// Record writes down what came of claims. That a letter was taken is true
// whoever has the lease by now, so Sent always holds; every other outcome holds
// only for rows that are still in this lease's hand.
func (s *Store) Record(ctx context.Context, l delivery.Lease, outcomes []delivery.Outcome) error {
	err := s.inHold(ctx, l, func(h *hold) error { return h.record(ctx, outcomes) })
	if err != nil {
		return fmt.Errorf("record %d outcomes of shard %d of edition %d: %w", len(outcomes), l.Number, l.Edition, err)
	}
	return nil
}

// record runs a statement for each different outcome; nearly all are alike.
func (h *hold) record(ctx context.Context, outcomes []delivery.Outcome) error {
	for o, patrons := range alike(outcomes) {
		if o.State == domain.Claimed || o.State == domain.Skipped {
			return fmt.Errorf("%w outcome %q", domain.ErrInvalid, o.State)
		}
		_, err := exec(ctx, h.tx, `update deliveries set state = $4, next_at = $5, class = $6, reason = $7, changed = $8,
				doubtful = doubtful or cast($4 as smallint) = `+indoubt+`,
				attempts = attempts + case when state = `+claimed+` and cast($4 as smallint) in (`+deferred+", "+failed+`) then 1 else 0 end
			where edition = $1 and shard = $2 and patron in `+h.s.patronsIn("$9")+` and state <> `+sent+`
				and (cast($4 as smallint) = `+sent+" or state in ("+claimed+", "+indoubt+`) and fence = $3)`,
			h.l.Edition, h.l.Number, h.l.Fence, stateNumber(o.State), instant(o.NextAt), foreign(o.Class), foreign(o.Reason),
			instant(h.now), column(patrons))
		if err != nil {
			return err
		}
	}
	return nil
}

// alike are the patrons of each outcome, which has none itself.
func alike(outcomes []delivery.Outcome) map[delivery.Outcome][]domain.PatronID {
	patrons := map[delivery.Outcome][]domain.PatronID{}
	for _, o := range outcomes {
		of := o.Patron
		o.Patron = 0
		patrons[o] = append(patrons[o], of)
	}
	return patrons
}

// Finish sets the edition to done when nothing of it is pending and reports
// whether it is done.
func (s *Store) Finish(ctx context.Context, id domain.EditionID) (bool, error) {
	var done bool
	err := s.inTx(ctx, func(tx Tx) error {
		if _, err := exec(ctx, tx, `update editions set state = 'done' where id = $1 and state = 'sending'
			and not exists (select 1 from deliveries`+s.engine.By(pendingIndex)+`
				where edition = $1 and state < 4)`, id); err != nil {
			return err
		}
		state, err := one(ctx, tx, value[domain.EditionState], "select state from editions where id = $1", id)
		done = state == domain.EditionDone
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
	next, err := all(ctx, s.reads, value[instant], "select next_at from deliveries"+s.engine.By(pendingIndex)+`
		where edition = $1 and shard = $2 and state < 4 order by next_at limit 1`, id.Edition, id.Number)
	if err != nil {
		return time.Time{}, fmt.Errorf("find what is due next in shard %d of edition %d: %w", id.Number, id.Edition, err)
	}
	if len(next) == 0 {
		return time.Time{}, nil
	}
	if at := time.Time(next[0]); !at.IsZero() {
		return at, nil
	}
	return s.engine.Clock(ctx, s.reads)
}

// Balance counts an edition's deliveries.
func (s *Store) Balance(ctx context.Context, id domain.EditionID) (domain.Balance, error) {
	b, err := one(ctx, s.reads, readBalance, `select count(*), count(case when state = 4 then 1 end),
		count(case when state = 5 then 1 end), count(case when state = 6 then 1 end), count(case when state < 4 then 1 end),
		count(case when state < 4 and (doubtful or state = 3) then 1 end)
		from deliveries where edition = $1`, id)
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
