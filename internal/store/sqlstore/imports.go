package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"marquee/internal/domain"
	"marquee/internal/patron"
)

// LastImport is what the last undoable difference of a roster changed, or
// domain.ErrNotFound.
func (s *Store) LastImport(ctx context.Context, roster string) (patron.Difference, error) {
	d, err := one(ctx, s.reads, func(r row) (patron.Difference, error) {
		var d patron.Difference
		err := r.Scan(asJSON{&d})
		return d, err
	}, "select difference from imports where roster = $1", roster)
	if err != nil {
		return d, fmt.Errorf("last import of roster %s: %w", roster, err)
	}
	return d, nil
}

// remember keeps what a difference changes so that it can be undone, or forgets
// what was undone.
func (s *Store) remember(ctx context.Context, tx Tx, roster string, d patron.Difference) error {
	switch {
	case d.Undoes:
		if err := s.remove(ctx, tx, d.Remove); err != nil {
			return err
		}
		_, err := exec(ctx, tx, "delete from imports where roster = $1", roster)
		return err
	case !d.Undoable || d.Empty():
		return nil
	}
	now, err := s.engine.Clock(ctx, tx)
	if err != nil {
		return err
	}
	_, err = exec(ctx, tx, `insert into imports (roster, at, difference) values ($1, $2, $3)
		on conflict (roster) do update set at = excluded.at, difference = excluded.difference`,
		roster, instant(now), asJSON{patron.Difference{Add: d.Add, Update: d.Update}})
	return err
}

// remove takes patrons out to whom nothing was ever sent. Others, whom editions
// count, are former patrons.
func (s *Store) remove(ctx context.Context, tx Tx, patrons []domain.Patron) error {
	for some := range slices.Chunk(patrons, addedAtOnce) {
		ids := make([]domain.PatronID, len(some))
		for i := range some {
			ids[i] = some[i].ID
		}
		among := "id in (select cast(value ->> 0 as bigint)" + s.from("$1") + ")"
		if _, err := exec(ctx, tx, `update patrons set tier = '', standing = $2, revision = revision + 1 where `+among,
			column(ids), domain.Former); err != nil {
			return err
		}
		for _, table := range []string{"absences", "declines", "complimentary", "feed_links"} {
			if _, err := exec(ctx, tx, "delete from "+table+" where patron in (select cast(value ->> 0 as bigint)"+s.from("$1")+")",
				column(ids)); err != nil {
				return err
			}
		}
		if _, err := exec(ctx, tx, `delete from patrons where `+among+` and not exists
			(select 1 from editions e join deliveries d on d.id = (e.id << 32) + patrons.id)`, column(ids)); err != nil {
			return err
		}
		if _, err := exec(ctx, tx, `delete from bounces where patron in (select cast(value ->> 0 as bigint)`+s.from("$1")+`)
			and not exists (select 1 from patrons p where p.id = bounces.patron)`, column(ids)); err != nil {
			return err
		}
	}
	return nil
}

// Unlisted are those whom no roster lists and who have one of some address keys.
func (s *Store) Unlisted(ctx context.Context, keys []string) ([]domain.Patron, error) {
	found, err := all(ctx, s.reads, readPatron, "select "+patronColumns+` from patrons
		where roster in ($1, $2) and email_key in (select value ->> 0`+s.from("$3")+`) order by id`,
		domain.RosterReaders, domain.RosterByHand, column(keys))
	if err != nil {
		return nil, fmt.Errorf("look for addresses that no roster lists: %w", err)
	}
	return found, nil
}

// GiveTier makes the person with an address a patron by the operator's hand,
// until an instant (zero is for good), and says who that is. What they were on a
// roster comes back when it ends.
func (s *Store) GiveTier(ctx context.Context, who domain.Patron, until time.Time) (domain.PatronID, error) {
	var id domain.PatronID
	err := s.inTx(ctx, func(tx Tx) error {
		if _, err := exec(ctx, tx, `insert into patrons (roster, external, email, email_key, name, tier, standing, since)
			values ($1, '', $2, $3, $4, '', $5, 0) on conflict (email_key) do nothing`,
			domain.RosterByHand, who.Email, domain.EmailKey(who.Email), who.Name, domain.Former); err != nil {
			return err
		}
		p, err := one(ctx, tx, readPatron, "select "+patronColumns+" from patrons where email_key = $1", domain.EmailKey(who.Email))
		if err != nil {
			return err
		}
		id = p.ID
		before := p
		if p.Roster == domain.RosterByHand {
			before.Roster, before.Audience = "", domain.Audience{}
		}
		if _, err := exec(ctx, tx, `insert into complimentary (patron, until, roster, tier, standing) values ($1, $2, $3, $4, $5)
			on conflict (patron) do update set until = excluded.until`,
			id, instant(until), before.Roster, before.Tier, before.Standing); err != nil {
			return err
		}
		if _, err := exec(ctx, tx, "delete from absences where patron = $1", id); err != nil {
			return err
		}
		_, err = exec(ctx, tx, `update patrons set roster = $2, tier = $3, standing = $4,
			name = case when $5 = '' then name else $5 end, revision = revision + 1 where id = $1`,
			id, domain.RosterByHand, who.Tier, domain.Active, who.Name)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("give a tier: %w", err)
	}
	return id, nil
}

// EndTiers ends the tiers that the operator gave until an instant that is not
// after now, and one patron's in any case; id 0 is nobody. It says how many.
func (s *Store) EndTiers(ctx context.Context, now time.Time, id domain.PatronID) (int, error) {
	var ended int64
	err := s.inTx(ctx, func(tx Tx) error {
		over := "(until <> 0 and until <= $1 or patron = $2)"
		args := []any{instant(now), id}
		var err error
		ended, err = exec(ctx, tx, `update patrons set
			roster = case when c.roster = '' then patrons.roster else c.roster end, tier = c.tier,
			standing = case when c.standing = '' then 'former' else c.standing end, revision = revision + 1
			from complimentary c where c.patron = patrons.id and `+over, args...)
		if err != nil {
			return err
		}
		_, err = exec(ctx, tx, "delete from complimentary where "+over, args...)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("end tiers: %w", err)
	}
	return int(ended), nil
}
