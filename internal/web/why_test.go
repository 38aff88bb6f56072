package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/patron"
	"marquee/internal/token"
)

// The page tells what the one entitlement function says, why, and until when; of
// what is not published or taken back it tells nothing, whatever is asked for.
func TestWhy(t *testing.T) {
	t.Parallel()
	s, _ := people(t)
	check(t, s.store.ApplyDifference(t.Context(), "test", patron.Difference{Add: []domain.Patron{
		{Email: rosa, Audience: domain.Audience{Standing: domain.Active, Tier: "Matinee"}},
	}}))
	items := []domain.Item{
		{GUID: "lanterns", Kind: domain.Review, Series: "Opening Week", Title: "Paper Lanterns", Body: "<p>CANARY</p>"},
		{GUID: "old", Kind: domain.Review, Title: "Old Lanterns", Body: "<p>CANARY</p>"},
		{GUID: "ahead", Kind: domain.Post, Title: "Lanterns From Tomorrow"},
		{GUID: "gone", Kind: domain.Post, Title: "Lanterns Taken Back"},
		{GUID: "exclusive", Kind: domain.Post, Exclusive: true, Title: "Elsewhere"},
	}
	for i, age := range []time.Duration{20 * time.Hour, 30 * 24 * time.Hour, -time.Hour, 2 * time.Hour, 3 * time.Hour} {
		settle(&items[i], now().Add(-age))
	}
	items[3].Withdrawn = now().Add(-time.Hour)
	check(t, s.store.SaveGathered(t.Context(), gather.Gathered{Source: "site", At: now(), Items: items}))
	id := must(s.store.PatronByEmail(t.Context(), rosa))(t).ID
	link := "/p/" + s.mint.Make(token.Manage, id) + "/why"
	g := s.get(t, link).is(t, http.StatusOK)
	text := words(g.html(t).Find("main"))
	for _, want := range []string{
		"Opening Week: Paper Lanterns November 20, 2026 A teaser: opens to patrons on Nov 22, 2026, 16:00 UTC.",
		"Old Lanterns October 22, 2026 In full: open to patrons since Oct 24, 2026",
		"Elsewhere November 21, 2026 The teaser that its source shows: open to everyone.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q: %s", want, text)
		}
	}
	if strings.Contains(g.body, "CANARY") || g.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("the page tells too much: %v\n%s", g.Header, g.body)
	}
	for asked, want := range map[string]int{
		"LANTERNS": 2, "old+lant": 1, "urn:uuid:" + string(items[0].ID): 1, items[1].URL: 1, "nothing": 0,
		string(items[2].ID): 0, string(items[3].ID): 0, "tomorrow": 0, "taken+back": 0, "%25": 0, "%00": 0,
	} {
		page := s.get(t, link+"?piece="+asked).is(t, http.StatusOK).html(t)
		if n := page.Find("dl dt").Length(); n != want {
			t.Errorf("%q finds %d pieces, want %d", asked, n, want)
		}
	}
	s.get(t, "/p/"+s.mint.Make(token.Unsubscribe, id)+"/why").is(t, http.StatusNotFound)
}

// It tells of letters too: of those that somebody has, and why others did not come.
func TestWhyNoLetter(t *testing.T) {
	t.Parallel()
	s, _ := people(t)
	id := s.enroll(t, rosa)
	s.edition(t, "2026-11-20T17:00", domain.EditionSending)
	text := words(s.get(t, "/p/"+s.mint.Make(token.Manage, id)+"/why").is(t, http.StatusOK).html(t).Find("main"))
	if !strings.Contains(text, "Your letters November 21, 2026 It waits to be sent.") {
		t.Errorf("the page says %s", text)
	}
}

// must is the value of a call that must not fail: must(f())(t).
func must[T any](v T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}
