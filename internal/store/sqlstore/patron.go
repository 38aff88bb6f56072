package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"marquee/internal/domain"
	"marquee/internal/patron"
)

// patronColumns are read by readPatron, in this order.
const patronColumns = "id, roster, external, email, name, tier, standing, since"

func readPatron(r row) (domain.Patron, error) {
	var p domain.Patron
	err := r.Scan(&p.ID, &p.Roster, &p.External, &p.Email, &p.Name, &p.Tier, &p.Standing, (*instant)(&p.Since))
	return p, err
}

// PatronsOf are all patrons that a roster ever brought, by ID.
func (s *Store) PatronsOf(ctx context.Context, roster string) ([]domain.Patron, error) {
	patrons, err := all(ctx, s.reads, readPatron, "select "+patronColumns+" from patrons where roster = $1 order by id", roster)
	if err != nil {
		return nil, fmt.Errorf("read patrons of roster %s: %w", roster, err)
	}
	return patrons, nil
}

// AllPatrons are all patrons by ID, without those who were forgotten.
func (s *Store) AllPatrons(ctx context.Context) ([]domain.Patron, error) {
	patrons, err := all(ctx, s.reads, readPatron, "select "+patronColumns+" from patrons where roster <> '' order by id")
	if err != nil {
		return nil, fmt.Errorf("read patrons: %w", err)
	}
	return patrons, nil
}

// PatronByEmail finds a patron by address key, or domain.ErrNotFound.
func (s *Store) PatronByEmail(ctx context.Context, address string) (domain.Patron, error) {
	p, err := one(ctx, s.reads, readPatron, "select "+patronColumns+" from patrons where email_key = $1", domain.EmailKey(address))
	if err != nil {
		return p, fmt.Errorf("patron by address: %w", err)
	}
	return p, nil
}

// ApplyDifference adds and updates patrons of a roster, all or nothing.
// domain.ErrConflict when an address belongs to another patron already, or
// another listing was applied in the meantime;
// domain.ErrNotFound when a patron to update is not the roster's.
func (s *Store) ApplyDifference(ctx context.Context, roster string, d patron.Difference) error {
	err := s.inTx(ctx, func(tx Tx) error {
		if err := s.attend(ctx, tx, roster, d); err != nil {
			return err
		}
		if err := s.followPeople(ctx, tx, d.Update); err != nil {
			return err
		}
		if err := s.freeAddresses(ctx, tx, d.Update); err != nil {
			return err
		}
		for _, u := range d.Update {
			if err := updatePatron(ctx, tx, roster, u.After); err != nil {
				return fmt.Errorf("patron %d: %w", u.After.ID, err)
			}
		}
		for some := range slices.Chunk(d.Add, addedAtOnce) {
			if err := s.addPatrons(ctx, tx, roster, some); err != nil {
				return err
			}
		}
		return s.remember(ctx, tx, roster, d)
	})
	if err != nil {
		return fmt.Errorf("bring roster %s into step: %w", roster, err)
	}
	return nil
}

// followPeople has what people said themselves, that they want no mail, hold for
// their new addresses too. That an address does not work is said of it alone.
func (s *Store) followPeople(ctx context.Context, tx Tx, updates []patron.Update) error {
	moved := slices.DeleteFunc(slices.Clone(updates), func(u patron.Update) bool {
		return u.After.Email == "" || domain.EmailKey(u.Before.Email) == domain.EmailKey(u.After.Email)
	})
	if len(moved) == 0 {
		return nil
	}
	_, err := exec(ctx, tx, `insert into suppressions (email_key, reason, at)
		select m.value ->> 1, s.reason, s.at from (select value`+s.from("$1")+`) m join suppressions s on s.email_key = m.value ->> 0
		where s.reason in ($2, $3) on conflict (email_key) do nothing`,
		set(moved, func(u patron.Update) []any { return []any{addressKey(u.Before), addressKey(u.After)} }),
		domain.Unsubscribed, domain.Complained)
	return err
}

// freeAddresses lets go of all addresses that change, so that patrons may swap
// them: keys are unique after every statement, not only in the end. It notes when
// that was.
func (s *Store) freeAddresses(ctx context.Context, tx Tx, updates []patron.Update) error {
	now, err := s.engine.Clock(ctx, tx)
	if err != nil {
		return err
	}
	for _, u := range updates {
		if domain.EmailKey(u.Before.Email) == domain.EmailKey(u.After.Email) {
			continue
		}
		if _, err := exec(ctx, tx, "update patrons set email_key = $2, moved = $3 where id = $1",
			u.After.ID, fmt.Sprintf("\t%d", u.After.ID), instant(now)); err != nil { // no key holds a tab
			return err
		}
	}
	return nil
}

// updatePatron also takes over whom no roster lists, and moves the revision:
// what was stamped for them is out of date.
func updatePatron(ctx context.Context, tx Tx, roster string, p domain.Patron) error {
	n, err := exec(ctx, tx, `update patrons set external = $3, email = $4, email_key = $5, name = $6,
		tier = $7, standing = $8, since = $9, roster = $10, revision = revision + 1 where id = $1 and roster in ($2, $11, $12)`,
		p.ID, roster, p.External, p.Email, addressKey(p), p.Name, p.Tier, p.Standing, instant(p.Since),
		cmp.Or(p.Roster, roster), domain.RosterReaders, domain.RosterByHand)
	if err == nil && n == 0 {
		return domain.ErrNotFound
	}
	return err
}

// addedAtOnce bounds the memory that a large roster takes on its way.
const addedAtOnce = 1000

func (s *Store) addPatrons(ctx context.Context, tx Tx, roster string, patrons []domain.Patron) error {
	_, err := exec(ctx, tx, `insert into patrons (roster, external, email, email_key, name, tier, standing, since)
		select $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, cast(value ->> 6 as bigint)`+
		s.from("$2"), roster, set(patrons, func(p domain.Patron) []any {
		return []any{p.External, p.Email, domain.EmailKey(p.Email), p.Name, p.Tier, p.Standing, instant(p.Since).micros()}
	}))
	return err
}

// Suppressions are all suppressions, by address key.
func (s *Store) Suppressions(ctx context.Context) (map[string]domain.Suppression, error) {
	found, err := all(ctx, s.reads, readSuppression, "select email_key, reason, at from suppressions")
	if err != nil {
		return nil, fmt.Errorf("read suppressions: %w", err)
	}
	byKey := make(map[string]domain.Suppression, len(found))
	for _, sup := range found {
		byKey[sup.EmailKey] = sup
	}
	return byKey, nil
}

func readSuppression(r row) (domain.Suppression, error) {
	var sup domain.Suppression
	err := r.Scan(&sup.EmailKey, &sup.Reason, (*instant)(&sup.At))
	return sup, err
}
