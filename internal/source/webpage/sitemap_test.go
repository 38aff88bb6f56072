package webpage_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
)

const chart = "sitemap: " + home + "/sitemap.xml\n"

func TestSitemapSuite(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, suiteReader(chart+"paths: [/reviews/]\n"), sourcetest.Suite{
		Archive: root + "sites/webpage-sitemap.txtar", Incremental: true, Huge: hugeSitemap, HugeType: "application/xml",
	})
}

func hugeSitemap(n int) (string, []byte) {
	var b bytes.Buffer
	b.WriteString("<urlset>")
	for i := range n {
		fmt.Fprintf(&b, "<url><loc>%s/reviews/%d</loc><lastmod>2026-11-20</lastmod></url>", home, i)
	}
	b.WriteString("</urlset>")
	return home + "/sitemap.xml", b.Bytes()
}

// sitemapOf writes a sitemap, or an index, of "path date" entries; the date may
// be left out.
func sitemapOf(root, element string, entries ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<?xml version='1.0'?><%s xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>", root)
	for _, e := range entries {
		path, date, _ := strings.Cut(e, " ")
		fmt.Fprintf(&b, "<%s><loc>\n %s%s </loc>", element, home, path)
		if date != "" {
			fmt.Fprintf(&b, "<lastmod>%s</lastmod>", date)
		}
		fmt.Fprintf(&b, "</%s>", element)
	}
	return b.String() + "</" + root + ">"
}

func urlset(entries ...string) string { return sitemapOf("urlset", "url", entries...) }
func index(entries ...string) string  { return sitemapOf("sitemapindex", "sitemap", entries...) }

func (w *world) sitemap(path, text string) {
	w.Set("", home+path, "application/xml", []byte(text))
}

func TestSitemapFields(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sitemap("/sitemap.xml", `<?xml version="1.0" encoding="ISO-8859-1"?>
<!-- by a plugin --><s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:i="urn:x">
<s:url><s:loc>`+home+`/essays/2026/on_ferries.html?utm_source=sitemap&amp;id=3</s:loc><s:lastmod>2026-11-18T10:00:00-06:00</s:lastmod></s:url>
<s:url><i:image><i:loc>/x.jpg</i:loc><i:title>Wrong</i:title></i:image><s:loc><![CDATA[`+home+`/r/amelie/]]></s:loc><s:lastmod>2026-11-20</s:lastmod>
<n:news><n:publication><n:name>Lantern</n:name></n:publication><n:publication_date>2026-11-19T09:00Z</n:publication_date><n:title>Am`+"\xe9"+`lie &amp; Co</n:title></n:news></s:url>
<s:url><s:loc>/r/2026/</s:loc></s:url>
</s:urlset>`)
	want := []source.Raw{
		{
			GUID: home + "/r/amelie/", URL: home + "/r/amelie/", Title: "Amélie & Co",
			Published: time.Date(2026, 11, 19, 9, 0, 0, 0, time.UTC), Updated: time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC),
		},
		{
			GUID: home + "/essays/2026/on_ferries.html?id=3", URL: home + "/essays/2026/on_ferries.html?id=3", Title: "On ferries",
			Published: time.Date(2026, 11, 18, 16, 0, 0, 0, time.UTC), Updated: time.Date(2026, 11, 18, 16, 0, 0, 0, time.UTC),
		},
		{GUID: home + "/r/2026/", URL: home + "/r/2026/"},
	}
	if diff := cmp.Diff(want, w.read(chart, nil).Items); diff != "" {
		t.Error(diff)
	}
}

func TestSitemapOrder(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ options, sitemap, want string }{
		"newest first":        {"", urlset("/a 2026-11-01", "/b 2026-11-03", "/c 2026-11-02T10:00:00Z", "/d"), "/b /c /a /d"},
		"no more than limit":  {"limit: 2\n", urlset("/a 2026-11-01", "/b 2026-11-03", "/c 2026-11-02"), "/b /c"},
		"the front page":      {"", urlset("/ 2026-11-01", "?x=1 2026-11-01", "/b 2026-11-03"), "/b"},
		"paths":               {"paths: [/r/]\nlimit: 1\n", urlset("/a 2026-11-04", "/r/b 2026-11-03", "/r/c 2026-11-02"), "/r/b"},
		"twice":               {"", urlset("/a 2026-11-01", "/a#x 2026-11-01", "/b 2026-11-02"), "/b /a"},
		"undated":             {"", urlset("/a", "/b", "/c"), "/a /b /c"},
		"made anew each time": {"", urlset("/a 2026-11-20", "/b 2026-11-20", "/c 2026-11-20"), "/a /b /c"},
		"gzip":                {"", zipped(urlset("/a 2026-11-01")), "/a"},
		"mark":                {"", "\ufeff" + urlset("/a 2026-11-01"), "/a"},
	} {
		w := newWorld(t)
		w.sitemap("/sitemap.xml", c.sitemap)
		res := w.read(chart+c.options, nil)
		if got := strings.Join(guids(res.Items), " "); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if name == "made anew each time" && !res.Items[0].Updated.IsZero() {
			t.Errorf("%s: the date of the sitemap counts as that of a page", name)
		}
	}
}

func zipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

func TestSitemapTraps(t *testing.T) {
	t.Parallel()
	_, huge := hugeSitemap(40)
	for name, c := range map[string]struct{ options, sitemap, want string }{
		"a page":               {"", "<!doctype html><html><head><title>Hm</title></head>", `it is a web page ("Hm"), not a sitemap`},
		"a block page":         {"", "<!doctype html><html><head><title>Just a moment...</title></head>", `it is a page that keeps robots out ("Just a moment...")`},
		"a feed":               {"", "<?xml version='1.0'?><rss><channel/></rss>", "it begins with <rss>, not with <urlset> or <sitemapindex>"},
		"nothing":              {"", "", "it is empty"},
		"no address":           {"", urlset(), "it lists no page"},
		"an empty index":       {"", index(), "it lists no page"},
		"cut off":              {"", urlset("/a 2026-11-01", "/b 2026-11-01")[:200], "it breaks off after 1 addresses"},
		"nested":               {"", "<urlset><url>" + strings.Repeat("<a>", 100_000), "more than 32 elements inside each other"},
		"a bomb":               {"", zipped("<urlset>" + strings.Repeat(" ", 11<<20)), "larger than 10485760 bytes"},
		"gzip cut off":         {"", zipped(urlset("/a"))[:40], "read it as gzip"},
		"larger than sitemaps": {"", "<urlset>" + strings.Repeat(" ", 11<<20), "larger than 10485760 bytes: name one of its parts"},
		"nothing on the paths": {"paths: [/r/]\n", urlset("/a 2026-11-01", "/b 2026-11-01"), "paths leaves out all of its 2 addresses"},
		"nobody knows":         {"limit: 2\n", urlset("/a", "/b", "/c"), "it does not tell when any of its 3 pages changed"},
		"all at once":          {"", string(huge), "it does not tell when any of its 40 pages changed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.sitemap("/sitemap.xml", urlset("/r/x 2026-11-01"))
			good := w.read(chart+c.options, nil)
			w.sitemap("/sitemap.xml", c.sitemap)
			w.fails(chart+c.options, nil, c.want, home+"/sitemap.xml")
			w.fails(chart+c.options, good.State, c.want)
		})
	}
}

// Text in a thousand parts costs no million copies.
func TestSitemapOfCommentsIsFast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sitemap("/sitemap.xml", "<urlset><url><loc>"+home+"/a</loc><x>"+strings.Repeat("aaaaaaaaaaaaaaaa<!---->", 400_000)+"</x></url></urlset>")
	began := time.Now()
	if res := w.read(chart, nil); len(res.Items) != 1 || time.Since(began) > 20*time.Second {
		t.Errorf("%d items after %v", len(res.Items), time.Since(began))
	}
}

func TestSitemapBadAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var entries []string
	for range 30 {
		entries = append(entries, ":bad")
	}
	w.sitemap("/sitemap.xml", urlset(append(entries, "/a 2026-11-01")...))
	res := w.read(chart, nil)
	if len(res.Items) != 1 || len(res.Problems) != 10 || res.Problems[1].Where != "address 2 of "+home+"/sitemap.xml" {
		t.Errorf("%d items, problems %v", len(res.Items), res.Problems)
	}
}

// An index that tells when its sitemaps changed costs one request while it is
// the same, and otherwise those for what can hold news.
func TestDatedIndex(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	options := chart + "limit: 2\n"
	w.sitemap("/sitemap.xml", index("/old.xml 2025-01-01", "/new.xml 2026-11-20", "/tags.xml 2024-01-01"))
	w.sitemap("/new.xml", urlset("/a 2026-11-20", "/b 2026-11-19", "/c 2026-11-18"))
	w.sitemap("/old.xml", urlset("/d 2025-01-01"))
	first := w.read(options, nil)
	if got := strings.Join(guids(first.Items), " "); got != "/a /b" {
		t.Errorf("found %s", got)
	}
	if got := strings.Join(w.asked(), " "); got != "/sitemap.xml /new.xml" {
		t.Errorf("asked for %s", got)
	}
	w.Forget()
	if res := w.read(options, first.State); !res.Unchanged || len(w.Requests()) != 1 {
		t.Errorf("unchanged: %v after %v", res.Unchanged, w.asked())
	}
	w.sitemap("/sitemap.xml", index("/old.xml 2025-01-01", "/new.xml 2026-11-21"))
	w.sitemap("/new.xml", urlset("/e 2026-11-21", "/a 2026-11-20", "/b 2026-11-19"))
	if got := strings.Join(guids(w.read(options, first.State).Items), " "); got != "/e" {
		t.Errorf("news: %s", got)
	}
}

