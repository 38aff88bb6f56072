package sqlstore

import (
	"context"
	"fmt"
	"slices"

	"marquee/internal/delivery"
	"marquee/internal/domain"
)

// MarkInDoubt writes claims down as in doubt, if the lease is live: those whose
// patron is not suppressed and has the claim's address and audience still. The
// others are queued again.
func (s *Store) MarkInDoubt(ctx context.Context, l delivery.Lease, claims []delivery.Claim) ([]domain.PatronID, error) {
	var marked []domain.PatronID
	err := s.inHold(ctx, l, func(h *hold) (err error) {
		if err := h.leased(); err != nil {
			return err
		}
		if marked, err = h.mark(ctx, claims); err != nil {
			return err
		}
		return h.putBack(ctx, others(claims, marked))
	})
	if err != nil {
		return nil, fmt.Errorf("mark %d deliveries of shard %d of edition %d: %w", len(claims), l.Number, l.Edition, err)
	}
	slices.Sort(marked)
	return marked, nil
}

// mark is the compare-and-set: one statement for a whole group. The order of
// its join is forced on SQLite, which would go through all patrons.
func (h *hold) mark(ctx context.Context, claims []delivery.Claim) ([]domain.PatronID, error) {
	return all(ctx, h.tx, value[domain.PatronID], "update deliveries set state = "+indoubt+`, attempts = attempts + 1, changed = $4
		where edition = $1 and shard = $2 and fence = $3 and state = `+claimed+` and patron in (
			select p.id`+h.s.from("$5")+` cross join patrons p
			where p.id = cast(value ->> 0 as bigint) and p.email = value ->> 1
				and p.tier = value ->> 2 and p.standing = value ->> 3
				and not exists (select 1 from suppressions s where s.email_key = p.email_key))
		returning patron`, h.l.Edition, h.l.Number, h.l.Fence, instant(h.now),
		set(claims, func(c delivery.Claim) []any {
			return []any{c.Patron, c.Email, c.Audience.Tier, c.Audience.Standing}
		}))
}

// putBack queues claims that did not go through.
func (h *hold) putBack(ctx context.Context, claims []delivery.Claim) error {
	if len(claims) == 0 {
		return nil
	}
	_, err := exec(ctx, h.tx, "update deliveries set state = "+queued+`, changed = $4
		where edition = $1 and shard = $2 and fence = $3 and state = `+claimed+" and patron in "+h.s.patronsIn("$5"),
		h.l.Edition, h.l.Number, h.l.Fence, instant(h.now), column(ids(claims)))
	return err
}

// others are the claims of patrons that are not among those.
func others(claims []delivery.Claim, those []domain.PatronID) []delivery.Claim {
	if len(claims) == len(those) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(claims), func(c delivery.Claim) bool { return slices.Contains(those, c.Patron) })
}
