package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/web"
	"marquee/templates"
)

// row finds a title in the recent list.
func row(t *testing.T, doc *goquery.Document, title string) *goquery.Selection {
	t.Helper()
	found := doc.Find("ol.recent > li").FilterFunction(func(_ int, li *goquery.Selection) bool {
		return strings.HasSuffix(li.Find("h3").Text(), title)
	})
	if found.Length() != 1 {
		t.Fatalf("%q stands %d times in the list", title, found.Length())
	}
	return found
}

// words is an element's text, its white space folded.
func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func TestLanding(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	doc := s.get(t, "/").is(t, http.StatusOK).html(t)
	if got := doc.Find("title").Text(); got != "Lantern Screen" {
		t.Errorf("title %q", got)
	}
	if got := doc.Find("link[rel=canonical]").AttrOr("href", ""); got != publication().Server+"/" {
		t.Errorf("canonical %q", got)
	}
	alternates := doc.Find("link[rel=alternate]")
	if alternates.Length() != 6 || alternates.First().AttrOr("type", "") != "application/rss+xml" {
		t.Errorf("%d alternates, first %q", alternates.Length(), alternates.First().AttrOr("type", ""))
	}
	alternates.AddSelection(doc.Find("ul.feeds .formats a, ul.feeds h3 a")).Each(func(_ int, link *goquery.Selection) {
		s.get(t, link.AttrOr("href", "")).is(t, http.StatusOK)
	})
	if got := doc.Find("ol.recent > li").Length(); got != 8 {
		t.Errorf("%d titles, want all but the one that lies ahead", got)
	}
	edition := doc.Find("section.edition")
	if words(edition.Find("h2")) != "Lantern Screen Weekly" || edition.Find("a").AttrOr("href", "") != "/editions/weekly-2026-11-20-1700" ||
		words(edition.Find("time")) != "Friday, November 20, 2026" {
		t.Errorf("edition: %s", words(edition))
	}
}

func TestLandingRows(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	doc := s.get(t, "/").html(t)
	for _, test := range []struct{ title, href, facts, badge, mark, image string }{
		{"Friday streaming picks", "/editions/weekly-2026-11-20-1700", "The Salt Ledger · 1917: A Projectionist’s Year · Gutters", "", "3", ""},
		{"Older picks", "/editions/weekly-2026-11-13-1700", "Fog", "", "", "/b.png"},
		{"locked picks", "", "", "For patrons", "L", ""},
		{"Paper Lanterns", "https://www.lanternscreen.example/lanterns/", "★★★½ 3.5 out of 4 stars. 2026 · Ines Vardo · 98 min.", "Patrons first", "", "/a.png"},
		{"Haus ohne Treppe", "https://www.lanternscreen.example/treppe/", "0/4 0 out of 4 stars. 2026 · Ines Vardo · 98 min.", "", "H", ""},
		{"gesellschaft", "https://www.lanternscreen.example/essay/", "", "For patrons", "L", ""},
		{"On Patreon", "https://www.lanternscreen.example/exclusive/", "", "For patrons", "O", ""},
		{"November 19, 2026", "https://www.lanternscreen.example/untitled/", "", "", "N", ""}, // what has no title is called by its day
	} {
		li := row(t, doc, test.title)
		if test.image != "" {
			test.image = "/i/" + domain.PictureKey(poster(t, posters+test.image)) + "-160.jpg"
			s.get(t, test.image).is(t, http.StatusOK)
		}
		for what, pair := range map[string][2]string{
			"link":  {li.Find("h3 a").AttrOr("href", ""), test.href},
			"facts": {words(li.Find(".facts")), test.facts},
			"badge": {words(li.Find(".badge")), test.badge},
			"mark":  {words(li.Find(".noposter")), test.mark},
			"image": {li.Find("img").AttrOr("src", ""), test.image},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s: %s %q, want %q", test.title, what, pair[0], pair[1])
			}
		}
	}
	if got := row(t, doc, "Haus ohne Treppe").Find("h3").AttrOr("lang", ""); got != "de" {
		t.Errorf("language %q", got)
	}
	if html, err := doc.Html(); err != nil || strings.Contains(html, "SECRET") || strings.Contains(html, "tomorrow") {
		t.Errorf("the page knows what the public must not: %v", err)
	}
}

