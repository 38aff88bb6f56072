package sqlstore

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/domain"
)

// declined is the class of a delivery that is skipped because its patron does
// not want the digest.
const declined = "declined"

// SetPreferences writes down what a patron decided. domain.ErrNotFound when there
// is no such patron.
func (s *Store) SetPreferences(ctx context.Context, id domain.PatronID, p domain.Preferences) error {
	err := s.inTx(ctx, func(tx Tx) error {
		n, err := exec(ctx, tx, "update patrons set called = $2, plain = $3, dates = $4, revision = revision + 1 where id = $1 and roster <> ''",
			id, foreign(p.Called), p.Plain, foreign(p.Dates))
		if err != nil {
			return err
		}
		if n == 0 {
			return domain.ErrNotFound
		}
		if _, err := exec(ctx, tx, "delete from declines where patron = $1", id); err != nil {
			return err
		}
		for _, digest := range p.Declines {
			if _, err := exec(ctx, tx, "insert into declines (patron, digest) values ($1, $2) on conflict (patron, digest) do nothing", id, digest); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("set the preferences of patron %d: %w", id, err)
	}
	return nil
}

// signupMemory is how long somebody has to say that an address is theirs.
const signupMemory = 7 * 24 * time.Hour

// Signup notes an address that somebody typed in, once, and numbers it.
func (s *Store) Signup(ctx context.Context, email, name string, at time.Time) (int64, error) {
	var id int64
	err := s.inTx(ctx, func(tx Tx) error {
		if _, err := exec(ctx, tx, "delete from signups where at < $1", instant(at.Add(-signupMemory))); err != nil {
			return err
		}
		var err error
		id, err = one(ctx, tx, value[int64], `insert into signups (email, email_key, name, at) values ($1, $2, $3, $4)
			on conflict (email_key) do update set name = excluded.name returning id`,
			foreign(email), foreign(domain.EmailKey(email)), foreign(name), instant(at))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("note a sign-up: %w", err)
	}
	return id, nil
}

// SignupEmail is the address of a sign-up that nobody has confirmed yet, or
// domain.ErrNotFound.
func (s *Store) SignupEmail(ctx context.Context, id int64) (string, error) {
	email, err := one(ctx, s.reads, value[string], "select email from signups where id = $1", id)
	if err != nil {
		return "", fmt.Errorf("sign-up %d: %w", id, err)
	}
	return email, nil
}

// ConfirmSignup makes the owner of a sign-up's address a reader, unless they are
// more than that, and lifts what they said before: that they want no mail.
// domain.ErrNotFound when there is no such sign-up any more.
func (s *Store) ConfirmSignup(ctx context.Context, id int64) (domain.PatronID, error) {
	var who domain.PatronID
	err := s.inTx(ctx, func(tx Tx) error {
		key, err := one(ctx, tx, value[string], "select email_key from signups where id = $1", id)
		if err != nil {
			return err
		}
		if _, err := exec(ctx, tx, `insert into patrons (roster, external, email, email_key, name, tier, standing, since)
			select $2, '', email, email_key, name, '', $3, 0 from signups where id = $1 on conflict (email_key) do nothing`,
			id, domain.RosterReaders, domain.Reader); err != nil {
			return err
		}
		if _, err := exec(ctx, tx, `update patrons set roster = $2, standing = $3, tier = '' where email_key = $1 and standing = $4`,
			key, domain.RosterReaders, domain.Reader, domain.Former); err != nil {
			return err
		}
		if _, err := exec(ctx, tx, "delete from suppressions where email_key = $1 and reason = $2", key, domain.Unsubscribed); err != nil {
			return err
		}
		if _, err := exec(ctx, tx, "delete from signups where id = $1", id); err != nil {
			return err
		}
		if who, err = one(ctx, tx, value[domain.PatronID], "select id from patrons where email_key = $1", key); err != nil {
			return err
		}
		if _, err := exec(ctx, tx, "delete from absences where patron = $1", who); err != nil {
			return err
		}
		return revise(ctx, tx, who)
	})
	if err != nil {
		return 0, fmt.Errorf("confirm sign-up %d: %w", id, err)
	}
	return who, nil
}
