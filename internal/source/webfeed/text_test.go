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

func TestPlainText(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"Who&#8217;s  Counting\n the Swans?":    "Who’s Counting the Swans?",
		"AT&amp;T &amp;amp; Co":                 "AT&T &amp; Co",
		"The <em>Orlando</em> Log":              "The Orlando Log",
		"Less Than < Greater":                   "Less Than < Greater",
		"a <b":                                  "a <b",
		"The <Great> Escape":                    "The <Great> Escape",
		"x<script>alert(1)</script>y<!-- z -->": "xy",
		"Love&notes &copy 2026 &copy;":          "Love&notes &copy 2026 ©",
		"&; &#; && &":                           "&; &#; && &",
		"tab\u0000\u0007\u00a0nbsp\u2028":       "tab nbsp",
		"semi&semi;colon&semi;":                 "semi;colon;",
	} {
		if got := plainText(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

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

// The stars in the title of an item about another film stay where they are.
func TestStarsOfAnotherFilm(t *testing.T) {
	t.Parallel()
	raw := source.Raw{Title: "Ember Street ★★", Film: &domain.Film{Title: "Copperwire"}}
	takeStars(&raw)
	if raw.Title != "Ember Street ★★" || raw.Film.Rating != nil {
		t.Errorf("%q %+v", raw.Title, raw.Film)
	}
	raw = source.Raw{Title: "Copperwire (2024) ★★", Film: &domain.Film{Title: "copperwire", Rating: &domain.Rating{Value: 4, Best: 5}}}
	takeStars(&raw)
	if raw.Title != "Copperwire (2024)" || raw.Film.Rating.Value != 4 || raw.Film.Year != 2024 {
		t.Errorf("%q %+v", raw.Title, raw.Film)
	}
}

func TestAbsolute(t *testing.T) {
	t.Parallel()
	base, err := url.Parse("https://www.lanternscreen.example/a/b")
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]string{
		"":                            "",
		"c.html":                      "https://www.lanternscreen.example/a/c.html",
		"//cdn.example/x":             "https://cdn.example/x",
		" http://h/%7e?a=1&b=2#c ":    "http://h/%7e?a=1&b=2#c",
		"http://h/a b":                "http://h/a%20b",
		"javascript:alert(1)":         "",
		"data:image/png;base64,AAAA":  "",
		"http://":                     "",
		"http://[::1":                 "",
		"http://:80/":                 "",
		"mailto:mara@example.com":     "",
		"http://h/\x7f":               "",
		"?p=1":                        "https://www.lanternscreen.example/a/b?p=1",
		"HTTPS://Host.example/x":      "HTTPS://Host.example/x",
		"https://h/紙":                 "https://h/紙",
		"tag:example.com,2026:thing1": "",
	} {
		if got := absolute(base, s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestResolveLinks(t *testing.T) {
	t.Parallel()
	base, err := url.Parse("https://www.lanternscreen.example/a/")
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]string{
		`no tags & all`:                       `no tags & all`,
		`<P CLASS=x>&nbsp;<br/>`:              `<P CLASS=x>&nbsp;<br/>`,
		`<a href="b?x=1&amp;y=2">t</a>`:       `<a href="https://www.lanternscreen.example/a/b?x=1&amp;y=2">t</a>`,
		`<img alt="<" src=/c.png/>`:           `<img alt="<" src=https://www.lanternscreen.example/c.png/>`,
		`<a href="#n"><a href="https://h/">x`: `<a href="#n"><a href="https://h/">x`,
		`<a href="javascript:alert(1)">x</a>`: `<a href="javascript:alert(1)">x</a>`,
		`<blockquote cite="q">open <b`:        `<blockquote cite="https://www.lanternscreen.example/a/q">open <b`,
		`<script>if (a<b) x="<a href=y>"`:     `<script>if (a<b) x="<a href=y>"`,
		`<video poster="p.jpg" src="m.mp4"/>`: `<video poster="https://www.lanternscreen.example/a/p.jpg" src="https://www.lanternscreen.example/a/m.mp4"/>`,
	} {
		if got := resolveLinks(base, s); got != want {
			t.Errorf("%s\n got %s\nwant %s", s, got, want)
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

func TestLegal(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"plain &amp; <b>\t\r\n é 紙 🤫":        "plain &amp; <b>\t\r\n é 紙 🤫",
		"\u0093it\u0092s\u0094 \u0085":       "“it’s” …",
		"a\x00b\x1fc\ufffed\uffff":           "abcd",
		"&#150;&#x97;&#133;":                 "–—…",
		"&#0;&#7;&#xFFFF;&#xD800;&#x110000;": "",
		"&#38;&#x26;&#9;":                    "&#38;&#x26;&#9;",
		"&#;&#x;&#zz;&#150 &#99999999999;":   "&#;&#x;&#zz;&#150 &#99999999999;",
	} {
		if got := legal(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
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
