package webfeed_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
	"marquee/internal/source/webfeed"
	"marquee/internal/testkit"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	root = "../../../testdata/"
	home = "http://127.0.0.1:8088"
)

// wordpress is the captured site; file, when given, is what address answers.
func wordpress(t *testing.T, state, file, target string) *testkit.Site {
	t.Helper()
	fsys := os.DirFS(root + "wordpress")
	site, err := testkit.Captured(fsys)
	if err != nil {
		t.Fatal(err)
	}
	site.Turn(state)
	if file != "" {
		if err := site.PutExchange(fsys, file, state, target); err != nil {
			t.Fatal(err)
		}
	}
	return site
}

func newReader(t testing.TB, client source.Getter, options string) source.Reader {
	t.Helper()
	o, err := config.ParseOptions(options, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r, err := webfeed.New(source.Env{Name: "test", Client: client, Zone: time.UTC}, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Each captured feed is gathered to the last field.
func TestWordPressFeeds(t *testing.T) {
	t.Parallel()
	for _, feed := range []struct{ name, state, file, target string }{
		{"site-rss2", "", "", "/feed/"},
		{"site-atom", "", "", "/feed/atom/"},
		{"site-rdf", "", "", "/feed/rdf/"},
		{"site-rss2-page2", "", "", "/feed/?paged=2"},
		{"category-patreon-exclusive-rss2", "", "", "/category/patreon-exclusive/feed/"},
		{"category-patreon-exclusive-atom", "", "", "/category/patreon-exclusive/feed/atom/"},
		{"category-readers-choice-rss2", "", "", "/category/readers-choice/feed/"},
		{"category-streaming-picks-rss2", "", "", "/category/streaming-picks/feed/"},
		{"category-blog-rss2", "", "", "/category/blog/feed/"},
		{"reviews-rss2", "", "", "/reviews/feed/"},
		{"reviews-rss2-page2", "", "", "/reviews/feed/?paged=2"},
		{"reviews-rss2-page3", "", "", "/reviews/feed/?paged=3"},
		{"reviews-atom", "", "", "/reviews/feed/atom/"},
		{"definitives-rss2", "", "", "/definitives/feed/"},
		{"topic-lists-rss2", "", "", "/topic/lists/feed/"},
		{"query-two-types", "", "", "/?post_type[]=reviews&post_type[]=definitives&feed=rss2"},
		{"after-site-rss2", "after", "", "/feed/"},
		{"after-site-atom", "after", "", "/feed/atom/"},
		{"after-site-rdf", "after", "", "/feed/rdf/"},
		{"after-reviews-rss2", "after", "", "/reviews/feed/"},
		{"full-text-site-rss2", "", "variants/feed-site-rss2-full-text.http", "/feed/"},
		{"full-text-site-atom", "", "variants/feed-site-atom-full-text.http", "/feed/atom/"},
		{"full-text-site-rdf", "", "variants/feed-site-rdf-full-text.http", "/feed/rdf/"},
		{"full-text-category-blog-rss2", "", "variants/feed-category-blog-rss2-full-text.http", "/category/blog/feed/"},
		{"seo-footer-reviews-rss2", "", "variants/feed-reviews-rss2-seo-footer-imitated.http", "/reviews/feed/"},
		{"plain-permalinks-rss2", "", "variants/plain-feed-rss2.http", "/?feed=rss2"},
	} {
		t.Run(feed.name, func(t *testing.T) {
			t.Parallel()
			site := wordpress(t, feed.state, feed.file, feed.target)
			r := newReader(t, sourcetest.Client(site), "url: "+home+feed.target)
			compareGolden(t, "wordpress-"+feed.name, read(t, r, nil))
		})
	}
}

// The feeds in testdata/feeds show what other software writes.
func TestFeedFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(root + "feeds/*")
	if err != nil || len(files) == 0 {
		t.Fatal("no feeds", err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		if strings.HasSuffix(name, ".md") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			site := testkit.NewSite()
			site.Set("", "/"+name, "application/octet-stream", body)
			r := newReader(t, sourcetest.Client(site), "url: https://www.lanternscreen.example/"+name)
			res := read(t, r, nil)
			sourcetest.CheckItems(t, res.Items)
			compareGolden(t, name, res)
		})
	}
}

func read(t *testing.T, r source.Reader, last source.State) source.Result {
	t.Helper()
	res, err := r.Read(t.Context(), last)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// goldenItem is a source.Raw that leaves out what is empty.
type goldenItem struct {
	GUID       string          `json:"guid"`
	URL        string          `json:"url,omitempty"`
	Title      string          `json:"title,omitempty"`
	Author     string          `json:"author,omitempty"`
	Summary    string          `json:"summary,omitempty"`
	Content    string          `json:"content,omitempty"`
	Categories []string        `json:"categories,omitempty"`
	Image      *domain.Image   `json:"image,omitempty"`
	Film       *domain.Film    `json:"film,omitempty"`
	Picks      []domain.Pick   `json:"picks,omitempty"`
	Kind       domain.ItemKind `json:"kind,omitempty"`
	Series     string          `json:"series,omitempty"`
	Release    domain.Ladder   `json:"release,omitempty"`
	Language   string          `json:"language,omitempty"`
	Published  time.Time       `json:"published,omitzero"`
	Updated    time.Time       `json:"updated,omitzero"`
}

// compareGolden compares all that a reader of the result can see, except its
// state, with a golden file.
func compareGolden(t *testing.T, name string, res source.Result) {
	t.Helper()
	type problem struct{ GUID, Where, Err string }
	view := struct {
		Items    []goldenItem
		Problems []problem `json:",omitempty"`
	}{}
	for _, raw := range res.Items {
		view.Items = append(view.Items, goldenItem(raw))
	}
	for _, p := range res.Problems {
		view.Problems = append(view.Problems, problem{p.GUID, p.Where, p.Err.Error()})
	}
	var got bytes.Buffer
	enc := json.NewEncoder(&got)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(view); err != nil {
		t.Fatal(err)
	}
	path := root + "golden/webfeed/" + name + ".json"
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s (-want +got; go test -update writes it anew):\n%s", path, diff)
	}
}
