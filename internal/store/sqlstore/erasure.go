package sqlstore

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/domain"
	"marquee/internal/patron"
)

// erasureKey is the secret that erasures' codes are made with.
const erasureKey = "erasures"

// Erasures are who asked to be forgotten.
func (s *Store) Erasures(ctx context.Context) (patron.Erasures, error) {
	key, err := s.Secret(ctx, erasureKey)
	if err != nil {
		return patron.Erasures{}, err
	}
	codes, err := all(ctx, s.reads, value[string], "select code from erasures")
	if err != nil {
		return patron.Erasures{}, fmt.Errorf("read erasures: %w", err)
	}
	return patron.NewErasures(key, codes), nil
}

// SetErasureKey makes the key of erasures' codes that of another copy of this
// database: those that were made with the one before are worth nothing.
func (s *Store) SetErasureKey(ctx context.Context, key []byte) error {
	err := s.inTx(ctx, func(tx Tx) error {
		_, err := exec(ctx, tx, `insert into secrets (name, value) values ($1, $2)
			on conflict (name) do update set value = excluded.value`, erasureKey, key)
		return err
	})
	if err != nil {
		return fmt.Errorf("set the key of erasures: %w", err)
	}
	return nil
}

// NoteErasures notes codes of people who asked to be forgotten.
func (s *Store) NoteErasures(ctx context.Context, codes []string, at time.Time) error {
	err := s.inTx(ctx, func(tx Tx) error { return noteErasures(ctx, tx, codes, at) })
	if err != nil {
		return fmt.Errorf("note erasures: %w", err)
	}
	return nil
}

func noteErasures(ctx context.Context, tx Tx, codes []string, at time.Time) error {
	for _, code := range codes {
		if _, err := exec(ctx, tx, "insert into erasures (code, at) values ($1, $2) on conflict (code) do nothing",
			code, instant(at)); err != nil {
			return err
		}
	}
	return nil
}

// ErasePatron forgets a person: what is left is their id, for the balance of
// editions, and the codes, so that nothing brings them back. What files brought
// can be undone no more: it holds what people were called before.
// domain.ErrNotFound when there is no such patron.
func (s *Store) ErasePatron(ctx context.Context, id domain.PatronID, codes []string, at time.Time) error {
	err := s.inTx(ctx, func(tx Tx) error {
		key, err := one(ctx, tx, value[string], "select email_key from patrons where id = $1 and roster <> ''", id)
		if err != nil {
			return err
		}
		for _, gone := range []struct {
			text string
			arg  any
		}{
			{"delete from suppressions where email_key = $1", key},
			{"delete from signups where email_key = $1", key},
			{"delete from notices where lower(address) = $1", key},
			{"delete from absences where patron = $1", id},
			{"delete from declines where patron = $1", id},
			{"delete from feed_links where patron = $1", id},
			{"delete from complimentary where patron = $1", id},
			{"update bounces set status = '', reason = '', domain = '' where patron = $1", id},
			{"delete from imports where roster <> $1", ""},
		} {
			if _, err := exec(ctx, tx, gone.text, gone.arg); err != nil {
				return err
			}
		}
		if _, err := exec(ctx, tx, `update patrons set roster = '', external = '', email = '', email_key = $2, name = '', called = '', plain = $4, dates = '',
			tier = '', standing = $3, since = 0, revision = revision + 1 where id = $1`,
			id, addressKey(domain.Patron{ID: id}), domain.Former, false); err != nil {
			return err
		}
		return noteErasures(ctx, tx, codes, at)
	})
	if err != nil {
		return fmt.Errorf("erase patron %d: %w", id, err)
	}
	return nil
}

// LiftErasure lets somebody back in who says so themselves.
func (s *Store) LiftErasure(ctx context.Context, codes []string) error {
	err := s.inTx(ctx, func(tx Tx) error {
		for _, code := range codes {
			if _, err := exec(ctx, tx, "delete from erasures where code = $1", code); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("lift an erasure: %w", err)
	}
	return nil
}
