package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/patron"
	"marquee/internal/token"
)

// Whoever wants dates in another language has them so on every page of their own,
// marked as what they are, and sees which one they chose. Nobody else does.
func TestDatesOfTheirOwn(t *testing.T) {
	t.Parallel()
	s, _ := people(t)
	check(t, s.store.ApplyDifference(t.Context(), "test", patron.Difference{Add: []domain.Patron{
		{Email: rosa, Audience: domain.Audience{Standing: domain.Active, Tier: "Matinee"}},
	}}))
	item := domain.Item{GUID: "lanterns", Kind: domain.Review, Title: "Paper Lanterns"}
	settle(&item, now().Add(-20*time.Hour))
	check(t, s.store.SaveGathered(t.Context(), gather.Gathered{Source: "site", At: now(), Items: []domain.Item{item}}))
	id := must(s.store.PatronByEmail(t.Context(), rosa))(t).ID
	e := s.edition(t, "2026-11-20T17:00", domain.EditionSending)
	page := "/p/" + s.mint.Make(token.Manage, id)
	form := url.Values{"form": {s.mint.Make(token.Form, id)}}
	for _, test := range []struct{ wish, lang, day, reason string }{
		{"", "", "November 20, 2026", "opens to patrons on Nov 22, 2026, 16:00 UTC."},
		{"de", "de", "20. November 2026", "opens to patrons on 22.11.2026, 16:00 UTC."},
		{"ar", "ar", "\u206820 نوفمبر 2026\u2069", "opens to patrons on \u206822\u200f/11\u200f/2026، 16:00 UTC\u2069."},
		{"en-US", "", "November 20, 2026", "opens to patrons on Nov 22, 2026, 16:00 UTC."},
	} {
		form.Set("dates", test.wish)
		s.send(t, page, form).is(t, http.StatusOK)
		main := s.get(t, page+"/why").is(t, http.StatusOK).html(t).Find("main")
		if text := words(main); !strings.Contains(text, "Paper Lanterns "+test.day) || !strings.Contains(text, test.reason) {
			t.Errorf("%q: the page says %q", test.wish, text)
		}
		if lang := main.Find("dt .date").AttrOr("lang", ""); lang != test.lang {
			t.Errorf("%q: dates are said to be in %q, want %q", test.wish, lang, test.lang)
		}
		manage := s.get(t, page).is(t, http.StatusOK)
		if chosen := manage.html(t).Find("#dates option[selected]").AttrOr("value", ""); chosen != strings.TrimSuffix(test.wish, "-US") {
			t.Errorf("%q: %q is chosen", test.wish, chosen)
		}
		accessible(t, test.wish, manage.html(t))
		if body := s.get(t, "/editions/").is(t, http.StatusOK).body; !strings.Contains(body, "Friday, November 20, 2026") {
			t.Errorf("%q: what everybody sees has changed:\n%s", test.wish, body)
		}
	}
	reader := s.enroll(t, "otto@reader.example")
	for wish, want := range map[string]string{"de": "READERS ONLY, ON FREITAG", "": "READERS ONLY<", "ja": "READERS ONLY<"} {
		check(t, s.store.SetPreferences(t.Context(), reader, domain.Preferences{Dates: wish}))
		if body := s.get(t, "/e/"+s.mint.View(e.ID, reader)).is(t, http.StatusOK).body; !strings.Contains(body, want) {
			t.Errorf("who wants dates in %q looks at %s", wish, body)
		}
	}
}

// Their own feeds have their dates as well, from when they chose them.
func TestDatesInTheirFeeds(t *testing.T) {
	t.Parallel()
	s, _, rosa := subscribed(t)
	item := domain.Item{GUID: "gated", Kind: domain.Review, Title: "Gated", URL: "https://www.lanternscreen.example/gated", Body: "<p>CANARY</p>"}
	settle(&item, now().Add(-time.Hour))
	check(t, s.store.SaveGathered(t.Context(), gather.Gathered{Source: "site", At: now(), Items: []domain.Item{item}}))
	s.becomes(t, rosa, domain.Audience{Standing: domain.Former})
	at := s.link(t, rosa) + "reviews.rss"
	for wish, want := range map[string]string{"": "opens here on December 5, 2026.", "de": "opens here on 5. Dezember 2026."} {
		check(t, s.store.SetPreferences(t.Context(), rosa.ID, domain.Preferences{Dates: wish}))
		s.later.Add(int64(3 * time.Second))
		if text := s.get(t, at).is(t, http.StatusOK).body; !strings.Contains(text, want) || strings.Contains(text, "CANARY") {
			t.Errorf("who wants dates in %q reads\n%s", wish, text)
		}
	}
}
