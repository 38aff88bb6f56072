package webfeed_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
	"marquee/internal/testkit"
)

func detail(t *testing.T, site *testkit.Site, options string, raw *source.Raw) error {
	t.Helper()
	r, ok := newReader(t, sourcetest.Client(site), "url: "+home+"/feed/\ndetails: true\n"+options).(source.Detailer)
	if !ok {
		t.Fatal("with details the reader is a source.Detailer")
	}
	return r.Detail(t.Context(), raw)
}

func TestDetailFillsInWhatIsMissing(t *testing.T) {
	t.Parallel()
	site := wordpress(t, "", "", "")
	raw := source.Raw{
		URL: home + "/reviews/paper-lanterns/", Summary: "<p>Short.</p>",
		Film: &domain.Film{Title: "Paper lanterns", Directors: []string{"I. Vardo"}, Rating: &domain.Rating{Value: 3.5}},
	}
	if err := detail(t, site, "content: true", &raw); err != nil {
		t.Fatal(err)
	}
	poster := home + "/wp-content/uploads/2025/09/The-Salt-Ledger-movie-poster.png"
	want := source.Raw{
		URL: raw.URL, Summary: "<p>Short.</p>", // the page shows a teaser, so no content
		Image: &domain.Image{URL: poster, Width: 1000, Height: 1500},
		Film: &domain.Film{
			Title: "Paper lanterns", Year: 2026, Directors: []string{"I. Vardo"}, Cast: []string{"Lio Marsh", "Petra Lund"},
			Runtime: 98 * time.Minute, ContentRating: "PG-13", Released: domain.Date{Year: 2026, Month: time.November, Day: 20},
			Rating: &domain.Rating{Value: 3.5, Best: 4, Step: 0.5},
			Poster: &domain.Image{URL: poster, Width: 1000, Height: 1500, Alt: "The Salt Ledger poster"},
		},
	}
	if diff := cmp.Diff(want, raw); diff != "" {
		t.Error(diff)
	}
	if asked := site.Requests(); len(asked) != 1 {
		t.Errorf("it cost %d requests", len(asked))
	}
}

func TestDetailContent(t *testing.T) {
	t.Parallel()
	site := wordpress(t, "", "", "")
	page := home + "/reviews/the-salt-ledger-2/"
	long := strings.Repeat("A long summary. ", 1000)
	for name, c := range map[string]struct {
		options string
		raw     source.Raw
		taken   bool
	}{
		"not asked for":     {"", source.Raw{URL: page}, false},
		"none in the feed":  {"content: true", source.Raw{URL: page, Summary: "<p>Short.</p>"}, true},
		"some in the feed":  {"content: true", source.Raw{URL: page, Content: "<p>Mine.</p>"}, false},
		"summary is longer": {"content: true", source.Raw{URL: page, Summary: long}, false},
		"no address":        {"content: true", source.Raw{}, false},
	} {
		raw := c.raw
		if err := detail(t, site, c.options, &raw); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := raw.Content != c.raw.Content; got != c.taken {
			t.Errorf("%s: content taken: %v", name, got)
		}
		if c.taken && (!strings.HasPrefix(raw.Content, "<p><em>The Salt Ledger</em> (2026)") || strings.Contains(raw.Content, "review-info")) {
			t.Errorf("%s: %.80s", name, raw.Content)
		}
	}
}

func TestDetailErrorsLeaveTheItem(t *testing.T) {
	t.Parallel()
	site := wordpress(t, "", "", "")
	site.Set("", "/feed.pdf", "application/pdf", []byte("%PDF"))
	for target, want := range map[string]string{
		"/reviews/no-such-film/": "answered 404",
		"/feed.pdf":              "application/pdf, not HTML",
	} {
		raw := source.Raw{URL: home + target, Title: "x"}
		if err := detail(t, site, "", &raw); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", target, err)
		}
		if diff := cmp.Diff(source.Raw{URL: home + target, Title: "x"}, raw); diff != "" {
			t.Error(diff)
		}
	}
}

func TestNoDetailUnlessAskedFor(t *testing.T) {
	t.Parallel()
	if _, ok := newReader(t, nil, "url: "+home+"/feed/").(source.Detailer); ok {
		t.Error("a reader without details must not be asked for them")
	}
}