// An index without dates stays the same when its sitemaps change, as WordPress's
// does: they are watched one by one.
func TestUndatedIndex(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sitemap("/sitemap.xml", index("/posts.xml", "/pages.xml"))
	w.sitemap("/posts.xml", urlset("/a 2026-11-20", "/b 2026-11-19"))
	w.sitemap("/pages.xml", urlset("/about 2020-01-01"))
	first := w.read(chart, nil)
	w.Forget()
	res := w.read(chart, first.State)
	if !res.Unchanged || strings.Join(w.asked(), " ") != "/sitemap.xml /posts.xml /pages.xml" {
		t.Fatalf("unchanged: %v after %v", res.Unchanged, w.asked())
	}
	w.sitemap("/pages.xml", urlset("/about 2020-01-01", "/contact 2026-11-20"))
	if got := strings.Join(guids(w.read(chart, res.State).Items), " "); got != "/contact" {
		t.Errorf("news: %s", got)
	}
}

// Of a mixed index, what is not dated is read first: it may hold anything.
func TestIndexWithSomeDates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sitemap("/sitemap.xml", index("/old.xml 2026-01-01", "/undated.xml", "/new.xml 2026-11-20"))
	w.sitemap("/undated.xml", urlset("/u 2025-01-01"))
	w.sitemap("/new.xml", urlset("/a 2026-11-20"))
	res := w.read(chart+"limit: 1\n", nil)
	if got, asked := strings.Join(guids(res.Items), " "), strings.Join(w.asked(), " "); got != "/a" || asked != "/sitemap.xml /undated.xml /new.xml" {
		t.Errorf("found %s after %s", got, asked)
	}
}

func TestIndexWithFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sitemap("/sitemap.xml", index("/posts.xml 2026-11-20", "/missing.xml 2026-11-20", "/again.xml 2026-11-20"))
	w.sitemap("/posts.xml", urlset("/a 2026-11-20", "/b 2026-11-19"))
	w.sitemap("/again.xml", index("/posts.xml"))
	res := w.read(chart, nil)
	if got := strings.Join(guids(res.Items), " "); got != "/a /b" || len(res.Problems) != 2 {
		t.Errorf("found %s, problems %v", got, res.Problems)
	}
	w.sitemap("/missing.xml", urlset("/c 2026-11-18"))
	if got := strings.Join(guids(w.read(chart, res.State).Items), " "); got != "/c" {
		t.Errorf("the next read found %s", got)
	}
	w.sitemap("/sitemap.xml", index("/gone.xml", "/gone2.xml"))
	w.fails(chart, res.State, "read sitemap: ", "gone.xml: answered 404")

	var many []string
	for i := range 25 {
		many = append(many, fmt.Sprintf("/%d.xml", i))
		w.sitemap(many[i], urlset(fmt.Sprintf("/p%d 2026-11-%02d", i, i+1)))
	}
	w.sitemap("/sitemap.xml", index(many...))
	res = w.read(chart+"limit: 50\n", nil)
	if len(res.Items) != 20 || len(res.Problems) != 1 || !strings.Contains(res.Problems[0].Err.Error(), "5 of its 25 sitemaps were not read") {
		t.Errorf("%d items, problems %v", len(res.Items), res.Problems)
	}
}

// What was guessed for a new piece is not said again of one that is known: its
// page has told better since.
func TestGuessesAreForNewPieces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sitemap("/sitemap.xml", urlset("/r/paper-lanterns 2026-11-19", "/r/copperwire 2026-11-01"))
	first := w.read(chart, nil)
	if raw := first.Items[0]; raw.Title != "Paper lanterns" || raw.Published.IsZero() {
		t.Errorf("new: %+v", raw)
	}
	w.sitemap("/sitemap.xml", urlset("/r/paper-lanterns 2026-11-20", "/r/copperwire 2026-11-01"))
	res := w.read(chart, first.State)
	want := []source.Raw{{
		GUID: home + "/r/paper-lanterns", URL: home + "/r/paper-lanterns", Updated: time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC),
	}}
	if diff := cmp.Diff(want, res.Items); diff != "" {
		t.Errorf("changed:\n%s", diff)
	}
}
