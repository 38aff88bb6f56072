package testkit

import (
	"net/http"
	"strconv"
	"time"
)

// PatreonTier is a tier of a campaign.
type PatreonTier struct {
	ID    string
	Title string
	Cents int // a month
}

// PatreonCampaign is a creator's campaign, its members and its posts.
type PatreonCampaign struct {
	ID   string
	Name string // in its address

	patreon *Patreon
	tiers   []PatreonTier
	members []*PatreonMember // with gaps where one was deleted
	byUser  map[string]*PatreonMember
	posts   []*PatreonPost
}

// AddCampaign makes a campaign. It has a free tier, as all campaigns do: the id
// "900", unless one of tiers costs nothing.
func (p *Patreon) AddCampaign(id, name string, tiers ...PatreonTier) *PatreonCampaign {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := &PatreonCampaign{ID: id, Name: name, patreon: p, tiers: tiers, byUser: map[string]*PatreonMember{}}
	if c.freeTier() == "" {
		c.tiers = append([]PatreonTier{{ID: "900", Title: "Free"}}, tiers...)
	}
	p.campaigns = append(p.campaigns, c)
	return c
}

// RenameTier gives a tier another title.
func (c *PatreonCampaign) RenameTier(id, title string) {
	c.patreon.mu.Lock()
	defer c.patreon.mu.Unlock()
	for i := range c.tiers {
		if c.tiers[i].ID == id {
			c.tiers[i].Title = title
		}
	}
}

func (c *PatreonCampaign) tier(id string) PatreonTier {
	for _, t := range c.tiers {
		if t.ID == id {
			return t
		}
	}
	return PatreonTier{}
}

func (c *PatreonCampaign) freeTier() string {
	for _, t := range c.tiers {
		if t.Cents == 0 {
			return t.ID
		}
	}
	return ""
}

func (p *Patreon) campaign(id string) *PatreonCampaign {
	for _, c := range p.campaigns {
		if c.ID == id {
			return c
		}
	}
	return nil
}

var (
	patreonTierFields     = []string{"amount_cents", "description", "patron_count", "published", "title", "url"}
	patreonCampaignFields = []string{"currency", "is_charged_immediately", "is_monthly", "patron_count", "url", "vanity"}
)

func (p *Patreon) listCampaigns(ask patreonQuery) *patreonAnswer {
	if !p.allowed("campaigns") {
		return patreonError(http.StatusForbidden, "Forbidden", "")
	}
	bad := ask.check([]string{"tiers", "creator", "benefits", "goals"},
		map[string][]string{"campaign": patreonCampaignFields, "tier": patreonTierFields})
	if bad != nil {
		return bad
	}
	data, included := []any{}, []any{}
	for _, c := range p.campaigns {
		entry := patreonRef("campaign", c.ID)
		entry["attributes"] = ask.chosen("campaign", map[string]any{
			"currency": "USD", "is_charged_immediately": true, "is_monthly": true, "patron_count": c.patrons(),
			"url": "https://www.patreon.com/" + c.Name, "vanity": c.Name,
		})
		if ask.includes("tiers") {
			refs := []any{}
			for _, t := range c.tiers {
				refs = append(refs, patreonRef("tier", t.ID))
				included = append(included, tierEntry(ask, t))
			}
			entry["relationships"] = map[string]any{"tiers": map[string]any{"data": refs}}
		}
		data = append(data, entry)
	}
	return patreonJSON(http.StatusOK, map[string]any{
		"data": data, "included": included, "meta": map[string]any{"pagination": map[string]any{"total": len(data)}},
	})
}

func tierEntry(ask patreonQuery, t PatreonTier) map[string]any {
	entry := patreonRef("tier", t.ID)
	entry["attributes"] = ask.chosen("tier", map[string]any{
		"amount_cents": t.Cents, "description": nil, "patron_count": 0, "published": true, "title": t.Title,
		"url": "/checkout?rid=" + t.ID,
	})
	return entry
}

// patreonTime is how Patreon writes times: mostly with a fraction.
func patreonTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	if t.Nanosecond() == 0 {
		return t.UTC().Format("2006-01-02T15:04:05+00:00")
	}
	return t.UTC().Format("2006-01-02T15:04:05.000+00:00")
}

// userOf is a made-up user id.
func userOf(n int) string { return strconv.Itoa(5_550_000 + n) }
