package patreon_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/patron"
	"marquee/internal/patron/patreon"
	"marquee/internal/testkit"
)

func TestList(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.PatreonConfig{}, "{free: true}") // the campaign is found
	w.campaign.Join(testkit.PatreonMember{User: "1", Name: " Rowan\n Vale ", Email: "Rowan@Reader.example", Tier: "902"})
	w.campaign.Join(testkit.PatreonMember{User: "2", Name: "No mail", Tier: "901", Hidden: true})
	w.campaign.Join(testkit.PatreonMember{User: "3", Name: "Odd", Email: "not an address", Tier: "901"})
	w.campaign.Join(testkit.PatreonMember{User: "4", Name: "Twin", Email: "rowan@reader.example", Tier: "901"})
	w.campaign.Join(testkit.PatreonMember{User: "5", Name: "Low twin", Email: "twin@reader.example", Free: true})
	w.campaign.Join(testkit.PatreonMember{User: "6", Name: "High twin", Email: "Twin@reader.example", Tier: "903", Unverified: true})
	at := w.Now()
	want := patron.Listing{
		Complete: true, At: at, UnknownTiers: []string{"Producer"},
		People: []domain.Patron{
			{External: "1", Name: "Rowan Vale", Email: "Rowan@Reader.example", Audience: active("Screenwriter"), Since: at},
			{External: "2", Name: "No mail", Audience: active("Matinee"), Since: at},
			{External: "3", Name: "Odd", Audience: active("Matinee"), Since: at},
			{External: "4", Name: "Twin", Audience: active("Matinee"), Since: at},
			{External: "5", Name: "Low twin", Audience: domain.Audience{Standing: domain.Reader}},
			{External: "6", Name: "High twin", Email: "Twin@reader.example", Audience: active("Screenwriter"), Since: at},
		},
		Noted: []patron.Problem{
			{Reason: "addresses are none that mail can be sent to: 1"},
			{Reason: "addresses are those of two accounts: the one with the higher tier has it: 2"},
			{Reason: "addresses were never confirmed to Patreon: 1"},
		},
	}
	if diff := cmp.Diff(want, w.list(t)); diff != "" {
		t.Errorf("listing (-want +got):\n%s", diff)
	}
}

// TestListsAgainFromTheStart: what was listed before a cursor expired is not
// listed twice.
func TestListsAgainFromTheStart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.PatreonConfig{}, "campaign: \"700142\"")
	w.campaign.Populate(1100)
	w.Break(testkit.PatreonTrouble{With: testkit.CursorExpired, On: "members", Skip: 1, Times: 1})
	if l := w.list(t); len(l.People) != 1100 {
		t.Errorf("%d people", len(l.People))
	}
}

func TestWithoutAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.PatreonConfig{Scopes: []string{"campaigns", "campaigns.members"}}, "{}")
	w.campaign.Join(testkit.PatreonMember{Email: "rowan@reader.example", Tier: "902"})
	l := w.list(t)
	if !l.Veiled || len(l.Noted) != 1 || !strings.Contains(l.Noted[0].Reason, "campaigns.members[email]") {
		t.Errorf("listing %+v", l)
	}
}

// TestShortList: a list that is shorter than it says is no list.
func TestShortList(t *testing.T) {
	t.Parallel()
	for percent, whole := range map[int]bool{100: true, 98: true, 97: false, 40: false, 0: false} {
		w := newWorld(t, testkit.PatreonConfig{}, "{}")
		w.campaign.Populate(200)
		w.Break(testkit.PatreonTrouble{With: testkit.SomeWithTotal, On: "members", Percent: percent})
		l, err := w.roster.List(t.Context())
		if (err == nil) != whole || !whole && (!errors.Is(err, domain.ErrInvalid) || len(l.People) != 0) {
			t.Errorf("%d %%: %d people, %v", percent, len(l.People), err)
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.PatreonConfig{}, "{}")
	for options, want := range map[string]string{
		"campaign: [1]":      "campaign: must be text",
		"{free: maybe}":      "free: ",
		"{token: secret}":    "token: unknown key",
		"campaign: '700142'": "",
	} {
		opts, err := config.ParseOptions(options, ".")
		if err != nil {
			t.Fatal(err)
		}
		_, err = patreon.Kind(w.client).New(patron.Env{Tiers: tiers(), Now: w.Now}, opts)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", options, err, want)
		}
		if _, err := patreon.Kind(nil).New(patron.Env{Now: w.Now}, opts); err == nil || want == "" && !strings.Contains(err.Error(), "needs the tokens") {
			t.Errorf("%s without a client: %v", options, err)
		}
	}
}

func TestSeveralCampaigns(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.PatreonConfig{}, "{}")
	w.AddCampaign("700143", "second")
	if _, err := w.roster.List(t.Context()); !errors.Is(err, domain.ErrInvalid) || !strings.Contains(err.Error(), "for 2 campaigns") {
		t.Errorf("error %v", err)
	}
}
