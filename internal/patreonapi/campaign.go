package patreonapi

import (
	"context"
	"net/url"
)

// Tier is a level of support as Patreon knows it. Titles can be edited, and need
// not differ: the id counts.
type Tier struct {
	ID        string
	Title     string
	Cents     int  // a month, in the campaign's currency; 0 for the free tier, -1 when Patreon does not say
	Published bool // an unpublished one may still have members
}

// Campaign is a creator's page.
type Campaign struct {
	ID      string
	Name    string // in its address: patreon.com/NAME
	URL     string
	Patrons int
	Tiers   []Tier // by Campaigns alone
}

type campaignEntry struct {
	identity
	Attributes struct {
		Vanity  string     `json:"vanity"`
		URL     string     `json:"url"`
		Patrons given[int] `json:"patron_count"`
	} `json:"attributes"`
	Relationships struct {
		Tiers *many `json:"tiers"`
	} `json:"relationships"`
}

// Campaigns are the campaigns of the tokens' owner, with their tiers: one, as a rule.
func (c *Client) Campaigns(ctx context.Context) ([]Campaign, error) {
	var all []Campaign
	err := list[campaignEntry, Campaign]{
		op: "list campaigns", path: "/api/oauth2/v2/campaigns", count: 100,
		query: url.Values{
			"include":          {"tiers"},
			"fields[campaign]": {"vanity,url,patron_count"},
			"fields[tier]":     {"title,amount_cents,published"},
		},
		item: campaign,
		id:   func(e campaignEntry) string { return e.ID },
	}.walk(ctx, c, func(p Page[Campaign]) error {
		if p.First {
			all = nil
		}
		all = append(all, p.Items...)
		return nil
	})
	return all, err
}

func campaign(e campaignEntry, doc *document[[]campaignEntry]) (Campaign, error) {
	if err := e.check("campaign"); err != nil {
		return Campaign{}, err
	}
	if e.Relationships.Tiers == nil {
		return Campaign{}, missing("the campaign's tiers")
	}
	tiers, err := tiersOf(doc.Included)
	if err != nil {
		return Campaign{}, err
	}
	return Campaign{
		ID: e.ID, Name: e.Attributes.Vanity, URL: e.Attributes.URL, Patrons: e.Attributes.Patrons.Value,
		Tiers: pick(tiers, e.Relationships.Tiers.Data),
	}, nil
}

// tiersOf are the tiers among what a document includes, by their ids.
func tiersOf(all []included) (map[string]Tier, error) {
	tiers := map[string]Tier{}
	for _, r := range all {
		if r.Type != "tier" {
			continue
		}
		if r.ID == "" || !r.Attributes.Cents.There {
			return nil, missing("a tier's price")
		}
		tiers[r.ID] = Tier{ID: r.ID, Title: r.Attributes.Title, Cents: r.Attributes.Cents.Value, Published: r.Attributes.Published.Value}
	}
	return tiers, nil
}

// pick are the tiers that are referred to. Of one that is not included no more
// is known than its id.
func pick(tiers map[string]Tier, refs []identity) []Tier {
	picked := make([]Tier, 0, len(refs))
	for _, ref := range refs {
		t, known := tiers[ref.ID]
		if !known {
			t = Tier{ID: ref.ID, Cents: -1}
		}
		picked = append(picked, t)
	}
	return picked
}
