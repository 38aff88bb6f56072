package section_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"marquee/internal/digest"
	kinds "marquee/internal/digest/section"
	"marquee/internal/domain"
)

func TestReviewsChoose(t *testing.T) {
	t.Parallel()
	week := digest.Week{Items: []domain.Item{
		item(domain.Review, "a", func(it *domain.Item) { it.Series = "Reader’s Choice" }),
		item(domain.Picks, "b"),
		item(domain.Essay, "c", func(it *domain.Item) { it.Series = "The Definitives" }),
		item(domain.Post, "d"),
		item(domain.List, "e"),
		item(domain.Review, "f"),
		item(domain.Review, "g"),
		item(domain.Review, "h"),
	}}
	tests := map[string]struct {
		options string
		want    []string
	}{
		"by default": {"", []string{"a", "c", "e", "f", "g"}},
		"few":        {"max: 2", []string{"a", "c"}},
		"many":       {"max: 20", []string{"a", "c", "e", "f", "g", "h"}},
		"kinds":      {"kinds: [post, list]", []string{"d", "e"}},
		"a series":   {"series: [the definitives]", []string{"c"}},
		"no such":    {"series: [Short Takes]", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := titles(must(t, kinds.Reviews(), test.options).Choose(week).Items)
			if !slices.Equal(got, test.want) {
				t.Errorf("chose %v, want %v", got, test.want)
			}
		})
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind          digest.SectionKind
		options, want string
	}{
		"no items":      {kinds.Reviews(), "max: 0", "max: 0 is not between 1 and 50"},
		"too many":      {kinds.Reviews(), "max: 51", "max: 51"},
		"few words":     {kinds.Reviews(), "words: 9", "words: 9"},
		"many words":    {kinds.Reviews(), "words: 121", "words: 121"},
		"unknown kind":  {kinds.Reviews(), "kinds: [review, opera]", `kinds: "opera" is no kind of item`},
		"unknown key":   {kinds.Reviews(), "maximum: 3", "maximum"},
		"no picks":      {kinds.Picks(), "max: 0", "max: 0"},
		"too many pick": {kinds.Picks(), "max: 31", "max: 31"},
		"not a number":  {kinds.Picks(), "max: ten", "max"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := section(t, test.kind, test.options); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
}

// What an item becomes for an audience: how much of it, under which label, and
// where its link leads.
func TestReviewsView(t *testing.T) {
	t.Parallel()
	patronsFirst := domain.Ladder{{To: "Screenwriter"}, {To: domain.ToPatrons, After: 24 * time.Hour}, {To: domain.ToEveryone, After: 240 * time.Hour}}
	tierOnly := domain.Ladder{{To: "Screenwriter"}}
	exclusive := func(it *domain.Item) { it.Exclusive, it.Body = true, "" }
	onPatreon := func(it *domain.Item) { it.Exclusive, it.Body, it.URL = true, "", "https://www.patreon.com/posts/99" }
	plain := func(*domain.Item) {}
	const page = "https://www.lanternscreen.example/Fog"
	type view struct {
		label, action, url, opens string
		gated                     bool
	}
	tests := map[string]struct {
		audience domain.Audience
		ladder   domain.Ladder
		adjust   func(*domain.Item)
		want     view
	}{
		"open to all":                {nobody, nil, plain, view{"", "Read the review", page, "", false}},
		"patron, early":              {writer, patronsFirst, plain, view{"First look", "Read the review", page, "", false}},
		"reader, early":              {reader, patronsFirst, plain, view{"For patrons", "Become a patron", patreon, "becomes free to read on Nov 30", true}},
		"public, early":              {nobody, patronsFirst, plain, view{"For patrons", "Become a patron", patreon, "becomes free to read on Nov 30", true}},
		"lower tier, early":          {matinee, patronsFirst, plain, view{"For higher tiers first", "Read the opening", page, "opens to you on Nov 21", true}},
		"lower tier, never":          {matinee, tierOnly, plain, view{"Only for Screenwriter patrons", "See the tiers", patreon, "", true}},
		"reader, never":              {reader, tierOnly, plain, view{"For patrons", "Become a patron", patreon, "", true}},
		"exclusive, patron":          {writer, nil, exclusive, view{"First look", "Read on Patreon", patreon, "", false}},
		"exclusive, reader":          {reader, nil, exclusive, view{"For patrons", "Become a patron", patreon, "", true}},
		"exclusive, on Patreon":      {matinee, nil, onPatreon, view{"First look", "Read on Patreon", "https://www.patreon.com/posts/99", "", false}},
		"exclusive, with our body":   {writer, nil, func(it *domain.Item) { it.Exclusive = true }, view{"First look", "Read the review", page, "", false}},
		"a host that ends like that": {writer, nil, func(it *domain.Item) { exclusive(it); it.URL = "https://notpatreon.com/" }, view{"First look", "Read on Patreon", patreon, "", false}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, ok := must(t, kinds.Reviews(), "").View(lens(test.audience, test.ladder), []domain.Item{item(domain.Review, "Fog", test.adjust)})
			if !ok || len(v.Items) != 1 {
				t.Fatalf("view %+v, %v", v, ok)
			}
			got := v.Items[0]
			if got := (view{got.Label, got.Action, got.ActionURL, got.Opens, got.Gated}); got != test.want {
				t.Errorf("\n got %+v\nwant %+v", got, test.want)
			}
			if got.Excerpt != "It begins in fog." {
				t.Errorf("excerpt %q", got.Excerpt)
			}
		})
	}
}

