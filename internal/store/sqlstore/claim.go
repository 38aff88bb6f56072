package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
)

// notEntitled is the class of a delivery that is skipped because its patron's
// audience does not get the edition any more.
const notEntitled = "entitlement"

// due is a delivery that can be claimed, and why it must not be.
type due struct {
	delivery.Claim
	suppressed string // the suppression's reason, or empty
}

// skip is the class with which the delivery is skipped; empty when it is not.
func (d *due) skip(recipients []domain.Audience) string {
	if d.suppressed != "" {
		return d.suppressed
	}
	if !slices.Contains(recipients, d.Audience) {
		return notEntitled
	}
	return ""
}

// Claim takes up to n due rows of the shard, in the order of patrons.
func (s *Store) Claim(ctx context.Context, l delivery.Lease, n int) ([]delivery.Claim, error) {
	var claims []delivery.Claim
	err := s.inTx(ctx, func(tx Tx) error {
		sh, err := s.lock(ctx, tx, l.Shard)
		if err != nil {
			return err
		}
		if err := sh.check(l); err != nil {
			return err
		}
		if err := sh.sending(); err != nil {
			return err
		}
		claims, err = s.claim(ctx, tx, l, &sh, n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim from shard %d of edition %d: %w", l.Number, l.Edition, err)
	}
	return claims, nil
}

// claim goes on until it has n rows or none is left: skipped ones do not count.
func (s *Store) claim(ctx context.Context, tx Tx, l delivery.Lease, sh *shard, n int) ([]delivery.Claim, error) {
	var claims []delivery.Claim
	for len(claims) < n {
		found, err := s.findDue(ctx, tx, l, sh.now, n-len(claims))
		if err != nil || len(found) == 0 {
			return claims, err
		}
		some, skipped := sort(found, sh.recipients)
		if err := s.take(ctx, tx, l, some, sh.now); err != nil {
			return nil, err
		}
		for class, patrons := range skipped {
			if err := s.skip(ctx, tx, l, class, patrons, sh.now); err != nil {
				return nil, err
			}
		}
		claims = append(claims, some...)
	}
	return claims, nil
}

// findDue reads the first rows that are due: queued ones, those whose time has
// come, and those that an earlier owner left in doubt. They are picked before
// anything is joined, or PostgreSQL may read all patrons up to theirs.
func (s *Store) findDue(ctx context.Context, tx Tx, l delivery.Lease, now time.Time, n int) ([]due, error) {
	return all(ctx, tx, readDue, `select d.patron, d.attempts, d.doubtful, p.email, p.name, p.tier, p.standing, coalesce(s.reason, '')
		from (
			select patron, attempts, doubtful or state = `+indoubt+` as doubtful
			from deliveries`+s.engine.By(pendingIndex)+`
			where edition = $1 and shard = $2 and state < 4 and (state = `+queued+` or next_at <= $3
				and (state = `+deferred+` or state = `+indoubt+` and fence < $4))
			order by patron limit $5
		) d join patrons p on p.id = d.patron left join suppressions s on s.email_key = p.email_key
		order by d.patron`, l.Edition, l.Number, instant(now), l.Fence, n)
}

func readDue(r row) (due, error) {
	var d due
	err := r.Scan(&d.Patron, &d.Attempts, &d.Doubtful, &d.Email, &d.Name, &d.Audience.Tier, &d.Audience.Standing, &d.suppressed)
	return d, err
}

// sort parts what is claimed from what is skipped, by its class.
func sort(found []due, recipients []domain.Audience) (claims []delivery.Claim, skipped map[string][]domain.PatronID) {
	skipped = map[string][]domain.PatronID{}
	for _, d := range found {
		if class := d.skip(recipients); class != "" {
			skipped[class] = append(skipped[class], d.Patron)
			continue
		}
		claims = append(claims, d.Claim)
	}
	return claims, skipped
}

// take marks rows as claimed under the lease's fence.
func (s *Store) take(ctx context.Context, tx Tx, l delivery.Lease, claims []delivery.Claim, now time.Time) error {
	if len(claims) == 0 {
		return nil
	}
	_, err := exec(ctx, tx, "update deliveries set doubtful = doubtful or state = "+indoubt+", state = "+claimed+`,
		fence = $3, changed = $4 where edition = $1 and shard = $2 and patron in `+s.patronsIn("$5"),
		l.Edition, l.Number, l.Fence, instant(now), column(ids(claims)))
	return err
}

func (s *Store) skip(ctx context.Context, tx Tx, l delivery.Lease, class string, patrons []domain.PatronID, now time.Time) error {
	reason := "the address is suppressed"
	if class == notEntitled {
		reason = "does not get this edition any more"
	}
	_, err := exec(ctx, tx, `update deliveries set state = $3, class = $4, reason = $5, changed = $6, next_at = 0
		where edition = $1 and shard = $2 and patron in `+s.patronsIn("$7"),
		l.Edition, l.Number, stateNumber(domain.Skipped), class, reason, instant(now), column(patrons))
	return err
}

// patronsIn are the patrons of a set.
func (s *Store) patronsIn(placeholder string) string {
	return "(select cast(value ->> 0 as bigint)" + s.from(placeholder) + ")"
}

// MarkInDoubt writes claims down as in doubt, if the lease is live: those whose
// patron is not suppressed and has the claim's address and audience still. The
// others are queued again.
func (s *Store) MarkInDoubt(ctx context.Context, l delivery.Lease, claims []delivery.Claim) ([]domain.PatronID, error) {
	var marked []domain.PatronID
	err := s.inTx(ctx, func(tx Tx) error {
		sh, err := s.lock(ctx, tx, l.Shard)
		if err != nil {
			return err
		}
		if err := sh.check(l); err != nil {
			return err
		}
		if marked, err = s.mark(ctx, tx, l, claims, sh.now); err != nil {
			return err
		}
		return s.putBack(ctx, tx, l, others(claims, marked), sh.now)
	})
	if err != nil {
		return nil, fmt.Errorf("mark %d deliveries of shard %d of edition %d: %w", len(claims), l.Number, l.Edition, err)
	}
	slices.Sort(marked)
	return marked, nil
}

// mark is the compare-and-set: one statement for a whole group. The order of
// its join is forced on SQLite, which would go through all patrons.
func (s *Store) mark(ctx context.Context, tx Tx, l delivery.Lease, claims []delivery.Claim, now time.Time) ([]domain.PatronID, error) {
	return all(ctx, tx, value[domain.PatronID], "update deliveries set state = "+indoubt+`, attempts = attempts + 1, changed = $4
		where edition = $1 and shard = $2 and fence = $3 and state = `+claimed+` and patron in (
			select p.id`+s.from("$5")+` cross join patrons p
			where p.id = cast(value ->> 0 as bigint) and p.email = value ->> 1
				and p.tier = value ->> 2 and p.standing = value ->> 3
				and not exists (select 1 from suppressions s where s.email_key = p.email_key))
		returning patron`, l.Edition, l.Number, l.Fence, instant(now),
		set(claims, func(c delivery.Claim) []any {
			return []any{c.Patron, c.Email, c.Audience.Tier, c.Audience.Standing}
		}))
}

// putBack queues claims that did not go through.
func (s *Store) putBack(ctx context.Context, tx Tx, l delivery.Lease, claims []delivery.Claim, now time.Time) error {
	if len(claims) == 0 {
		return nil
	}
	_, err := exec(ctx, tx, "update deliveries set state = "+queued+`, changed = $4
		where edition = $1 and shard = $2 and fence = $3 and state = `+claimed+" and patron in "+s.patronsIn("$5"),
		l.Edition, l.Number, l.Fence, instant(now), column(ids(claims)))
	return err
}

// others are the claims of patrons that are not among those.
func others(claims []delivery.Claim, those []domain.PatronID) []delivery.Claim {
	if len(claims) == len(those) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(claims), func(c delivery.Claim) bool { return slices.Contains(those, c.Patron) })
}

func ids(claims []delivery.Claim) []domain.PatronID {
	all := make([]domain.PatronID, len(claims))
	for i, c := range claims {
		all[i] = c.Patron
	}
	return all
}
