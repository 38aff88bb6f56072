package feed_test

import (
	"errors"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/feed"
	"marquee/internal/feed/feedtest"
)

func TestFormsOfTitles(t *testing.T) {
	t.Parallel()
	film := &domain.Film{Title: "Copperwire", Year: 1962, Directors: []string{"A", "B"}, Rating: &domain.Rating{Value: 3.5, Best: 4}}
	for form, want := range map[string]string{
		"": "Choice: Copperwire ★★★½",
		"{{with .Series}}{{.}}: {{end}}{{.Title}}{{with .Stars}} {{.}}{{end}}": "Choice: Copperwire ★★★½",
		"{{.Title}} ({{.Year}}), dir. {{.Directors}}":                          "Copperwire (1962), dir. A, B",
		"{{.Kind}}: {{.Title}}, {{.Spoken}}":                                   "review: Copperwire, 3.5 out of 4 stars",
		`{{if ne .Directors "A, B"}}{{.Title}}{{end}}`:                         "Choice: Copperwire ★★★½", // nothing is no title
	} {
		titles, err := feed.ParseTitles(form)
		if err != nil {
			t.Errorf("%q: %v", form, err)
			continue
		}
		spec, it := feedtest.Spec(), review(feedtest.Now().Add(-time.Hour))
		spec.Titles, it.Title, it.Series, it.Film = titles, "Copperwire", "Choice", film
		if got := build(t, spec, public, feedtest.Now(), it).Document.Entries[0].Title; got != want {
			t.Errorf("%q: got %q, want %q", form, got, want)
		}
	}
}

func TestFormsThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"{{.Title", "{{.Nosuch}}", "{{.Stars}}", "{{.Title.Deeper}}", " "} {
		if _, err := feed.ParseTitles(form); !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("%q: got %v, want domain.ErrInvalid", form, err)
		}
	}
}
