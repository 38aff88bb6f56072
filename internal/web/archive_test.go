package web_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/gather"
)

// archived is the part of a document by which a reader finds older ones.
type archived struct {
	ids         []string
	self, older string
}

func (a *archived) follow(rel, href string) {
	switch rel {
	case "self":
		a.self = href
	case "prev-archive":
		a.older = href
	}
}

func readArchived(t *testing.T, ext, body string) (a archived) {
	t.Helper()
	type link struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	}
	switch ext {
	case "json":
		var doc struct {
			FeedURL string `json:"feed_url"`
			NextURL string `json:"next_url"`
			Items   []struct{ ID string }
		}
		check(t, json.Unmarshal([]byte(body), &doc))
		a.self, a.older = doc.FeedURL, doc.NextURL
		for _, it := range doc.Items {
			a.ids = append(a.ids, it.ID)
		}
	case "atom":
		var doc struct {
			Links []link   `xml:"link"`
			IDs   []string `xml:"entry>id"`
		}
		check(t, xml.Unmarshal([]byte(body), &doc))
		a.ids = doc.IDs
		for _, l := range doc.Links {
			a.follow(l.Rel, l.Href)
		}
	default:
		var doc struct {
			Links []link   `xml:"channel>link"`
			IDs   []string `xml:"channel>item>guid"`
		}
		check(t, xml.Unmarshal([]byte(body), &doc))
		a.ids = doc.IDs
		for _, l := range doc.Links {
			a.follow(l.Rel, l.Href)
		}
	}
	return a
}

// TestArchive walks from a feed to the oldest page of its archive in every format:
// each document is where it says it is, and together they hold every piece once or
// more.
func TestArchive(t *testing.T) {
	t.Parallel()
	s := open(t)
	var items []domain.Item
	for i := range 130 {
		it := domain.Item{GUID: fmt.Sprint(i), Kind: domain.Picks, Title: fmt.Sprint("No. ", i)}
		settle(&it, now().Add(-time.Duration(i)*20*time.Hour))
		items = append(items, it)
	}
	check(t, s.store.SaveGathered(t.Context(), gather.Gathered{Source: "site", At: now(), Items: items}))
	for _, ext := range []string{"rss", "atom", "json"} {
		seen := map[string]bool{}
		documents := 0
		for path := "/feeds/picks." + ext; path != ""; documents++ {
			g := s.get(t, path).is(t, http.StatusOK)
			doc := readArchived(t, ext, g.body)
			if doc.self != publication().Server+path {
				t.Errorf("%s says that it is at %s", path, doc.self)
			}
			for _, id := range doc.ids {
				seen[id] = true
			}
			if age := g.Header.Get("Cache-Control"); documents > 0 && age != "public, max-age=86400" {
				t.Errorf("%s: Cache-Control %q", path, age)
			}
			path = strings.TrimPrefix(doc.older, publication().Server)
		}
		if len(seen) != len(items) || documents < 4 {
			t.Errorf("%s: %d of %d pieces in %d documents", ext, len(seen), len(items), documents)
		}
	}
	growing := s.get(t, "/feeds/picks/"+now().UTC().Format("2006-01")+".rss").is(t, http.StatusOK)
	if age := growing.Header.Get("Cache-Control"); !strings.Contains(age, "max-age=900") {
		t.Errorf("the page that grows: Cache-Control %q", age)
	}
	for _, missing := range []string{"/feeds/picks/1999-01.rss", "/feeds/nosuch/2026-11.rss", "/feeds/picks/2026-11.pdf", "/feeds/picks/.rss"} {
		s.get(t, missing).is(t, http.StatusNotFound)
	}
}
