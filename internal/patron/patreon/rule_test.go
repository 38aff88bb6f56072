package patreon_test

import (
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/patron"
	"marquee/internal/patron/patreon"
	"marquee/internal/testkit"
)

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

func active(tier string) domain.Audience {
	return domain.Audience{Standing: domain.Active, Tier: tier}
}

// TestWhoIsAPatron goes through the cases that there are at Patreon: who somebody
// is when they join, and what happens to them then.
func TestWhoIsAPatron(t *testing.T) {
	t.Parallel()
	reader, former := domain.Audience{Standing: domain.Reader}, domain.Audience{Standing: domain.Former}
	type campaign = testkit.PatreonCampaign
	for name, test := range map[string]struct {
		who     testkit.PatreonMember
		then    func(c *campaign, user string)
		after   time.Duration
		options string
		want    domain.Audience
	}{
		"pays by the month":                  {who: testkit.PatreonMember{Tier: "902"}, want: active("Screenwriter")},
		"charge is pending":                  {who: testkit.PatreonMember{Tier: "901"}, then: func(c *campaign, u string) { c.Settle(u, "Pending") }, want: active("Matinee")},
		"cancelled, the month is not over":   {who: testkit.PatreonMember{Tier: "901"}, then: (*campaign).Cancel, after: 10 * day, want: active("Matinee")},
		"cancelled, the month is over":       {who: testkit.PatreonMember{Tier: "901"}, then: (*campaign).Cancel, after: 11 * day, want: former},
		"declined":                           {who: testkit.PatreonMember{Tier: "901"}, then: (*campaign).Decline, want: former},
		"declined and recovered":             {who: testkit.PatreonMember{Tier: "901"}, then: func(c *campaign, u string) { c.Decline(u); c.Recover(u) }, want: active("Matinee")},
		"annual, eleven months ago":          {who: testkit.PatreonMember{Tier: "902", Annual: true}, after: 330 * day, want: active("Screenwriter")},
		"annual, no tier":                    {who: testkit.PatreonMember{Cents: 3600, Annual: true}, want: active("Matinee")},
		"annual, no tier, the price of more": {who: testkit.PatreonMember{Cents: 12000, Annual: true}, want: active("Screenwriter")},
		"annual, cancelled long ago":         {who: testkit.PatreonMember{Tier: "901", Annual: true}, then: (*campaign).Cancel, after: 300 * day, want: active("Matinee")},
		"no tier":                            {who: testkit.PatreonMember{Cents: 999}, want: active("Matinee")},
		"no tier, the price of more":         {who: testkit.PatreonMember{Cents: 1000}, want: active("Screenwriter")},
		"no tier, less than any":             {who: testkit.PatreonMember{Cents: 100}, want: active("Matinee")},
		"a tier that is not configured":      {who: testkit.PatreonMember{Tier: "903"}, want: active("Screenwriter")},
		"tries for free":                     {who: testkit.PatreonMember{Tier: "902", Trial: true}, want: active("Screenwriter")},
		"tries for free, which is not meant": {who: testkit.PatreonMember{Tier: "902", Trial: true}, options: "trials: false", want: former},
		"has tried for free and pays":        {who: testkit.PatreonMember{Tier: "902", Trial: true}, options: "trials: false", after: 45 * day, want: active("Screenwriter")},
		"was given it":                       {who: testkit.PatreonMember{Tier: "901", Gifted: true}, want: active("Matinee")},
		"was given it, which is not meant":   {who: testkit.PatreonMember{Tier: "901", Gifted: true}, options: "gifts: false", want: former},
		"was given it, which is over":        {who: testkit.PatreonMember{Tier: "901", Gifted: true}, after: 380 * day, want: former},
		"follows for free":                   {who: testkit.PatreonMember{Free: true}, want: former},
		"follows for free, who may read":     {who: testkit.PatreonMember{Free: true}, options: "free: true", want: reader},
		"cancelled is no free member":        {who: testkit.PatreonMember{Tier: "901"}, then: (*campaign).Cancel, after: 30 * day, options: "free: true", want: former},
		"got the money back":                 {who: testkit.PatreonMember{Tier: "901"}, then: func(c *campaign, u string) { c.Settle(u, "Refunded") }, want: former},
		"was a fraud":                        {who: testkit.PatreonMember{Tier: "901"}, then: func(c *campaign, u string) { c.Settle(u, "Fraud") }, want: former},
		"account is gone":                    {who: testkit.PatreonMember{Tier: "901"}, then: (*campaign).Remove, want: former},
		"rose":                               {who: testkit.PatreonMember{Tier: "901"}, then: func(c *campaign, u string) { c.Change(u, "902", 1000) }, want: active("Screenwriter")},
		"sank":                               {who: testkit.PatreonMember{Tier: "902"}, then: func(c *campaign, u string) { c.Change(u, "901", 300) }, want: active("Matinee")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, testkit.PatreonConfig{}, "campaign: \"700142\"\n"+test.options)
			test.who.Email = "rowan@reader.example"
			user := w.campaign.Join(test.who)
			if test.then != nil {
				test.then(w.campaign, user)
			}
			w.Advance(test.after)
			l := w.list(t)
			if len(l.People) != 1 || !l.Complete || l.People[0].Audience != test.want || l.People[0].External != user {
				t.Errorf("listing %+v, want %+v", l, test.want)
			}
		})
	}
}

