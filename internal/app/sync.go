package app

import (
	"context"
	"errors"
	"fmt"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/patron"
)

// Rosters are the configured rosters' names, in their order.
func (a *App) Rosters() []string {
	all := make([]string, len(a.cfg.Rosters))
	for i, r := range a.cfg.Rosters {
		all[i] = r.Name
	}
	return all
}

// SyncRoster brings the patrons into step with a configured roster. With trust
// its word is taken at once, without grace and without the brake.
func (a *App) SyncRoster(ctx context.Context, name string, trust bool) (patron.Difference, error) {
	for _, r := range a.cfg.Rosters {
		if r.Name == name {
			return a.syncer(r, trust).Sync(ctx)
		}
	}
	return patron.Difference{}, fmt.Errorf("roster %q: %w in the configuration", name, domain.ErrNotFound)
}

func (a *App) syncer(r config.Roster, trust bool) syncer {
	return syncer{
		app: a, name: r.Name, roster: a.rosters[r.Name],
		policy: patron.Policy{Grace: r.Grace, Syncs: r.Syncs, Share: r.Share, Trust: trust},
	}
}

// syncer brings one roster into step and writes down how that went.
type syncer struct {
	app    *App
	name   string
	roster patron.Roster
	policy patron.Policy
}

// Sync implements jobs.Syncer.
func (s syncer) Sync(ctx context.Context) (patron.Difference, error) {
	d, err := s.sync(ctx)
	_, braked := errors.AsType[*patron.BrakeError](err)
	status := domain.RosterStatus{Roster: s.name, Synced: s.app.env.Now(), Remarks: d.Remarks()}
	switch {
	case err != nil && errors.Is(err, domain.ErrConflict) && !braked: // another sync says how it went
		return d, err
	case err != nil:
		status = domain.RosterStatus{Roster: s.name, Failed: s.app.env.Now(), Error: err.Error(), Braked: braked}
	}
	// Also when the sync's time is up: then above all it must be known.
	return d, errors.Join(err, s.app.store.SetRosterStatus(context.WithoutCancel(ctx), status))
}

func (s syncer) sync(ctx context.Context) (patron.Difference, error) {
	listing, err := s.roster.List(ctx)
	if err != nil {
		return patron.Difference{}, fmt.Errorf("roster %s: %w", s.name, err)
	}
	return s.policy.Import(ctx, s.app.store, s.name, listing)
}
