package app

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"marquee/internal/domain"
)

// Tier is a configured tier's name, found without regard to case.
func (a *App) Tier(name string) (string, error) {
	rank := a.cfg.Tiers.Rank(name)
	if rank == 0 {
		all := make([]string, len(a.cfg.Tiers))
		for i, t := range a.cfg.Tiers {
			all[i] = t.Name
		}
		return "", fmt.Errorf("tier %q: %w in the configuration: there are %s", name, domain.ErrNotFound, strings.Join(all, ", "))
	}
	return a.cfg.Tiers[rank-1].Name, nil
}

// Audiences are all whom somebody can belong to: patrons, the highest tier first,
// readers and former patrons.
func (a *App) Audiences() []domain.Audience {
	all := a.policy.Audiences()[1:]
	slices.Reverse(all)
	return all
}

// Zone is the publication's, in which people are told times.
func (a *App) Zone() *time.Location { return a.cfg.Publication.Zone }

// HighestAudience is who sees the most: patrons of the highest tier.
func (a *App) HighestAudience() domain.Audience {
	audience := domain.Audience{Standing: domain.Active}
	if n := len(a.cfg.Tiers); n > 0 {
		audience.Tier = a.cfg.Tiers[n-1].Name
	}
	return audience
}

// Digests are the configured digests' names.
func (a *App) Digests() []string {
	all := make([]string, len(a.cfg.Digests))
	for i, d := range a.cfg.Digests {
		all[i] = d.Name
	}
	return all
}

// Gets reports whom a digest is for, and whether an audience is among them.
func (a *App) Gets(digest string, who domain.Audience) (to string, yes bool, err error) {
	for _, d := range a.cfg.Digests {
		if d.Name == digest {
			return d.To, slices.Contains(a.policy.Recipients(d.To), who), nil
		}
	}
	return "", false, fmt.Errorf("digest %q: %w in the configuration", digest, domain.ErrNotFound)
}