// TestTiersByName: a tier without an id is known by its title, and one with an id
// by that alone, whatever it is called.
func TestTiersByName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.PatreonConfig{}, "{}")
	opts, err := config.ParseOptions("{}", ".")
	if err != nil {
		t.Fatal(err)
	}
	named := domain.Tiers{{Name: "matinee"}, {Name: "Producer", PatreonID: "902"}}
	roster, err := patreon.Kind(w.client).New(patron.Env{Tiers: named, Now: w.Now}, opts)
	if err != nil {
		t.Fatal(err)
	}
	w.campaign.Join(testkit.PatreonMember{Email: "a@x.example", Tier: "901"})
	w.campaign.Join(testkit.PatreonMember{Email: "b@x.example", Tier: "902"})
	l, err := roster.List(t.Context())
	if err != nil || l.People[0].Audience != active("matinee") || l.People[1].Audience != active("Producer") || len(l.UnknownTiers) != 0 {
		t.Errorf("listing %+v, %v", l, err)
	}
	w.campaign.Join(testkit.PatreonMember{Email: "d@x.example", Tier: "903"}) // which is called Producer there
	if l, err = roster.List(t.Context()); err != nil || l.People[2].Audience != active("matinee") || len(l.UnknownTiers) != 1 {
		t.Errorf("with a tier of another's name: %+v, %v", l, err)
	}
	free := domain.Tiers{{Name: "Members", PatreonID: "900"}, {Name: "Matinee", PatreonID: "901"}}
	w.campaign.Join(testkit.PatreonMember{Email: "c@x.example", Free: true})
	if roster, err = patreon.Kind(w.client).New(patron.Env{Tiers: free, Now: w.Now}, opts); err != nil {
		t.Fatal(err)
	}
	if l, err = roster.List(t.Context()); err != nil || l.People[3].Standing != domain.Former {
		t.Errorf("the free tier makes a patron: %+v, %v", l, err)
	}
}

// TestRenamedTiers: a tier with an id keeps its members, one without loses them
// to what they pay for.
func TestRenamedTiers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.PatreonConfig{}, "{}")
	opts, err := config.ParseOptions("{}", ".")
	if err != nil {
		t.Fatal(err)
	}
	named := domain.Tiers{{Name: "matinee"}, {Name: "Producer", PatreonID: "902"}}
	roster, err := patreon.Kind(w.client).New(patron.Env{Tiers: named, Now: w.Now}, opts)
	if err != nil {
		t.Fatal(err)
	}
	w.campaign.Join(testkit.PatreonMember{Email: "a@x.example", Tier: "901"})
	w.campaign.Join(testkit.PatreonMember{Email: "b@x.example", Tier: "902"})
	w.campaign.RenameTier("901", "Bronze")
	w.campaign.RenameTier("902", "Silver")
	l, err := roster.List(t.Context())
	if err != nil || l.People[0].Audience != active("matinee") || l.People[1].Audience != active("Producer") {
		t.Errorf("renamed: %+v, %v", l, err)
	}
	if len(l.UnknownTiers) != 1 || l.UnknownTiers[0] != "Bronze" {
		t.Errorf("unknown %v", l.UnknownTiers)
	}
}