func TestEmptyLanding(t *testing.T) {
	t.Parallel()
	s := open(t)
	doc := s.get(t, "/").is(t, http.StatusOK).html(t)
	if doc.Find("section.edition").Length() != 0 || !strings.Contains(words(doc.Find("main")), "Nothing has been gathered yet.") {
		t.Errorf("page: %s", words(doc.Find("main")))
	}
	if doc := s.get(t, "/editions/").is(t, http.StatusOK).html(t); !strings.Contains(words(doc.Find("main")), "first edition has not gone out") {
		t.Errorf("page: %s", words(doc.Find("main")))
	}
}

func TestLandingListsTwelve(t *testing.T) {
	t.Parallel()
	s := open(t)
	items := make([]domain.Item, 20)
	for i := range items {
		items[i] = domain.Item{GUID: string(rune('a' + i)), Kind: domain.Post, Title: "Post"}
		settle(&items[i], now().AddDate(0, 0, -i))
	}
	check(t, s.store.SaveGathered(t.Context(), gather.Gathered{Source: "site", At: now(), Items: items}))
	list := s.get(t, "/").html(t).Find("ol.recent > li")
	if list.Length() != 12 || list.First().Find("a").AttrOr("href", "") != "https://www.lanternscreen.example/a/" {
		t.Errorf("%d titles", list.Length())
	}
}

// Every page can be read by software that reads aloud.
func TestPagesAreAccessible(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	link := "/u/" + s.mint.Make("unsubscribe", s.enroll(t, "rosa@example.com"))
	for _, path := range []string{"/", "/feeds/reviews/", "/feeds/picks/", "/editions/", link, "/nothing"} {
		accessible(t, path, s.get(t, path).html(t))
	}
}

func accessible(t *testing.T, path string, doc *goquery.Document) {
	t.Helper()
	if doc.Find("html").AttrOr("lang", "") != "en-US" || strings.TrimSpace(doc.Find("title").Text()) == "" {
		t.Errorf("%s: no language or no title", path)
	}
	for _, landmark := range []string{"body > header", "header nav[aria-label]", "main#main", "body > footer", `a.skip[href="#main"]`, "h1", "meta[name=viewport]"} {
		if n := doc.Find(landmark).Length(); n != 1 {
			t.Errorf("%s: %d of %s", path, n, landmark)
		}
	}
	headings(t, path, doc)
	doc.Find("img:not([alt]), button:empty, a:empty, script:not([src^='/assets/']), [style], [onclick]").Each(func(_ int, e *goquery.Selection) {
		html, _ := goquery.OuterHtml(e)
		t.Errorf("%s: %s", path, html)
	})
	doc.Find("section[aria-labelledby]").Each(func(_ int, section *goquery.Selection) {
		if id := section.AttrOr("aria-labelledby", ""); doc.Find("#"+id).Length() != 1 {
			t.Errorf("%s: nothing is called %s", path, id)
		}
	})
	doc.Find("input:not([type=hidden])").Each(func(_ int, field *goquery.Selection) {
		if id := field.AttrOr("id", ""); doc.Find("label[for='"+id+"']").Length() != 1 && field.Closest("label").Length() != 1 {
			t.Errorf("%s: the field %s has no label", path, id)
		}
	})
}

func headings(t *testing.T, path string, doc *goquery.Document) {
	t.Helper()
	var levels []int
	doc.Find("h1, h2, h3, h4").Each(func(_ int, h *goquery.Selection) { levels = append(levels, int(goquery.NodeName(h)[1]-'0')) })
	for i := 1; i < len(levels); i++ {
		if levels[i] > levels[i-1]+1 {
			t.Errorf("%s: headings skip a level: %v", path, levels)
		}
	}
	if levels[0] != 1 {
		t.Errorf("%s: headings begin with %v", path, levels)
	}
}

// A publication may have nearly nothing to say about itself.
func TestFrugalPublication(t *testing.T) {
	t.Parallel()
	set, err := templates.Look{}.Parse("")
	check(t, err)
	site, err := web.New(set.Web, domain.Publication{Title: "Fog", Language: "en"}, slog.New(slog.DiscardHandler))
	check(t, err)
	s := &stand{Server: httptest.NewServer(site)}
	t.Cleanup(s.Close)
	doc := s.get(t, "/").is(t, http.StatusNotFound).html(t)
	if doc.Find("header nav a").Length() != 1 || doc.Find("a.button").Length() != 0 || doc.Find("title").Text() != "Not here · Fog" || strings.Contains(words(doc.Find("footer")), " by ") {
		t.Errorf("page: %s", words(doc.Find("body")))
	}
}
