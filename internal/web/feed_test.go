package web_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"marquee/internal/domain"
	"marquee/internal/gather"
)

// The feeds as strangers read them.
type (
	rssFile struct {
		XMLName xml.Name `xml:"rss"`
		Channel struct {
			Title string `xml:"title"`
			Self  []struct {
				Rel  string `xml:"rel,attr"`
				Href string `xml:"href,attr"`
			} `xml:"http://www.w3.org/2005/Atom link"`
			Items []struct {
				Title   string `xml:"title"`
				GUID    string `xml:"guid"`
				Content string `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
			} `xml:"item"`
		} `xml:"channel"`
	}
	atomFile struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		Title   string   `xml:"title"`
		Entries []struct {
			Title string `xml:"title"`
			ID    string `xml:"id"`
		} `xml:"entry"`
	}
	jsonFile struct {
		Title   string `json:"title"`
		FeedURL string `json:"feed_url"`
		Items   []struct {
			ID    string `json:"id"`
			Title string `json:"title"`
			HTML  string `json:"content_html"`
		} `json:"items"`
	}
)

func TestFeeds(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	lanterns := domain.NewItemID("site", "lanterns").URN()

	g := s.get(t, "/feeds/reviews.rss").is(t, http.StatusOK)
	var r rssFile
	check(t, xml.Unmarshal([]byte(g.body), &r))
	if r.Channel.Title != "Lantern Screen: Reviews" || len(r.Channel.Items) != 3 || r.Channel.Items[0].GUID != lanterns ||
		!strings.Contains(r.Channel.Items[0].Title, "Paper Lanterns") {
		t.Errorf("RSS: %+v", r)
	}
	if strings.Contains(g.body, "BODY") || !strings.Contains(r.Channel.Items[0].Content, "TEASER") {
		t.Error("the public feed holds what is not for the public, or not what is")
	}
	if len(r.Channel.Self) == 0 || r.Channel.Self[0].Href != publication().Server+"/feeds/reviews.rss" {
		t.Errorf("self: %+v", r.Channel.Self)
	}

	g = s.get(t, "/feeds/reviews.atom").is(t, http.StatusOK)
	var a atomFile
	check(t, xml.Unmarshal([]byte(g.body), &a))
	if a.Title != r.Channel.Title || len(a.Entries) != 3 || a.Entries[0].ID != lanterns {
		t.Errorf("Atom: %+v", a)
	}

	g = s.get(t, "/feeds/picks.json").is(t, http.StatusOK)
	var j jsonFile
	check(t, json.Unmarshal([]byte(g.body), &j))
	if j.FeedURL != publication().Server+"/feeds/picks.json" || len(j.Items) != 3 || strings.Contains(g.body, "SECRET") {
		t.Errorf("JSON: %+v", j)
	}
}

func TestFeedHeaders(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	for ext, contentType := range map[string]string{
		"rss": "application/rss+xml; charset=utf-8", "atom": "application/atom+xml; charset=utf-8", "json": "application/feed+json",
	} {
		g := s.get(t, "/feeds/reviews."+ext)
		for name, want := range map[string]string{
			"Content-Type": contentType, "Vary": "Accept-Encoding", "Access-Control-Allow-Origin": "*",
			"Cache-Control": "public, max-age=900, stale-while-revalidate=3600", "Referrer-Policy": "no-referrer",
		} {
			if got := g.Header.Get(name); got != want {
				t.Errorf("%s: %s %q, want %q", ext, name, got, want)
			}
		}
		modified, err := http.ParseTime(g.Header.Get("Last-Modified"))
		if err != nil || modified.After(now()) {
			t.Errorf("%s: last modified %v, %v", ext, modified, err)
		}
	}
	for _, path := range []string{"/feeds/nosuch", "/feeds/nosuch/", "/feeds/reviews.", "/feeds/.rss", "/feeds/reviews.pdf", "/feeds/nosuch.rss", "/feeds/reviews.rss.rss", "/feeds/reviews%2Erss%00", "/feeds/..%2Freviews.rss"} {
		s.get(t, path).is(t, http.StatusNotFound)
	}
}

// TestLinkHeaders: the hub and the feed's own address are told before anything is
// read (W3C WebSub §4), of public feeds alone.
func TestLinkHeaders(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	got := strings.Join(s.get(t, "/feeds/reviews.atom").Header.Values("Link"), ", ")
	if want := `<` + publication().Server + `/feeds/reviews.atom>; rel="self", <https://hub.example/>; rel="hub"`; got != want {
		t.Errorf("Link: %s, want %s", got, want)
	}
}

func TestFeedCodings(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	plain := s.get(t, "/feeds/reviews.rss")
	if plain.Header.Get("Content-Encoding") != "" {
		t.Fatal("packed for whoever cannot unpack")
	}
	tags := map[string]string{"": plain.Header.Get("ETag")}
	for coding, unpack := range map[string]func(io.Reader) (io.Reader, error){
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	} {
		g := s.get(t, "/feeds/reviews.rss", "Accept-Encoding", "br, "+coding)
		r, err := unpack(strings.NewReader(g.body))
		check(t, err)
		body, err := io.ReadAll(r)
		check(t, err)
		if g.Header.Get("Content-Encoding") != coding || string(body) != plain.body || len(g.body) >= len(body) || g.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: %v, %d bytes for %d", coding, g.Header, len(g.body), len(plain.body))
		}
		tags[coding] = g.Header.Get("ETag")
	}
	if tags[""] == tags["gzip"] || tags["gzip"] == tags["zstd"] || tags["zstd"] == tags[""] {
		t.Errorf("codings share a tag: %v", tags)
	}
	g := s.get(t, "/feeds/reviews.rss", "Accept-Encoding", "gzip;q=0, *;q=0", "If-None-Match", tags["gzip"])
	if g.StatusCode != http.StatusOK || g.body != plain.body {
		t.Errorf("refused codings: %d %v", g.StatusCode, g.Header)
	}
}

// What the client has decides (RFC 9110 §13.1, §13.2.2), and a 304 carries what
// the 200 would have told caches (§15.4.5).
func TestConditionalGet(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	whole := s.get(t, "/feeds/reviews.rss", "Accept-Encoding", "gzip")
	tag, modified := whole.Header.Get("ETag"), whole.Header.Get("Last-Modified")
	const before, after = "Mon, 01 Jan 2001 00:00:00 GMT", "Thu, 31 Dec 2099 00:00:00 GMT"
	for name, test := range map[string]struct {
		headers []string
		status  int
	}{
		"the tag":             {[]string{"If-None-Match", tag}, 304},
		"weakened":            {[]string{"If-None-Match", "W/" + tag}, 304},
		"in a list":           {[]string{"If-None-Match", `"a", W/"b,c" ,` + tag + `, "d"`}, 304},
		"in a second field":   {[]string{"If-None-Match", `"a"`, "If-None-Match", tag}, 304},
		"any":                 {[]string{"If-None-Match", "*"}, 304},
		"another":             {[]string{"If-None-Match", `"another"`}, 200},
		"unquoted":            {[]string{"If-None-Match", strings.Trim(tag, `"`)}, 200},
		"the date":            {[]string{"If-Modified-Since", modified}, 304},
		"a later date":        {[]string{"If-Modified-Since", after}, 304},
		"an earlier date":     {[]string{"If-Modified-Since", before}, 200},
		"no date":             {[]string{"If-Modified-Since", "yesterday"}, 200},
		"tag wins, is old":    {[]string{"If-None-Match", `"another"`, "If-Modified-Since", modified}, 200},
		"tag wins, is good":   {[]string{"If-None-Match", tag, "If-Modified-Since", before}, 304},
		"tag of plain coding": {[]string{"If-None-Match", s.get(t, "/feeds/reviews.rss").Header.Get("ETag")}, 200},
	} {
		g := s.get(t, "/feeds/reviews.rss", append(test.headers, "Accept-Encoding", "gzip")...)
		if g.StatusCode != test.status {
			t.Errorf("%s: %d, want %d", name, g.StatusCode, test.status)
		}
		if g.StatusCode != http.StatusNotModified {
			continue
		}
		for _, field := range []string{"ETag", "Vary", "Cache-Control", "Access-Control-Allow-Origin", "X-Content-Type-Options"} {
			if g.Header.Get(field) != whole.Header.Get(field) {
				t.Errorf("%s: %s %q, want %q", name, field, g.Header.Get(field), whole.Header.Get(field))
			}
		}
		if g.body != "" || g.Header.Get("Content-Length") != "" || g.Header.Get("Content-Encoding") != "" || g.Header.Get("Date") == "" {
			t.Errorf("%s: %q, headers %v", name, g.body, g.Header)
		}
	}
}

func TestConditionalPages(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	for _, path := range []string{"/", "/editions/", "/editions/weekly-2026-11-20-1700", "/feeds.opml", "/assets/style.css"} {
		whole := s.get(t, path).is(t, http.StatusOK)
		g := s.get(t, path, "If-None-Match", whole.Header.Get("ETag")).is(t, http.StatusNotModified)
		if g.Header.Get("Cache-Control") != whole.Header.Get("Cache-Control") || g.body != "" {
			t.Errorf("%s: %v", path, g.Header)
		}
		if again := s.get(t, path); again.body != whole.body {
			t.Errorf("%s: the same state gives other bytes", path)
		}
	}
}

// What is gathered shows at the next request.
func TestFeedChanges(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	before := s.get(t, "/feeds/reviews.json")
	it := domain.Item{GUID: "new", Kind: domain.List, Title: "Ten Lanterns"}
	settle(&it, now().Add(-1))
	check(t, s.store.SaveGathered(t.Context(), gather.Gathered{Source: "site", At: now(), Items: []domain.Item{it}}))
	after := s.get(t, "/feeds/reviews.json", "If-None-Match", before.Header.Get("ETag")).is(t, http.StatusOK)
	if !strings.Contains(after.body, "Ten Lanterns") || after.Header.Get("ETag") == before.Header.Get("ETag") {
		t.Error("the feed stood still")
	}
}

func TestOPML(t *testing.T) {
	t.Parallel()
	g := furnished(t).get(t, "/feeds.opml").is(t, http.StatusOK)
	var doc struct {
		XMLName xml.Name `xml:"opml"`
		Version string   `xml:"version,attr"`
		Heads   []struct {
			Title string `xml:"title"`
			Owner string `xml:"ownerName"`
		} `xml:"head"`
		Outlines []struct {
			Type string `xml:"type,attr"`
			Text string `xml:"text,attr"`
			URL  string `xml:"xmlUrl,attr"`
		} `xml:"body>outline"`
	}
	check(t, xml.Unmarshal([]byte(g.body), &doc))
	if doc.Version != "2.0" || len(doc.Heads) != 1 || doc.Heads[0].Title != "Lantern Screen" || doc.Heads[0].Owner != "Mara Ellison" || len(doc.Outlines) != 2 {
		t.Fatalf("%+v", doc)
	}
	if o := doc.Outlines[1]; o.Type != "rss" || o.Text != "Lantern Screen: Friday picks & more" || o.URL != publication().Server+"/feeds/picks.rss" {
		t.Errorf("%+v", o)
	}
	if !bytes.HasPrefix([]byte(g.body), []byte("<?xml")) || g.Header.Get("Content-Type") != "text/x-opml; charset=utf-8" {
		t.Errorf("%v", g.Header)
	}
}
