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
	"marquee/internal/domain"
)

// library is a week with an item of each sort, newest first.
func library() []domain.Item {
	return []domain.Item{
		item(domain.Review, "The Anchor", func(it *domain.Item) { it.Series = "Reader’s Choice" }),
		item(domain.Picks, "Picks"),
		item(domain.Essay, "Bridges", func(it *domain.Item) { it.Series = "The Definitives" }),
		item(domain.Post, "Canteen", func(it *domain.Item) { it.Source = "blog" }),
		item(domain.List, "Docks"),
		item(domain.Poll, "Elections"),
		item(domain.Review, "Ferry", func(it *domain.Item) { it.Exclusive = true }),
		item(domain.Review, "Galley", func(it *domain.Item) { it.Film = &domain.Film{Rating: &domain.Rating{Value: 4, Best: 5}} }),
		item(domain.Review, "Hull", func(it *domain.Item) { it.Film = &domain.Film{Rating: &domain.Rating{Value: 3.5, Best: 4}} }),
		item(domain.Post, "Ice", func(it *domain.Item) { it.Series = "Coming up" }),
		item(domain.Post, "Jetty", func(it *domain.Item) { it.Series = "note" }),
	}
}

// week is the library as a section sees it: Hull is not open to everyone yet, and
// Docks opened since the last edition.
func week() digest.Week {
	return digest.Week{
		Slot: "2026-11-20T17:00", Since: friday.AddDate(0, 0, -7), Items: library(),
		Early: func(it *domain.Item) bool { return it.Title == "Hull" },
		Opened: func(it *domain.Item) time.Time {
			return map[string]time.Time{"Docks": friday.AddDate(0, 0, -1), "Galley": friday.AddDate(0, 0, -7)}[it.Title]
		},
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind, options string
		want          []string
		passed        []string
	}{
		"reviews":                   {"reviews", "", []string{"The Anchor", "Bridges", "Docks", "Ferry", "Galley", "Hull"}, nil},
		"what is over has a title":  {"reviews", "max: 2", []string{"The Anchor", "Bridges", "Docks", "Ferry", "Galley", "Hull"}, nil},
		"what is over waits":        {"reviews", "{max: 4, carry: 2}", []string{"The Anchor", "Bridges", "Docks", "Ferry"}, []string{"Galley over", "Hull over"}},
		"enough":                    {"reviews", "{min: 6, max: 6}", []string{"The Anchor", "Bridges", "Docks", "Ferry", "Galley", "Hull"}, nil},
		"too few":                   {"lists", "{min: 2}", nil, []string{"Docks few"}},
		"of kinds":                  {"reviews", "kinds: [post, list]", []string{"Canteen", "Docks", "Ice", "Jetty"}, nil},
		"of a source":               {"posts", "sources: [blog]", []string{"Canteen"}, nil},
		"of any source":             {"reviews", "{kinds: [], sources: [blog]}", []string{"Canteen"}, nil},
		"of a series":               {"reviews", "series: [the definitives]", []string{"Bridges"}, nil},
		"of a series nobody writes": {"reviews", "series: [Short Takes]", nil, nil},
		"by rating":                 {"reviews", "{order: rating, kinds: [review]}", []string{"Hull", "Galley", "The Anchor", "Ferry"}, nil},
		"by title":                  {"reviews", "{order: title, kinds: [review, essay]}", []string{"The Anchor", "Bridges", "Ferry", "Galley", "Hull"}, nil},
		"first look":                {"first_look", "", []string{"Ferry", "Hull"}, nil},
		"now free":                  {"now_free", "", []string{"Docks"}, nil},
		"reader's choice":           {"readers_choice", "", []string{"The Anchor"}, nil},
		"essays":                    {"essays", "", []string{"Bridges"}, nil},
		"lists":                     {"lists", "", []string{"Docks"}, nil},
		"posts":                     {"posts", "max: 1", []string{"Canteen", "Ice", "Jetty"}, nil},
		"polls":                     {"polls", "", []string{"Elections"}, nil},
		"coming up":                 {"coming_up", "", []string{"Ice"}, nil},
		"note":                      {"note", "", []string{"Jetty"}, nil},
		"recent is cut":             {"recent", "max: 2", []string{"The Anchor", "Bridges"}, nil},
		"picks":                     {"picks", "max: 1", []string{"Picks"}, nil},
		"words of ours":             {"text", "text: Write to me.", nil, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			choice := must(t, test.kind, test.options).Choose(week())
			if got := titles(choice.Items); !slices.Equal(got, test.want) {
				t.Errorf("chose %v, want %v", got, test.want)
			}
			var passed []string
			for _, l := range choice.Passed {
				passed = append(passed, l.Item.Title+" "+string(l.Cause))
			}
			if !slices.Equal(passed, test.passed) {
				t.Errorf("passed over %v, want %v", passed, test.passed)
			}
		})
	}
}

