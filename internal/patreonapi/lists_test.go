package patreonapi_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/patreonapi"
	"marquee/internal/testkit"
)

func TestCampaigns(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{BareEnd: true})
	w.campaign.Populate(3)
	got, err := w.client().Campaigns(t.Context())
	want := []patreonapi.Campaign{{
		ID: "700142", Name: "lanternscreen", URL: "https://www.patreon.com/lanternscreen", Patrons: 3,
		Tiers: []patreonapi.Tier{
			{ID: "900", Title: "Free", Published: true},
			{ID: "901", Title: "Matinee", Cents: 300, Published: true},
			{ID: "902", Title: "Screenwriter", Cents: 1000, Published: true},
		},
	}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("campaigns (-want +got):\n%s%v", diff, err)
	}
}

func TestMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	w.campaign.Join(testkit.PatreonMember{Name: "Rowan Vale", Email: "rowan@reader.example", Tier: "902", Annual: true, Unverified: true})
	w.campaign.Join(testkit.PatreonMember{Name: "Free Reader", Email: "free@reader.example", Free: true})
	w.campaign.Join(testkit.PatreonMember{Name: "Hidden", Cents: 500, Hidden: true})
	got, err := members(t.Context(), w.client())
	at := time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC)
	want := []patreonapi.Member{
		{
			ID: "6e8d5b84-0000-4000-8000-000000000001", User: "5550001", Name: "Rowan Vale", Email: "rowan@reader.example", EmailShown: true,
			Unverified: true, Status: patreonapi.ActivePatron, Charge: patreonapi.Paid, Cents: 12000, Months: 12,
			Tiers: []patreonapi.Tier{{ID: "902", Title: "Screenwriter", Cents: 1000}}, Since: at, LastCharge: at,
			NextDate: time.Date(2027, 11, 1, 8, 0, 0, 0, time.UTC),
		},
		{
			ID: "6e8d5b84-0000-4000-8000-000000000002", User: "5550002", Name: "Free Reader", Email: "free@reader.example", EmailShown: true,
			Tiers: []patreonapi.Tier{{ID: "900", Title: "Free"}},
		},
		{
			ID: "6e8d5b84-0000-4000-8000-000000000003", User: "5550003", Name: "Hidden", EmailShown: true,
			Status: patreonapi.ActivePatron, Charge: patreonapi.Paid, Cents: 500, Months: 1, Tiers: []patreonapi.Tier{},
			Since: at, LastCharge: at, NextDate: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC),
		},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("members (-want +got):\n%s%v", diff, err)
	}
}

func TestMembersWithoutTheScopeOfAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{Scopes: []string{"campaigns.members"}})
	w.campaign.Join(testkit.PatreonMember{Email: "rowan@reader.example", Tier: "902"})
	got, err := members(t.Context(), w.client())
	if err != nil || len(got) != 1 || got[0].EmailShown || got[0].Email != "" {
		t.Errorf("members %+v, %v", got, err)
	}
}

// TestPages: each member once, whatever the pages, and however the list ends.
func TestPages(t *testing.T) {
	t.Parallel()
	for _, bare := range []bool{false, true} {
		w := newWorld(testkit.PatreonConfig{BareEnd: bare})
		w.campaign.Populate(2500)
		var firsts, total int
		seen := map[string]bool{}
		err := w.client().Members(t.Context(), "700142", func(p patreonapi.Page[patreonapi.Member]) error {
			if p.First {
				firsts++
			}
			total = p.Total
			for _, m := range p.Items {
				seen[m.User] = true
			}
			return nil
		})
		if err != nil || firsts != 1 || total != 2500 || len(seen) != 2500 {
			t.Errorf("bare end %t: %v, %d first pages, %d of %d members", bare, err, firsts, len(seen), total)
		}
		equal(t, "answers", w.statuses(membersPath), []int{200, 200, 200})
	}
}

func TestPosts(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	at := w.Now()
	w.campaign.Publish(testkit.PatreonPost{ID: "99001122", Title: "Friday picks", Content: "<p>Salt</p>", URL: "/posts/friday-99001122", Tiers: []string{"901", "902"}})
	w.campaign.Publish(testkit.PatreonPost{ID: "99001123", Title: "Hello", Content: "<p>All</p>", Public: true, Embed: "https://video.example/1"})
	w.campaign.Publish(testkit.PatreonPost{ID: "99001124", Title: "Draft", Draft: true})
	small := []patreonapi.Post{
		{ID: "99001122", Title: "Friday picks", URL: "https://www.patreon.com/posts/friday-99001122", Tiers: []string{"901", "902"}, Published: at},
		{ID: "99001123", Title: "Hello", URL: "https://www.patreon.com/posts/99001123", Public: true, Published: at},
		{ID: "99001124", Title: "Draft", URL: "https://www.patreon.com/posts/99001124"},
	}
	whole := append([]patreonapi.Post(nil), small...)
	whole[0].Content, whole[1].Content, whole[1].Embed = "<p>Salt</p>", "<p>All</p>", "https://video.example/1"
	client := w.client()
	for content, want := range map[bool][]patreonapi.Post{false: small, true: whole} {
		var got []patreonapi.Post
		err := client.Posts(t.Context(), "700142", content, func(p patreonapi.Page[patreonapi.Post]) error {
			got = append(got, p.Items...)
			return nil
		})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("posts with content %t (-want +got):\n%s%v", content, diff, err)
		}
	}
	got, err := client.Post(t.Context(), "99001123")
	if diff := cmp.Diff(whole[1], got); diff != "" || err != nil {
		t.Errorf("post (-want +got):\n%s%v", diff, err)
	}
}
