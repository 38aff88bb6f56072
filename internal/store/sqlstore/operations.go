package sqlstore

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"

	"marquee/internal/domain"
)

// SetEditionState moves an edition from one of the states in from to another;
// domain.ErrConflict when it is in none of them, domain.ErrNotFound when there
// is no such edition. Going to sending enqueues its runs in the same
// transaction.
func (s *Store) SetEditionState(ctx context.Context, id domain.EditionID, from []domain.EditionState, to domain.EditionState, reason string) error {
	err := s.inTx(ctx, func(tx Tx) error {
		is, err := one(ctx, tx, value[domain.EditionState],
			"select state from editions where id = $1"+s.engine.ForUpdate("editions"), id)
		if err != nil {
			return err
		}
		if !slices.Contains(from, is) {
			return fmt.Errorf("%w: it is %s, not %s", domain.ErrConflict, is, names(from))
		}
		if _, err := exec(ctx, tx, "update editions set state = $2, reason = $3 where id = $1", id, to, reason); err != nil {
			return err
		}
		if to != domain.EditionSending {
			return nil
		}
		if err := s.stampStart(ctx, tx, id); err != nil {
			return err
		}
		return enqueueRuns(ctx, tx, id)
	})
	if err != nil {
		return fmt.Errorf("set edition %d to %s: %w", id, to, err)
	}
	return nil
}

// stampStart notes when an edition began to be sent. One that was held on the
// way keeps its first start: every copy has the same Date.
func (s *Store) stampStart(ctx context.Context, tx Tx, id domain.EditionID) error {
	now, err := s.engine.Clock(ctx, tx)
	if err != nil {
		return err
	}
	_, err = exec(ctx, tx, "update editions set started = $2 where id = $1 and started = 0", id, instant(now))
	return err
}

// Deliveries are an edition's deliveries by patron.
func (s *Store) Deliveries(ctx context.Context, id domain.EditionID) ([]domain.Delivery, error) {
	found, err := all(ctx, s.reads, readDelivery, `select edition, patron, state, attempts, next_at, class, reason, changed
		from deliveries where edition = $1 order by patron`, id)
	if err != nil {
		return nil, fmt.Errorf("read deliveries of edition %d: %w", id, err)
	}
	return found, nil
}

func readDelivery(r row) (domain.Delivery, error) {
	var d domain.Delivery
	err := r.Scan(&d.Edition, &d.Patron, (*stateNumber)(&d.State), &d.Attempts,
		(*instant)(&d.NextAt), &d.Class, &d.Reason, (*instant)(&d.Changed))
	return d, err
}

// Sources is how gathering from every source that was ever read goes, by name.
func (s *Store) Sources(ctx context.Context) ([]domain.SourceStatus, error) {
	found, err := all(ctx, s.reads, readSource, `select s.name,
		(select count(*) from items i where i.source = s.name and i.withdrawn = 0),
		s.succeeded, s.failed, s.error, s.failures, s.problems from sources s order by s.name`)
	if err != nil {
		return nil, fmt.Errorf("read sources: %w", err)
	}
	return found, nil
}

func readSource(r row) (domain.SourceStatus, error) {
	var st domain.SourceStatus
	err := r.Scan(&st.Source, &st.Items, (*instant)(&st.Succeeded), (*instant)(&st.Failed),
		&st.Error, &st.Failures, asJSON{&st.Problems})
	return st, err
}

// secretSize is a secret's length in bytes.
const secretSize = 32

// Secret is the installation's secret of a name: made at the first call, the
// same ever after.
func (s *Store) Secret(ctx context.Context, name string) ([]byte, error) {
	var secret []byte
	err := s.inTx(ctx, func(tx Tx) error {
		fresh := make([]byte, secretSize)
		_, _ = rand.Read(fresh) // never fails: crypto/rand ends the program instead
		if _, err := exec(ctx, tx, "insert into secrets (name, value) values ($1, $2) on conflict (name) do nothing",
			name, fresh); err != nil {
			return err
		}
		var err error
		secret, err = one(ctx, tx, value[[]byte], "select value from secrets where name = $1", name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("secret %q: %w", name, err)
	}
	return secret, nil
}
