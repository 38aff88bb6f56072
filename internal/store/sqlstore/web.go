package sqlstore

import (
	"context"
	"fmt"

	"marquee/internal/domain"
)

// Ping fails when the store cannot be read or written. It writes: a full disk
// can still be read.
func (s *Store) Ping(ctx context.Context) error {
	if _, err := s.ItemsVersion(ctx); err != nil {
		return err
	}
	err := s.inTx(ctx, func(tx Tx) error {
		_, err := exec(ctx, tx, "update counters set value = value + 1 where name = 'ping'")
		return err
	})
	if err != nil {
		return fmt.Errorf("write to the store: %w", err)
	}
	return nil
}

// SuppressPatron suppresses the patron's address; domain.ErrNotFound when there
// is no such patron. Suppressing twice keeps the first date and reason, except
// that what people asked for themselves counts more than a bounce.
func (s *Store) SuppressPatron(ctx context.Context, id domain.PatronID, reason domain.SuppressionReason) error {
	err := s.inTx(ctx, func(tx Tx) error {
		now, err := s.engine.Clock(ctx, tx)
		if err != nil {
			return err
		}
		key, err := one(ctx, tx, value[string], "select email_key from patrons where id = $1 and roster <> ''", id)
		if err != nil {
			return err
		}
		if _, err := suppress(ctx, tx, key, reason, now); err != nil {
			return err
		}
		return revise(ctx, tx, id)
	})
	if err != nil {
		return fmt.Errorf("suppress patron %d: %w", id, err)
	}
	return nil
}

// Unsuppress lifts a suppression of the given reason from the patron's
// address; it is no error when there is none.
func (s *Store) Unsuppress(ctx context.Context, id domain.PatronID, reason domain.SuppressionReason) error {
	err := s.inTx(ctx, func(tx Tx) error {
		if _, err := exec(ctx, tx, `delete from suppressions
			where email_key = (select email_key from patrons where id = $1) and reason = $2`, id, reason); err != nil {
			return err
		}
		return revise(ctx, tx, id)
	})
	if err != nil {
		return fmt.Errorf("lift the suppression of patron %d: %w", id, err)
	}
	return nil
}

// revise moves the patron's revision: what a run has stamped for them is out of
// date.
func revise(ctx context.Context, tx Tx, id domain.PatronID) error {
	_, err := exec(ctx, tx, "update patrons set revision = revision + 1 where id = $1", id)
	return err
}