func TestReviewsWithoutPatreon(t *testing.T) {
	t.Parallel()
	for name, adjust := range map[string]func(*domain.Item){
		"gated":     func(*domain.Item) {},
		"exclusive": func(it *domain.Item) { it.Exclusive, it.Body = true, "" },
	} {
		l := lens(reader, domain.Ladder{{To: domain.ToPatrons}})
		l.Publication.Patreon = ""
		v, _ := must(t, kinds.Reviews(), "").View(l, []domain.Item{item(domain.Review, "Fog", adjust)})
		if got := v.Items[0]; got.Action != "Read the opening" || got.ActionURL != got.URL {
			t.Errorf("%s: %s at %s, want the opening at the item's own address", name, got.Action, got.ActionURL)
		}
	}
}

// The body never reaches an audience that may see the teaser alone, not even
// where there is no teaser.
func TestBodyStaysBehindTheGate(t *testing.T) {
	t.Parallel()
	ladder := domain.Ladder{{To: "Screenwriter"}}
	for _, kind := range []domain.ItemKind{domain.Review, domain.Picks} {
		for _, teaser := range []string{"", "<p>It begins in fog.</p>"} {
			it := item(kind, "Fog", func(it *domain.Item) {
				it.Teaser, it.Body = teaser, "<p>"+canary+"</p>"
				it.Picks = []domain.Pick{{Title: canary, Why: canary}}
			})
			for a, sees := range map[domain.Audience]bool{nobody: false, reader: false, matinee: false, writer: true} {
				s := must(t, kinds.Reviews(), "kinds: [review]")
				if kind == domain.Picks {
					s = must(t, kinds.Picks(), "")
				}
				v, _ := s.View(lens(a, ladder), []domain.Item{it})
				got := strings.Contains(fmt.Sprintf("%+v", v), canary)
				if want := sees && (kind == domain.Picks || teaser == ""); got != want {
					t.Errorf("%s with teaser %q for %q: body shown is %v, want %v", kind, teaser, a.Key(), got, want)
				}
			}
		}
	}
}

func TestReviewsViewVanishes(t *testing.T) {
	t.Parallel()
	s := must(t, kinds.Reviews(), "")
	gone := item(domain.Review, "Gone", func(it *domain.Item) { it.Withdrawn = friday.Add(-time.Minute) })
	for name, chosen := range map[string][]domain.Item{"nothing chosen": nil, "withdrawn": {gone}} {
		if v, ok := s.View(lens(writer, nil), chosen); ok {
			t.Errorf("%s: still shows %+v", name, v)
		}
	}
}

func TestReviewsViewOfFilm(t *testing.T) {
	t.Parallel()
	film := func(adjust func(*domain.Film)) func(*domain.Item) {
		return func(it *domain.Item) {
			it.Film = &domain.Film{
				Year: 2026, Directors: []string{"Ines Vardo"}, Runtime: 98 * time.Minute, Rating: &domain.Rating{Value: 3.5, Best: 4},
				Poster: &domain.Image{URL: "https://x.example/p.png"},
			}
			it.Pictures = pictures()
			adjust(it.Film)
		}
	}
	image := &digest.ImageView{URL: "https://feeds.example/i/p-320.jpg", Alt: "Fog, 3.5 out of 4 stars", Width: 132, Height: 198}
	stars := digest.RatingView{Stars: "★★★½", Spoken: "3.5 out of 4 stars", Plain: "★★★½ (3.5 out of 4)"}
	tests := map[string]struct {
		adjust func(*domain.Item)
		want   digest.ItemView
	}{
		"film":    {film(func(*domain.Film) {}), digest.ItemView{Facts: "2026 · Ines Vardo · 98 min.", Rating: stars, Image: image}},
		"no film": {func(*domain.Item) {}, digest.ItemView{}},
		"ten points, own alt": {
			film(func(f *domain.Film) {
				f.Rating = &domain.Rating{Value: 7, Best: 10}
				f.Poster = &domain.Image{URL: "https://x.example/small.png", Alt: "A hand"}
			}),
			digest.ItemView{
				Facts: "2026 · Ines Vardo · 98 min.", Rating: digest.RatingView{Stars: "7/10", Spoken: "7 out of 10", Plain: "7/10"},
				Image: &digest.ImageView{URL: "https://feeds.example/i/small-100.jpg", Alt: "A hand", Width: 100, Height: 149},
			},
		},
		"a still": {
			film(func(f *domain.Film) {
				f.Poster, f.Rating = nil, nil
				f.Still = &domain.Image{URL: "https://x.example/s.png"}
			}),
			digest.ItemView{
				Facts: "2026 · Ines Vardo · 98 min.",
				Image: &digest.ImageView{URL: "https://feeds.example/i/s-1280.jpg", Alt: "Fog", Width: 552, Height: 311, Wide: true},
			},
		},
		"an image that could not be had": {
			film(func(f *domain.Film) { f.Poster.URL = "https://x.example/gone.png" }),
			digest.ItemView{Facts: "2026 · Ines Vardo · 98 min.", Rating: stars},
		},
		"an image that is a stranger's": {
			film(func(f *domain.Film) { f.Poster.URL = "https://x.example/other.png" }),
			digest.ItemView{Facts: "2026 · Ines Vardo · 98 min.", Rating: stars},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, _ := must(t, kinds.Reviews(), "").View(lens(nobody, nil), []domain.Item{item(domain.Review, "Fog", test.adjust)})
			got := digest.ItemView{Facts: v.Items[0].Facts, Rating: v.Items[0].Rating, Image: v.Items[0].Image}
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
