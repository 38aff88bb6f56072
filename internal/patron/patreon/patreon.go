// Package patreon is the roster kind "patreon": the members of a campaign, as
// Patreon's API lists them.
//
// Who is a patron follows from the tiers that Patreon says a member is entitled
// to, and from nothing else: a pledge that was cancelled is good until its end,
// an annual one is charged once, and a status lags behind (rule.go). A listing is
// complete or an error. That Patreon is wrong about everybody for some hours a
// month is what the policy in internal/patron is for.
package patreon

import (
	"context"
	"fmt"
	"slices"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/patreonapi"
	"marquee/internal/patron"
)

// Options are the keys of a patreon roster.
type Options struct {
	Campaign string `yaml:"campaign"` // its id; by default the only one there is
	Free     bool   `yaml:"free"`     // free members are readers
	Trials   bool   `yaml:"trials"`   // who tries a tier for free has it
	Gifts    bool   `yaml:"gifts"`    // who was given a tier has it
}

// Kind is the patreon kind. client is nil when the configuration has no tokens.
func Kind(client *patreonapi.Client) patron.Kind {
	return patron.Kind{
		Name: "patreon", Schedule: "17 * * * *", // hourly, and not when everybody else asks
		New: func(env patron.Env, opts config.Options) (patron.Roster, error) {
			return New(env, opts, client)
		},
	}
}

// Roster is the members of one campaign.
type Roster struct {
	client   *patreonapi.Client
	campaign string // empty is the only one
	rule     rule
	now      func() time.Time
}

// New checks the options.
func New(env patron.Env, opts config.Options, client *patreonapi.Client) (*Roster, error) {
	o := Options{Trials: true, Gifts: true}
	if err := opts.Decode(&o); err != nil {
		return nil, err
	}
	if client == nil {
		return nil, opts.Errorf("kind", "needs the tokens of your campaign: write them under patreon, as the example shows")
	}
	return &Roster{
		client: client, campaign: o.Campaign, now: env.Now,
		rule: rule{tiers: env.Tiers, free: o.Free, trials: o.Trials, gifts: o.Gifts},
	}, nil
}

// List asks for all members. It is complete. A list that Patreon says is longer
// than what it gave is an error, and so are the errors of patreonapi.
func (r *Roster) List(ctx context.Context) (patron.Listing, error) {
	at := r.now()
	campaign, tiers, err := r.which(ctx)
	if err != nil {
		return patron.Listing{}, err
	}
	people, total := newCollector(r.rule), -1
	err = r.client.Members(ctx, campaign, func(p patreonapi.Page[patreonapi.Member]) error {
		if p.First {
			people = newCollector(r.rule)
		}
		total = p.Total
		people.take(p)
		return nil
	})
	if err != nil {
		return patron.Listing{}, err
	}
	if short(people.seen, total) {
		return patron.Listing{}, fmt.Errorf("%w listing: Patreon gave %d of %d members", domain.ErrInvalid, people.seen, total)
	}
	l := people.listing(at)
	l.Noted = append(l.Noted, r.stray(ctx, campaign, tiers)...)
	return l, nil
}

// stray are remarks on configured tiers that the campaign does not have. That
// Patreon cannot be asked for its tiers takes nothing from the listing.
func (r *Roster) stray(ctx context.Context, campaign string, tiers []patreonapi.Tier) []patron.Problem {
	if tiers == nil {
		all, err := r.client.Campaigns(ctx)
		at := slices.IndexFunc(all, func(c patreonapi.Campaign) bool { return c.ID == campaign })
		if err != nil || at < 0 {
			return nil
		}
		tiers = all[at].Tiers
	}
	var remarks []patron.Problem
	for _, t := range r.rule.tiers {
		known := slices.ContainsFunc(tiers, func(theirs patreonapi.Tier) bool { return theirs.ID == t.PatreonID })
		if t.PatreonID != "" && !known {
			remarks = append(remarks, patron.Problem{Reason: fmt.Sprintf("the campaign has no tier with the id %s, which is configured for %s", t.PatreonID, t.Name)})
		}
	}
	return remarks
}

// short reports whether a list lacks more than what people may have done while
// it was read: one in fifty.
func short(seen, total int) bool { return (total-seen)*50 > total }

// which is the campaign's id, with its tiers if that had to be asked.
func (r *Roster) which(ctx context.Context) (string, []patreonapi.Tier, error) {
	if r.campaign != "" {
		return r.campaign, nil, nil
	}
	all, err := r.client.Campaigns(ctx)
	if err != nil {
		return "", nil, err
	}
	if len(all) != 1 {
		return "", nil, fmt.Errorf("%w roster: the tokens are for %d campaigns: write the id of one as campaign", domain.ErrInvalid, len(all))
	}
	return all[0].ID, all[0].Tiers, nil
}
