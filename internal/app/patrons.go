package app

import (
	"context"
	"io"

	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/patron"
	"marquee/internal/patron/csvfile"
)

// fileRoster is the roster of files when the configuration names none.
const fileRoster = "csv"

// PlanFile reads a CSV file in Patreon's export format and says what importing
// it would change. The people belong to the configured roster of files, when
// there is just one.
func (a *App) PlanFile(ctx context.Context, r io.Reader) (roster string, l patron.Listing, d patron.Difference, err error) {
	roster = a.fileRoster()
	if l, err = csvfile.Read(r, a.cfg.Tiers, a.env.Now()); err != nil {
		return roster, l, d, err
	}
	d, err = patron.Plan(ctx, a.store, roster, l)
	return roster, l, d, err
}

// Import carries out what PlanFile planned.
func (a *App) Import(ctx context.Context, roster string, l patron.Listing) (patron.Difference, error) {
	return patron.Import(ctx, a.store, roster, l)
}

func (a *App) fileRoster() string {
	var found []string
	for _, r := range a.cfg.Rosters {
		if r.Kind == csvfile.Kind().Name {
			found = append(found, r.Name)
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return fileRoster
}

// Decide says what an audience may see of an item now, and why.
func (a *App) Decide(who domain.Audience, it *domain.Item) entitle.Access {
	return a.policy.Decide(who, it, a.env.Now())
}
