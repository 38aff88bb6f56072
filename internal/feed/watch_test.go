package feed_test

import (
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/feed"
	"marquee/internal/feed/feedtest"
)

// What a film database tells is as clean as all else, and the store's item stays
// as it is.
func TestPortableWatch(t *testing.T) {
	t.Parallel()
	services := []domain.Service{{Name: "Mu\x00bi\n", Access: "re\x01nt"}}
	watch := []domain.Watch{{Region: "U\x00S", Link: "javascript:1", Services: services}}
	d := &feed.Document{ID: "urn:x:d", Entries: []feed.Entry{{
		ID: "urn:x:1", Film: &domain.Film{Supplement: domain.Supplement{Watch: watch}}, Picks: []domain.Pick{{Supplement: domain.Supplement{Watch: watch}}},
	}}}
	p, err := d.Portable()
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range [][]domain.Watch{p.Entries[0].Film.Watch, p.Entries[0].Picks[0].Watch} {
		if w := got[0]; w.Region != "US" || w.Link != "" || w.Services[0] != (domain.Service{Name: "Mubi", Access: "rent"}) {
			t.Errorf("%+v", w)
		}
	}
	if services[0].Name == "Mubi" || watch[0].Region == "US" {
		t.Error("the original was changed")
	}
}

// Readers see where to watch a film after its facts, and the credits last.
func TestWatchInTheText(t *testing.T) {
	t.Parallel()
	supplied := domain.Supplement{Supplied: true, Watch: []domain.Watch{{
		Region: "US", Link: "https://www.themoviedb.org/movie/1/watch", Services: []domain.Service{{Name: "A & B", Access: domain.Rent}},
	}}}
	it := review(feedtest.Now())
	it.Film = &domain.Film{Title: "Fog", Year: 1980, Supplement: supplied}
	picks := feedtest.Item("p", domain.Picks, feedtest.Now())
	picks.Picks = []domain.Pick{{Title: "Fog", Service: "Kanopy", Supplement: supplied}}
	for _, e := range build(t, feedtest.Spec(), screenwriter, feedtest.Now(), it, picks).Document.Entries {
		html := e.HTML
		at := -1
		for _, want := range []string{`<p>Where to watch in US: <a href="https://www.themoviedb.org/movie/1/watch">A &amp; B (to rent)</a></p>`, domain.CreditTMDB, domain.CreditJustWatch} {
			i := strings.Index(html, want)
			if i <= at || strings.Count(html, want) != 1 {
				t.Errorf("%q is not in its place: %s", want, html)
			}
			at = i
		}
	}
}
