package app

import (
	"context"
	"fmt"
	"net/mail"
	"time"

	"marquee/internal/domain"
	"marquee/internal/patron"
)

// GiveTier makes somebody a patron by the operator's hand, until the end of a day
// (the zero Date is for good). domain.ErrConflict when they asked to be forgotten.
func (a *App) GiveTier(ctx context.Context, to mail.Address, tier string, last domain.Date) (domain.PatronID, error) {
	erasures, err := a.store.Erasures(ctx)
	if err != nil {
		return 0, err
	}
	who := domain.Patron{Email: to.Address, Name: to.Name, Audience: domain.Audience{Standing: domain.Active, Tier: tier}}
	if erasures.Covers(domain.RosterByHand, &who) {
		return 0, fmt.Errorf("%w: the owner of this address asked to be forgotten; they can sign up again themselves", domain.ErrConflict)
	}
	var until time.Time
	if !last.IsZero() {
		until = last.In(a.Zone()).AddDate(0, 0, 1)
	}
	return a.store.GiveTier(ctx, who, until)
}

// UndoImport takes back what the last file brought, and says of which roster.
func (a *App) UndoImport(ctx context.Context) (string, patron.Difference, error) {
	roster := a.fileRoster()
	d, err := patron.Undo(ctx, a.store, roster)
	return roster, d, err
}

// ends is the sync of those whom the operator gave a tier: it ends what is over.
type ends struct{ app *App }

// Sync implements jobs.Syncer.
func (e ends) Sync(ctx context.Context) (patron.Difference, error) {
	n, err := e.app.store.EndTiers(ctx, e.app.env.Now(), 0)
	if n > 0 {
		e.app.env.Log.InfoContext(ctx, "given tiers ended", "patrons", n)
	}
	return patron.Difference{}, err
}
