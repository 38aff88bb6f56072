package sqlstore

import (
	"context"
	"fmt"

	"marquee/internal/domain"
)

// Readership counts people by audience, and whom of them a digest's letters reach;
// without a digest, whom letters reach at all. Former patrons get none.
func (s *Store) Readership(ctx context.Context, digest string) ([]domain.Readership, error) {
	found, err := all(ctx, s.reads, readReadership, `select standing, tier, count(*), sum(mailed), sum(case when plain then mailed else 0 end), sum(missing) from (
			select p.standing, p.tier, p.plain,
				case when s.reason is null and x.patron is null and p.standing <> $2 then 1 else 0 end as mailed,
				case when a.patron is null then 0 else 1 end as missing
			from patrons p left join suppressions s on s.email_key = p.email_key
			left join declines x on x.patron = p.id and x.digest = $1
			left join absences a on a.patron = p.id
			where p.roster <> ''
		) people group by standing, tier order by standing, tier`, digest, domain.Former)
	if err != nil {
		return nil, fmt.Errorf("count the readers of %q: %w", digest, err)
	}
	return found, nil
}

func readReadership(r row) (domain.Readership, error) {
	var n domain.Readership
	err := r.Scan(&n.Standing, &n.Tier, &n.People, &n.Mailed, &n.Plain, &n.Missing)
	return n, err
}
