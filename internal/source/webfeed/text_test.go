package webfeed

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/source"
)

func TestCutStars(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]struct {
		title       string
		value, best float64
	}{
		"Paper Lanterns ★★★½":           {"Paper Lanterns", 3.5, 0},
		"Paper Lanterns (2026) (★★★)":   {"Paper Lanterns (2026)", 3, 0},
		"Film, 2024 - ★★★★½":            {"Film, 2024", 4.5, 0},
		"Copperwire: ⭐⭐1/2":             {"Copperwire", 2.5, 0},
		"Copperwire ⭐️⭐️":               {"Copperwire", 2, 0},
		"Copperwire – ★★☆☆":             {"Copperwire", 2, 4},
		"Copperwire [★★★½/5]":           {"Copperwire", 3.5, 5},
		"Fahrenheit 9/11":               {"Fahrenheit 9/11", -1, 0},
		"8½":                            {"8½", -1, 0},
		"★":                             {"★", -1, 0},
		"★★★ of the year":               {"★★★ of the year", -1, 0},
		"Black★Star":                    {"Black★Star", -1, 0},
		"Too much ★★★/2":                {"Too much ★★★/2", -1, 0},
		"No number ★★★/four":            {"No number ★★★/four", -1, 0},
		"Two halves ★½½":                {"Two halves ★½½", -1, 0},
		"The ★ that fell on our harbor": {"The ★ that fell on our harbor", -1, 0},
	} {
		got, rating := cutStars(title)
		if got != want.title || (rating == nil) != (want.value < 0) {
			t.Errorf("%q: %q %+v", title, got, rating)
			continue
		}
		if rating != nil && (rating.Value != want.value || rating.Best != want.best) {
			t.Errorf("%q: %+v", title, rating)
		}
	}
}

// The stars in the title of an item about another film stay where they are, unless
// they are what the feed says of the film besides.
func TestStarsOfAnotherFilm(t *testing.T) {
	t.Parallel()
	for title, test := range map[string]struct {
		film  domain.Film
		want  string
		value float64 // of the rating then; 0 is none
		year  int
	}{
		"Ember Street ★★":              {domain.Film{Title: "Copperwire"}, "Ember Street ★★", 0, 0},
		"Copperwire (2024) ★★":         {domain.Film{Title: "copperwire", Rating: &domain.Rating{Value: 4, Best: 5}}, "Copperwire (2024)", 4, 2024},
		"A Series: Copperwire ★★★½":    {domain.Film{Title: "Copperwire", Rating: &domain.Rating{Value: 3.5, Best: 4}}, "A Series: Copperwire", 3.5, 0},
		"Better than Copperwire: ★★★★": {domain.Film{Title: "Copperwire", Rating: &domain.Rating{Value: 3.5, Best: 4}}, "Better than Copperwire: ★★★★", 3.5, 0},
	} {
		raw := source.Raw{Title: title, Film: &test.film}
		takeStars(&raw)
		value := 0.0
		if raw.Film.Rating != nil {
			value = raw.Film.Rating.Value
		}
		if raw.Title != test.want || value != test.value || raw.Film.Year != test.year {
			t.Errorf("%q: %q, %g, %d", title, raw.Title, value, raw.Film.Year)
		}
	}
}

func TestWithoutFooter(t *testing.T) {
	t.Parallel()
	const footer = `<p>The post <a href="/x">X</a> appeared first on <a href="/">Site</a>.</p>`
	for s, want := range map[string]string{
		"<p>Text.</p>\n" + footer + "\n": "<p>Text.</p>",
		footer:                           "",
		"<p>The post <a href='/'>office</a> is a film.</p>": "<p>The post <a href='/'>office</a> is a film.</p>",
		footer + "<p>More.</p>":                             footer + "<p>More.</p>",
	} {
		if got := withoutFooter(s); got != want {
			t.Errorf("%q: %q", s, got)
		}
	}
}

func TestPerson(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"Mara Ellison":                    "Mara Ellison",
		"mara@example.com (Mara Ellison)": "Mara Ellison",
		"Mara Ellison (mara@example.com)": "Mara Ellison ",
		"mara@example.com":                "",
		"Mara Ellison (guest)":            "Mara Ellison (guest)",
		"Mara Ellison <mara@example.com>": "",
	} {
		if got := person(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestGuardedTurnsAPanicIntoAnError(t *testing.T) {
	t.Parallel()
	var none map[string]int
	if err := guarded(func() error { none["x"]++; return nil }); !errors.Is(err, domain.ErrInvalid) {
		t.Errorf("got %v", err)
	}
}

func TestImpatience(t *testing.T) {
	t.Parallel()
	r := &reader{url: "https://h/feed", zone: time.UTC, patience: -1}
	for _, body := range []string{
		"<rss><channel><item><guid>1</guid></item></channel></rss>",
		`{"version":"https://jsonfeed.org/version/1","items":[{"id":"1"}]}`,
	} {
		_, err := r.parse(t.Context(), &fetch.Response{URL: r.url, Body: []byte(body)})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestBestPicture(t *testing.T) {
	t.Parallel()
	base, err := url.Parse("https://www.lanternscreen.example/a/")
	if err != nil {
		t.Fatal(err)
	}
	const body = `<p><img src="data:image/png;base64,AA"><img width="1" height="1" src="/pixel.gif"><img height="20px" src="/line.gif"><img width="16" src="/icon.gif">
<img src="https://s.w.org/images/core/emoji/14.0.0/72x72/1f92b.png"><img><IMG SRC="still.png" width="640" alt="A &amp; B"></p>`
	still := &domain.Image{URL: "https://www.lanternscreen.example/a/still.png", Width: 640, Alt: "A & B"}
	for name, c := range map[string]struct {
		named []picture
		want  *domain.Image
	}{
		"none named":      {nil, still},
		"none usable":     {[]picture{{address: "https://0.gravatar.com/avatar/x"}, {address: "javascript:x"}, {}}, still},
		"the first named": {[]picture{{address: "/p.jpg", mediaType: "image/jpeg"}, {address: "/q.jpg"}}, &domain.Image{URL: "https://www.lanternscreen.example/p.jpg", Type: "image/jpeg"}},
	} {
		if diff := cmp.Diff(c.want, bestPicture(base, c.named, "no tags", body)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}