// Oldest first is the week the other way round, without what was published at
// the same time changing places.
func TestOldestFirst(t *testing.T) {
	t.Parallel()
	w := week()
	for i := range w.Items {
		w.Items[i].Published = friday.Add(-time.Duration(i) * time.Hour)
	}
	if got := titles(must(t, "reviews", "{order: oldest, kinds: [review]}").Choose(w).Items); !slices.Equal(got, []string{"Hull", "Galley", "Ferry", "The Anchor"}) {
		t.Errorf("chose %v", got)
	}
}

// What there is no room for is shown by its title alone.
func TestMore(t *testing.T) {
	t.Parallel()
	v, ok := must(t, "reviews", "max: 1").View(lens(writer, nil), library()[:4])
	if !ok || len(v.Items) != 1 || len(v.More) != 3 || v.More[2].Title != "Canteen" {
		t.Errorf("view %+v", v)
	}
}

// A text that the audience may read is shown whole where it fits, and as a card
// where it does not.
func TestWholeTexts(t *testing.T) {
	t.Parallel()
	ladder := domain.Ladder{{To: "Screenwriter"}}
	long := "<p>" + strings.Repeat("word ", 151) + "</p>"
	cjk := "<p>" + strings.Repeat("映", 151*12) + "</p>"
	for name, test := range map[string]struct {
		audience domain.Audience
		body     string
		want     bool
	}{
		"short":             {writer, "<p>Two <em>films</em> by Vardo.</p>", true},
		"for others":        {reader, "<p>Two <em>films</em> by Vardo.</p>", false},
		"too long":          {writer, long, false},
		"without blanks":    {writer, cjk, false},
		"nothing but a tag": {writer, "<p></p>", false},
	} {
		v, ok := must(t, "coming_up", "").View(lens(test.audience, ladder), []domain.Item{item(domain.Review, "Fog", func(it *domain.Item) { it.Body = test.body })})
		if got := ok && v.Items[0].Whole != ""; got != test.want || got != (v.Items[0].WholeText != "") {
			t.Errorf("%s: shown whole is %v, want %v: %+v", name, got, test.want, v)
		}
	}
}

// A note opens the letter of those who may read it; others get none.
func TestNote(t *testing.T) {
	t.Parallel()
	ladder := domain.Ladder{{To: "Screenwriter"}}
	note := []domain.Item{item(domain.Review, "Fog", func(it *domain.Item) { it.Body = "<p>It <b>rains</b>.</p>" })}
	if v, ok := must(t, "note", "").View(lens(writer, ladder), note); !ok || v.Note != "<p>It <b>rains</b>.</p>" || v.NoteText != "It rains." {
		t.Errorf("%v: %+v", ok, v)
	}
	if v, ok := must(t, "note", "").View(lens(reader, ladder), note); ok || v.Note != "" {
		t.Errorf("shown to a reader: %+v", v)
	}
}

func TestStandingWords(t *testing.T) {
	t.Parallel()
	s := must(t, "text", "{text: Suggest a film., link: 'https://t.example/suggest', call: Suggest one}")
	v, ok := s.View(lens(writer, nil), nil)
	want := digest.SectionView{Text: "Suggest a film.", Link: "https://t.example/suggest", Call: "Suggest one"}
	if diff := cmp.Diff(want, v); !ok || diff != "" {
		t.Errorf("%v: -want +got:\n%s", ok, diff)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind, options, want string
	}{
		"no items":      {"reviews", "max: 0", "max: 0 is not between 1 and 50"},
		"too many":      {"reviews", "max: 51", "max: 51"},
		"few words":     {"reviews", "words: 9", "words: 9"},
		"many words":    {"reviews", "words: 601", "words: 601"},
		"min above max": {"reviews", "{min: 6, max: 5}", "min: 6 is not between 0 and 5"},
		"carry":         {"reviews", "carry: 13", "carry: 13"},
		"only":          {"reviews", "only: late", `only: "late" is none of`},
		"order":         {"reviews", "order: random", `order: "random" is no order`},
		"no words":      {"text", "link: 'https://t.example/'", "text: missing"},
		"no address":    {"text", "{text: a, link: 'javascript:x'}", `link: "javascript:x" is no address`},
		"unknown kind":  {"reviews", "kinds: [review, opera]", `kinds: "opera" is no kind of item`},
		"unknown key":   {"reviews", "maximum: 3", "maximum"},
		"no picks":      {"picks", "max: 0", "max: 0"},
		"too many pick": {"picks", "max: 31", "max: 31"},
		"not a number":  {"picks", "max: ten", "max"},
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
			v, ok := must(t, "reviews", "").View(lens(test.audience, test.ladder), []domain.Item{item(domain.Review, "Fog", test.adjust)})
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
		v, _ := must(t, "reviews", "").View(l, []domain.Item{item(domain.Review, "Fog", adjust)})
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
				s := must(t, "reviews", "kinds: [review]")
				if kind == domain.Picks {
					s = must(t, "picks", "")
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
	s := must(t, "reviews", "")
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
			v, _ := must(t, "reviews", "").View(lens(nobody, nil), []domain.Item{item(domain.Review, "Fog", test.adjust)})
			got := digest.ItemView{Facts: v.Items[0].Facts, Rating: v.Items[0].Rating, Image: v.Items[0].Image}
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
