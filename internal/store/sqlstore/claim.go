package sqlstore

import (
	"context"
	"fmt"
	"slices"

	"marquee/internal/delivery"
	"marquee/internal/domain"
)

// notEntitled is the class of a delivery that is skipped because its patron's
// audience does not get the edition any more.
const notEntitled = "entitlement"

// due is a delivery that can be claimed, and why it must not be.
type due struct {
	delivery.Claim
	suppressed string // the suppression's reason, declined, or empty
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

// Claim reads up to n due rows of the shard after a patron. It reads what is
// committed and locks nothing: Post compares.
func (s *Store) Claim(ctx context.Context, l delivery.Lease, after domain.PatronID, n int) ([]delivery.Claim, error) {
	claims, skips, err := s.claim(ctx, l, after, n)
	if err == nil && len(skips) > 0 {
		err = s.inHold(ctx, l.Shard, func(h *hold) error { return h.skip(ctx, l, skips) })
	}
	if err != nil {
		return nil, fmt.Errorf("claim from shard %d of edition %d: %w", l.Number, l.Edition, err)
	}
	return claims, nil
}

// claim goes on until it has n rows or none is left: those to be skipped, which
// it collects by their class, do not count.
func (s *Store) claim(ctx context.Context, l delivery.Lease, after domain.PatronID, n int) ([]delivery.Claim, map[string][]domain.PatronID, error) {
	is, err := s.shard(ctx, s.reads, l.Shard)
	if err != nil {
		return nil, nil, err
	}
	if err := is.may(l); err != nil {
		return nil, nil, err
	}
	var recipients []domain.Audience
	if err := s.reads.QueryRowContext(ctx, "select recipients from editions where id = $1", l.Edition).Scan(asJSON{&recipients}); err != nil {
		return nil, nil, err
	}
	var claims []delivery.Claim
	skips := map[string][]domain.PatronID{}
	for from, more := max(is.settled, keyOf(l.Edition, after)), n > 0; more && len(claims) < n; {
		found, err := s.due(ctx, &is, from, n)
		if err != nil {
			return nil, nil, err
		}
		claims = sift(found, recipients, claims, skips)
		if more = len(found) == n; more {
			from = keyOf(l.Edition, found[n-1].Patron)
		}
	}
	return claims[:min(n, len(claims))], skips, nil
}

// due reads the first rows that are due: queued ones, those whose time has
// come, and those that an earlier owner left in doubt. They are picked before
// anything is joined, or PostgreSQL may read all patrons up to theirs.
func (s *Store) due(ctx context.Context, is *shard, after key, n int) ([]due, error) {
	return all(ctx, s.reads, readDue, `select d.id, d.attempts, d.doubtful, d.lost, p.email, p.name, p.called, p.plain, p.dates, p.tier, p.standing, p.revision,
		coalesce(s.reason, case when x.patron is null then '' else 'declined' end)
		from (
			select id, attempts, doubtful or state = 3 as doubtful, lost from deliveries
			where id > $1 and id <= $2 and state < 4 and (state = 0 or next_at <= $3 and (state = 1 or fence < $4))
			order by id limit $5
		) d join patrons p on p.id = d.id & 4294967295 left join suppressions s on s.email_key = p.email_key
		left join declines x on x.patron = p.id and x.digest = (select digest from editions where id = $6)
		order by d.id`, after, is.high, instant(is.now), is.Fence, n, is.Edition)
}

// readDue scans into plain types, which database/sql has a short way for: this is
// done once for every letter.
func readDue(r row) (due, error) {
	var d due
	var id int64
	err := r.Scan(&id, &d.Attempts, &d.Doubtful, &d.Lost, &d.Email, &d.Name, &d.Called, &d.Plain, &d.Dates, &d.Audience.Tier, (*string)(&d.Audience.Standing), &d.Revision, &d.suppressed)
	d.Patron = key(id).patron()
	return d, err
}

// sift adds what is found to the claims, or to the skips by their class.
func sift(found []due, recipients []domain.Audience, claims []delivery.Claim, skips map[string][]domain.PatronID) []delivery.Claim {
	for i := range found {
		if class := found[i].skip(recipients); class != "" {
			skips[class] = append(skips[class], found[i].Patron)
			continue
		}
		claims = append(claims, found[i].Claim)
	}
	return claims
}

// skip ends deliveries under the lease; what it put in doubt meanwhile stays so.
func (h *hold) skip(ctx context.Context, l delivery.Lease, skips map[string][]domain.PatronID) error {
	if err := h.may(l); err != nil {
		return err
	}
	for class, patrons := range skips {
		reason := "the address is suppressed"
		switch class {
		case notEntitled:
			reason = "does not get this edition any more"
		case declined:
			reason = "does not want this digest"
		}
		if _, err := exec(ctx, h.tx, `update deliveries set state = 6, class = $1, reason = $2, changed = $3, next_at = 0,
			doubtful = doubtful or state = 3
			where state < 4 and not (state = 3 and fence = $4) and `+h.s.in("$5"),
			class, reason, instant(h.now), h.Fence, keys(l.Edition, patrons)); err != nil {
			return err
		}
	}
	return nil
}
