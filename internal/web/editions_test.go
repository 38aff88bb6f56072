package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// Only what went out or is going out can be found.
func TestEditions(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	doc := s.get(t, "/editions/").is(t, http.StatusOK).html(t)
	var list []string
	doc.Find("ol.editions li").Each(func(_ int, li *goquery.Selection) {
		list = append(list, li.Find("a").AttrOr("href", "")+" "+words(li))
	})
	want := []string{
		"/editions/weekly-2026-11-20-1700 Letter of 2026-11-20 Friday, November 20, 2026 · Lantern Screen Weekly",
		"/editions/weekly-2026-11-13-1700 Letter of 2026-11-13 Friday, November 13, 2026 · Lantern Screen Weekly",
	}
	if strings.Join(list, "\n") != strings.Join(want, "\n") {
		t.Errorf("list:\n%s", strings.Join(list, "\n"))
	}
	for slug, status := range map[string]int{
		"weekly-2026-11-13-1700": 200, // done
		"weekly-2026-11-20-1700": 200, // sending
		"weekly-2026-11-27-1700": 404, // frozen
		"weekly-2026-12-04-1700": 404, // held
		"weekly-2026-12-11-1700": 404, // cancelled
		"weekly-2027-01-01-1700": 404,
		"weekly":                 404,
		"%27%20or%201=1":         404,
	} {
		s.get(t, "/editions/"+slug).is(t, status)
	}
}

func TestEdition(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	g := s.get(t, "/editions/weekly-2026-11-20-1700").is(t, http.StatusOK)
	if got := g.html(t).Find("body p").Text(); got != "the public copy of 2026-11-20T17:00" {
		t.Errorf("copy: %q", got)
	}
	if strings.Contains(g.body, "READERS") {
		t.Error("another audience's copy")
	}
	for name, want := range map[string]string{
		"Cache-Control": "public, max-age=3600", "Referrer-Policy": "no-referrer",
	} {
		if got := g.Header.Get(name); got != want {
			t.Errorf("%s %q, want %q", name, got, want)
		}
	}
	if csp := g.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "style-src 'unsafe-inline'") || !strings.Contains(csp, "form-action 'none'") {
		t.Errorf("policy %q", csp)
	}
}

// What others show of an edition that is shared, and the ways on from it.
func TestEditionAsPage(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	server := publication().Server
	doc := s.get(t, "/editions/weekly-2026-11-20-1700").html(t)
	for selector, want := range map[string]string{
		`head link[rel=canonical]`:              server + "/editions/weekly-2026-11-20-1700",
		`head link[rel=prev]`:                   "/editions/weekly-2026-11-13-1700",
		`head link[rel=next]`:                   "",
		`head meta[property="og:title"]`:        "Letter",
		`head meta[property="og:url"]`:          server + "/editions/weekly-2026-11-20-1700",
		`head meta[property="og:site_name"]`:    "Lantern Screen",
		`body [role=navigation] a[rel=prev]`:    "/editions/weekly-2026-11-13-1700",
		`body [role=navigation] a:last-of-type`: "/editions/",
	} {
		found := doc.Find(selector)
		if got := found.AttrOr("href", "") + found.AttrOr("content", ""); got != want {
			t.Errorf("%s: %q, want %q", selector, got, want)
		}
	}
	var data struct {
		Type     string `json:"@type"`
		Headline string
		URL      string
		IsPartOf struct{ Name string }
	}
	check(t, json.Unmarshal([]byte(doc.Find(`script[type="application/ld+json"]`).Text()), &data))
	if data.Type != "Article" || data.Headline != "Letter" || data.URL != server+"/editions/weekly-2026-11-20-1700" || data.IsPartOf.Name != "Lantern Screen Weekly" {
		t.Errorf("data %+v", data)
	}
	first := s.get(t, "/editions/weekly-2026-11-13-1700").html(t)
	if got := first.Find(`head link[rel=next]`).AttrOr("href", ""); got != "/editions/weekly-2026-11-20-1700" || first.Find("[rel=prev]").Length() != 0 {
		t.Errorf("the first edition's next is %q", got)
	}
}
