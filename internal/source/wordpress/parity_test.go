package wordpress_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/config"
	"marquee/internal/sanitize"
	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
	"marquee/internal/source/webfeed"
)

func byGUID(items []source.Raw) map[string]source.Raw {
	m := map[string]source.Raw{}
	for _, raw := range items {
		m[raw.GUID] = raw
	}
	return m
}

// ending is what a guid ends with: "p=28091".
func find(t *testing.T, items []source.Raw, ending string) source.Raw {
	t.Helper()
	i := slices.IndexFunc(items, func(raw source.Raw) bool { return strings.HasSuffix(raw.GUID, ending) })
	if i < 0 {
		t.Fatalf("no item's guid ends with %s", ending)
	}
	return items[i]
}

// A piece is the same piece whether it is read from the API or from a feed: its
// guid is, and what both say of it. Titles are HTML here and escaped text there;
// excerpts end with [&hellip;] here and with [&#8230;] there.
func TestTheAPISaysWhatTheFeedsSay(t *testing.T) {
	t.Parallel()
	for _, state := range []string{"", "after"} {
		s := openSite(t, state)
		items := byGUID(read(t, of(t, s), nil).Items)
		compared := 0
		for _, feed := range []string{
			"/feed/", "/reviews/feed/", "/reviews/feed/?paged=2", "/reviews/feed/?paged=3", "/feed/atom/", "/reviews/feed/atom/",
			"/category/patreon-exclusive/feed/", "/category/readers-choice/feed/", "/category/streaming-picks/feed/",
		} {
			for _, raw := range readFeed(t, s, feed) {
				raw.Categories = slices.DeleteFunc(raw.Categories, func(name string) bool { return !s.knowsTerm(name) })
				if got, ok := items[raw.GUID]; ok {
					compare(t, feed, raw, got)
					compared++
				} else if raw.Published.After(time.Date(2026, 10, 8, 0, 0, 0, 0, time.UTC)) || strings.Contains(raw.GUID, "reviews") {
					t.Errorf("%s has %s (%s), and the API does not", feed, raw.GUID, raw.Title)
				}
			}
		}
		if compared < 70 {
			t.Errorf("%d pieces compared, there are more", compared)
		}
	}
}

func readFeed(t *testing.T, s *site, target string) []source.Raw {
	t.Helper()
	o, err := config.ParseOptions("url: "+home+target, "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := webfeed.New(source.Env{Name: "test", Client: sourcetest.Client(s), Zone: time.UTC}, o)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, r, nil).Items
}

func compare(t *testing.T, feed string, from, got source.Raw) {
	t.Helper()
	type face struct {
		URL, Title, Author, Summary string
		Published                   time.Time
	}
	show := func(raw source.Raw) face {
		return face{raw.URL, raw.Title, raw.Author, strings.Join(strings.Fields(sanitize.Text(raw.Summary)), " "), raw.Published}
	}
	if diff := cmp.Diff(show(from), show(got)); diff != "" {
		t.Errorf("%s: %s (-feed +api):\n%s", feed, from.GUID, diff)
	}
	for _, name := range from.Categories {
		if !slices.Contains(got.Categories, name) {
			t.Errorf("%s: %s lacks the category %q among %q", feed, from.GUID, name, got.Categories)
		}
	}
}
