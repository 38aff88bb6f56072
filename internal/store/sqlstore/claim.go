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
	err := s.inHold(ctx, l, func(h *hold) (err error) {
		if err := h.leased(); err != nil {
			return err
		}
		if err := h.sending(); err != nil {
			return err
		}
		claims, err = h.claim(ctx, n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim from shard %d of edition %d: %w", l.Number, l.Edition, err)
	}
	return claims, nil
}

// claim goes on until it has n rows or none is left: skipped ones do not count.
func (h *hold) claim(ctx context.Context, n int) ([]delivery.Claim, error) {
	var claims []delivery.Claim
	for len(claims) < n {
		found, err := h.due(ctx, n-len(claims))
		if err != nil || len(found) == 0 {
			return claims, err
		}
		some, skipped := part(found, h.recipients)
		if err := h.take(ctx, some); err != nil {
			return nil, err
		}
		for class, patrons := range skipped {
			if err := h.skip(ctx, class, patrons); err != nil {
				return nil, err
			}
		}
		claims = append(claims, some...)
	}
	return claims, nil
}

// due reads the first rows that are due: queued ones, those whose time has
// come, and those that an earlier owner left in doubt. They are picked before
// anything is joined, or PostgreSQL may read all patrons up to theirs.
func (h *hold) due(ctx context.Context, n int) ([]due, error) {
	return all(ctx, h.tx, readDue, `select d.patron, d.attempts, d.doubtful, p.email, p.name, p.tier, p.standing, coalesce(s.reason, '')
		from (
			select patron, attempts, doubtful or state = `+indoubt+` as doubtful
			from deliveries`+h.s.engine.By(pendingIndex)+`
			where edition = $1 and shard = $2 and state < 4 and (state = `+queued+` or next_at <= $3
				and (state = `+deferred+` or state = `+indoubt+` and fence < $4))
			order by patron limit $5
		) d join patrons p on p.id = d.patron left join suppressions s on s.email_key = p.email_key
		order by d.patron`, h.l.Edition, h.l.Number, instant(h.now), h.l.Fence, n)
}

func readDue(r row) (due, error) {
	var d due
	err := r.Scan(&d.Patron, &d.Attempts, &d.Doubtful, &d.Email, &d.Name, &d.Audience.Tier, &d.Audience.Standing, &d.suppressed)
	return d, err
}

// part tells what is claimed from what is skipped, by its class.
func part(found []due, recipients []domain.Audience) (claims []delivery.Claim, skipped map[string][]domain.PatronID) {
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
func (h *hold) take(ctx context.Context, claims []delivery.Claim) error {
	if len(claims) == 0 {
		return nil
	}
	_, err := exec(ctx, h.tx, "update deliveries set doubtful = doubtful or state = "+indoubt+", state = "+claimed+`,
		fence = $3, changed = $4 where edition = $1 and shard = $2 and patron in `+h.s.patronsIn("$5"),
		h.l.Edition, h.l.Number, h.l.Fence, instant(h.now), column(ids(claims)))
	return err
}

func (h *hold) skip(ctx context.Context, class string, patrons []domain.PatronID) error {
	reason := "the address is suppressed"
	if class == notEntitled {
		reason = "does not get this edition any more"
	}
	_, err := exec(ctx, h.tx, `update deliveries set state = $3, class = $4, reason = $5, changed = $6, next_at = 0
		where edition = $1 and shard = $2 and patron in `+h.s.patronsIn("$7"),
		h.l.Edition, h.l.Number, stateNumber(domain.Skipped), class, reason, instant(h.now), column(patrons))
	return err
}

// patronsIn are the patrons of a set.
func (s *Store) patronsIn(placeholder string) string {
	return "(select cast(value ->> 0 as bigint)" + s.from(placeholder) + ")"
}

func ids(claims []delivery.Claim) []domain.PatronID {
	all := make([]domain.PatronID, len(claims))
	for i, c := range claims {
		all[i] = c.Patron
	}
	return all
}
