package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

func TestFeedPage(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	if g := s.get(t, "/feeds/reviews").is(t, http.StatusMovedPermanently); g.Header.Get("Location") != "/feeds/reviews/" {
		t.Errorf("leads to %q", g.Header.Get("Location"))
	}
	g := s.get(t, "/feeds/reviews/").is(t, http.StatusOK)
	doc := g.html(t)
	if n := doc.Find("link[rel=alternate]").Length(); n != 3 {
		t.Errorf("%d alternates", n)
	}
	if got := doc.Find(".address input").AttrOr("value", ""); got != publication().Server+"/feeds/reviews.rss" {
		t.Errorf("address %q", got)
	}
	var titles []string
	doc.Find(".h-entry .p-name").Each(func(_ int, e *goquery.Selection) { titles = append(titles, words(e)) })
	if len(titles) != 3 || titles[0] != "Opening Week: Paper Lanterns ★★★½" {
		t.Errorf("titles %q", titles)
	}
	if !strings.Contains(words(doc.Find(".feedhead")), "3 pieces, the newest of November 21, 2026") || doc.Find(".cover img").Length() != 1 {
		t.Errorf("head: %s", words(doc.Find(".feedhead")))
	}
	if strings.Contains(g.body, "BODY") || strings.Contains(g.body, "SECRET") {
		t.Error("the page knows what the public must not")
	}
	s.get(t, "/feeds/reviews/", "If-None-Match", g.Header.Get("ETag")).is(t, http.StatusNotModified)
}

// TestOpenInReaders: every way to take a feed along leads to its address.
func TestOpenInReaders(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	doc := s.get(t, "/").html(t)
	links := doc.Find(".openin").First().Find("a")
	if links.Length() != 6 {
		t.Errorf("%d ways", links.Length())
	}
	links.Each(func(_ int, a *goquery.Selection) {
		href, err := url.QueryUnescape(a.AttrOr("href", ""))
		if err != nil || !strings.HasSuffix(href, publication().Server+"/feeds/reviews.rss") {
			t.Errorf("%s leads to %q", words(a), href)
		}
	})
	if scheme, _, _ := strings.Cut(links.First().AttrOr("href", ""), ":"); scheme != "feed" {
		t.Errorf("installed readers are asked by %q", scheme)
	}
}

// TestQRCode: the drawing has what cameras look for.
func TestQRCode(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	svg := s.get(t, "/feeds/reviews/").html(t).Find("svg.qr")
	size, err := strconv.Atoi(strings.Fields(svg.AttrOr("viewbox", svg.AttrOr("viewBox", "")))[2])
	check(t, err)
	modules := modules(t, svg.Find("path").AttrOr("d", ""), size)
	// The three corners, and light all around.
	for _, corner := range [][2]int{{4, 4}, {size - 11, 4}, {4, size - 11}} {
		for i := range 7 {
			if !modules[corner[1]][corner[0]+i] || !modules[corner[1]+6][corner[0]+i] || !modules[corner[1]+i][corner[0]] {
				t.Fatalf("no finder at %v", corner)
			}
		}
	}
	for i := range size {
		for edge := range 4 {
			if modules[edge][i] || modules[i][edge] || modules[size-1-edge][i] || modules[i][size-1-edge] {
				t.Fatal("it is dark where it must be light")
			}
		}
	}
}

// modules are the dark squares of a path.
func modules(t *testing.T, path string, size int) [][]bool {
	t.Helper()
	dark := make([][]bool, size)
	for y := range dark {
		dark[y] = make([]bool, size)
	}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(path, -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		n, _ := strconv.Atoi(m[3])
		for i := range n {
			dark[y][x+i] = true
		}
	}
	return dark
}
