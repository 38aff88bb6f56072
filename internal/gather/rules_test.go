package gather_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/source"
)

func TestClassify(t *testing.T) {
	t.Parallel()
	choice := config.Rule{Category: "Reader's Choice", Series: "Reader’s Choice"}
	essays := config.Rule{Path: "/definitives/", Kind: domain.Essay, Series: "The Definitives"}
	polls := config.Rule{Title: "(?i)^poll:", Kind: domain.Poll}
	tests := map[string]struct {
		rules  []config.Rule
		raw    source.Raw
		kind   domain.ItemKind
		series string
	}{
		"default":                {kind: domain.Review},
		"category, straight":     {rules: []config.Rule{choice}, raw: source.Raw{Categories: []string{"Drama", "reader's  choice"}}, kind: domain.Review, series: "Reader’s Choice"},
		"category, curly":        {rules: []config.Rule{choice}, raw: source.Raw{Categories: []string{"Reader’s Choice"}}, kind: domain.Review, series: "Reader’s Choice"},
		"category, entity":       {rules: []config.Rule{choice}, raw: source.Raw{Categories: []string{"Reader&#8217;s Choice"}}, kind: domain.Review, series: "Reader’s Choice"},
		"category, Atom":         {rules: []config.Rule{choice}, raw: source.Raw{Categories: []string{"Reader&#039;s Choice"}}, kind: domain.Review, series: "Reader’s Choice"},
		"other category":         {rules: []config.Rule{choice}, raw: source.Raw{Categories: []string{"Reader"}}, kind: domain.Review},
		"path":                   {rules: []config.Rule{essays}, raw: source.Raw{URL: "https://l.example/definitives/x/"}, kind: domain.Essay, series: "The Definitives"},
		"other path":             {rules: []config.Rule{essays}, raw: source.Raw{URL: "https://l.example/reviews/definitives/"}, kind: domain.Review},
		"encoded path":           {rules: []config.Rule{{Path: "/紙", Kind: domain.List}}, raw: source.Raw{URL: "https://l.example/%e7%b4%99%e7%81%af/"}, kind: domain.List},
		"path written encoded":   {rules: []config.Rule{{Path: "/%e7%b4", Kind: domain.List}}, raw: source.Raw{URL: "https://l.example/%e7%b4%99%e7%81%af/"}, kind: domain.List},
		"title":                  {rules: []config.Rule{polls}, raw: source.Raw{Title: "Poll: Which Film?"}, kind: domain.Poll},
		"all conditions":         {rules: []config.Rule{{Title: "Poll", Path: "/x/", Kind: domain.Poll}}, raw: source.Raw{Title: "Poll: Which Film?"}, kind: domain.Review},
		"the last has the word":  {rules: []config.Rule{essays, choice, polls}, raw: source.Raw{Title: "Poll: X", URL: "https://l.example/definitives/x/", Categories: []string{"Reader's Choice"}}, kind: domain.Poll, series: "Reader’s Choice"},
		"picks":                  {raw: source.Raw{Picks: []domain.Pick{{Title: "No"}}}, kind: domain.Picks},
		"the source knows":       {raw: source.Raw{Kind: domain.List, Series: "Ten", Picks: []domain.Pick{{Title: "No"}}}, kind: domain.List, series: "Ten"},
		"a rule knows better":    {rules: []config.Rule{polls}, raw: source.Raw{Title: "Poll: X", Kind: domain.List, Series: "Ten"}, kind: domain.Poll, series: "Ten"},
		"the source is mistaken": {raw: source.Raw{Kind: "movie"}, kind: domain.Review},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			it := one(t, config.Rules{Match: tt.rules}, tt.raw)
			if it.Kind != tt.kind || it.Series != tt.series {
				t.Errorf("got %s of %q, want %s of %q", it.Kind, it.Series, tt.kind, tt.series)
			}
		})
	}
	if it := one(t, config.Rules{Kind: domain.Post}, source.Raw{}); it.Kind != domain.Post {
		t.Errorf("configured default: got %s", it.Kind)
	}
}

