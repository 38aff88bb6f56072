package digest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"marquee/internal/digest"
	"marquee/internal/domain"
)

// Whatever sources say, the edition is right: short, whole, and with all that is
// in it.
func TestBadInput(t *testing.T) {
	t.Parallel()
	bare := reviewItem(t, "Bare", time.Hour)
	bare.Pictures = nil
	tests := map[string]struct {
		items  []domain.Item
		wants  []string // in both bodies
		spares []string // in neither
	}{
		"a review of 40,000 words": {
			[]domain.Item{reviewItem(t, "Endless", time.Hour, func(it *domain.Item) {
				it.Teaser, it.Body = "", "<p>"+strings.Repeat("It goes on about the sea. ", 8000)+"</p>"
			})},
			[]string{"Endless", "It goes on about the sea."},
			nil,
		},
		"a title of 400 characters": {
			[]domain.Item{reviewItem(t, "Long", time.Hour, func(it *domain.Item) { it.Title = strings.Repeat("Word ", 80) + "END" })},
			[]string{"Word Word", "…"},
			[]string{"END"},
		},
		"a title without blanks": {
			[]domain.Item{reviewItem(t, "Long", time.Hour, func(it *domain.Item) { it.Title = strings.Repeat("映", 400) + "終" })},
			[]string{"映映映"},
			[]string{"終"},
		},
		"no title at all": {[]domain.Item{reviewItem(t, "Nameless", time.Hour, func(it *domain.Item) { it.Title = "" })}, []string{"Read the review"}, nil},
		"a poster that could not be had": {
			[]domain.Item{bare},
			[]string{"Bare"},
			[]string{"<img", "movie-poster"},
		},
		"two items with one title": {
			[]domain.Item{reviewItem(t, "Twins", time.Hour), reviewItem(t, "Other", 2*time.Hour, func(it *domain.Item) { it.Title = "Twins" })},
			[]string{"/reviews/twins/", "/reviews/other/"},
			nil,
		},
		"a template in a review": {
			[]domain.Item{reviewItem(t, "Curly", time.Hour, func(it *domain.Item) {
				it.Title, it.Teaser = "{{.Links.Unsubscribe}}", "<p>{{template \"footer.html.tmpl\"}} It begins in fog.</p>"
			})},
			[]string{"{{.Links.Unsubscribe}}", "It begins in fog."},
			nil,
		},
		"picks without picks": {
			[]domain.Item{picksItem(t, func(it *domain.Item) { it.Picks, it.Body = nil, "" })}, []string{"Friday streaming picks"}, nil,
		},
		"pick without anything": {
			[]domain.Item{picksItem(t, func(it *domain.Item) { it.Picks = []domain.Pick{{}} })}, []string{"Picks of the week", "A week of harbors"}, nil,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompiler(t, &fakeStore{items: test.items})
			r, err := c.Preview(t.Context(), slot, domain.Readers{Audience: patron("Screenwriter")})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.HTML) > 20_000 || len(r.Subject) == 0 || len([]rune(r.Subject)) > 60 {
				t.Errorf("%d bytes of HTML, subject %q", len(r.HTML), r.Subject)
			}
			text := strings.Join(strings.Fields(r.Text), " ")
			for _, want := range test.wants {
				if !strings.Contains(r.HTML, want) && !strings.Contains(r.HTML, strings.ReplaceAll(want, `"`, "&#34;")) ||
					!strings.Contains(strings.ToLower(text), strings.ToLower(want)) {
					t.Errorf("%q is missing from\n%s", want, r.Text)
				}
			}
			for _, spare := range test.spares {
				if strings.Contains(r.HTML+r.Text, spare) {
					t.Errorf("shows %q", spare)
				}
			}
		})
	}
}

// A section without items leaves no heading, and one in which nothing is left for
// an audience neither.
func TestEmptySectionsVanish(t *testing.T) {
	t.Parallel()
	c := newCompiler(t, &fakeStore{items: richWeek(t)[1:2]}, blocks(t, "first_look", "lists", "polls", "now_free", "picks", "recent"))
	r, err := c.Preview(t.Context(), slot, domain.Readers{Audience: patron("Matinee")})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(r.HTML, "<h2"); n != 1 {
		t.Errorf("%d headings, want one", n)
	}
}

// An edition that cannot be made short enough is held, and its maker told why.
func TestTooLongIsHeld(t *testing.T) {
	t.Parallel()
	var many []domain.Item
	for i := range 200 {
		many = append(many, reviewItem(t, fmt.Sprintf("Reel Number %d", i), time.Hour))
	}
	s := &fakeStore{items: many}
	e, err := newCompiler(t, s, func(c *digest.Config) { c.Sections[0] = reviews(t, "max: 50") }).Compile(t.Context(), slot)
	if err != nil {
		t.Fatal(err)
	}
	if e.State != domain.EditionHeld || !strings.Contains(e.Reason, "mailboxes cut what is longer than 90000") || len(s.editions[0].Renditions) != 5 {
		t.Errorf("edition is %s because %q with %d renditions", e.State, e.Reason, len(s.editions[0].Renditions))
	}
}
