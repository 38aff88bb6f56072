package app

import (
	"context"
	"fmt"
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

// MakeFeedLink gives a patron a link to feeds of their own and returns the feeds'
// addresses, which can be known this once. domain.ErrNotEntitled for who is none.
func (a *App) MakeFeedLink(ctx context.Context, who domain.Patron) ([]string, error) {
	if who.Standing != domain.Active {
		return nil, fmt.Errorf("make a feed link: patron %d is %s: %w", who.ID, who.Standing, domain.ErrNotEntitled)
	}
	token, err := a.links.Make(ctx, who.ID)
	if err != nil {
		return nil, err
	}
	var addresses []string
	for _, f := range a.cfg.Feeds {
		addresses = append(addresses, a.cfg.Server.URL+domain.PrivatePath+token+"/"+f.Name+".rss")
	}
	return addresses, nil
}