// A rule's ladder is its pieces' own, and goes before what their source says.
func TestReleaseOfARule(t *testing.T) {
	t.Parallel()
	early := config.Rule{Title: "Early", Release: domain.Ladder{{To: "Screenwriter"}}}
	theirs := domain.Ladder{{To: domain.ToPatrons}}
	for name, tt := range map[string]struct {
		rules []config.Rule
		raw   source.Raw
		want  domain.Ladder
	}{
		"matches":         {[]config.Rule{early}, source.Raw{Title: "Early look"}, early.Release},
		"does not":        {[]config.Rule{early}, source.Raw{Title: "Late look", Release: theirs}, theirs},
		"has a last word": {[]config.Rule{early}, source.Raw{Title: "Early look", Release: theirs}, early.Release},
		"says nothing":    {[]config.Rule{early, {Title: "look", Kind: domain.List}}, source.Raw{Title: "Early look"}, early.Release},
	} {
		if it := one(t, config.Rules{Match: tt.rules}, tt.raw); !slices.Equal(it.Release, tt.want) {
			t.Errorf("%s: %v, want %v", name, it.Release, tt.want)
		}
	}
}

func TestSkip(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.rules.Match = []config.Rule{{Category: "Blog", Skip: true}, {Title: ".", Kind: domain.Essay}}
	b.reader.res.Complete = true
	raw := piece("a", "Copperwire")
	b.reads(raw)
	raw.Categories = []string{"Blog"}
	saved, report := b.reads(raw, source.Raw{GUID: "b", Title: "Why Our Feed Broke", Categories: []string{"blog"}})
	if len(saved.Items) > 0 || len(report.Problems) > 0 || report.Withdrawn > 0 {
		t.Errorf("report %q, wrote %v", report, guids(saved.Items))
	}
}

func TestTitles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		raw  source.Raw
		want string
	}{
		{source.Raw{Title: "  Copperwire\n(2026) "}, "Copperwire (2026)"},
		{source.Raw{Title: "Reader's Choice: Copperwire", Series: "Reader’s Choice"}, "Copperwire"},
		{source.Raw{Title: "Alien: Covenant", Series: "Reader’s Choice"}, "Alien: Covenant"},
		{source.Raw{Film: &domain.Film{Title: "Copperwire"}, Summary: "A thriller."}, "Copperwire"},
		{source.Raw{Summary: "<p>A thriller about telephone thieves that loses its own signal.</p>"}, "A thriller about telephone thieves that loses its…"},
		{source.Raw{Published: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}, "November 20, 2026"},
	} {
		if it := one(t, config.Rules{}, tt.raw); it.Title != tt.want {
			t.Errorf("%+v: got %q, want %q", tt.raw, it.Title, tt.want)
		}
	}
}

func TestFacts(t *testing.T) {
	t.Parallel()
	strange := source.Raw{
		URL: "javascript:alert(1)", Language: "EN-us", Author: "Mara\u202eEllison\n", Categories: append(strings.Split(strings.Repeat("Tag ", 3), " "), "Drama", ""),
		Image: &domain.Image{URL: "data:image/png;base64,AAAA"},
		Film: &domain.Film{
			Title: " Copper\x00wire ", Year: 20260, Runtime: 98*time.Minute + time.Second, Rating: &domain.Rating{Value: 9, Best: 4},
			Poster: &domain.Image{URL: "https://i.example/a.png", Alt: "A\npole", Width: -1, Height: 9}, Still: &domain.Image{URL: "still.png"},
			TMDB: "12a", IMDB: "tt9900002", Cast: []string{"", " Ines  Vardo "},
		},
		Picks: []domain.Pick{
			{Title: " "},
			{
				Title: "No", Why: "<script>x</script><b>Now</b>", Access: "stolen", URL: "/x", Review: "ftp://x.example/", TMDB: "1", IMDB: "1",
				Rating: &domain.Rating{Value: 2.5}, Image: &domain.Image{URL: "//i.example/a.png"},
			},
		},
	}
	it := one(t, config.Rules{Rating: 5}, strange)
	film := &domain.Film{
		Title: "Copperwire", Runtime: 98 * time.Minute, IMDB: "tt9900002", Cast: []string{"Ines Vardo"},
		Poster: &domain.Image{URL: "https://i.example/a.png", Alt: "A pole", Height: 9},
	}
	picks := []domain.Pick{{Title: "No", Why: "<b>Now</b>", TMDB: "1", Rating: &domain.Rating{Value: 2.5, Best: 5}}}
	if diff := cmp.Diff(film, it.Film); diff != "" {
		t.Errorf("film (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(picks, it.Picks); diff != "" {
		t.Errorf("picks (-want +got):\n%s", diff)
	}
	if it.URL != "" || it.Language != "" || it.Author != "MaraEllison" || it.Image != nil || strings.Join(it.Tags, ",") != "Tag,Drama" {
		t.Errorf("url %q, author %q, image %v, tags %q", it.URL, it.Author, it.Image, it.Tags)
	}
}
