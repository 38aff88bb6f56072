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

func TestParseDate(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("site", -6*3600)
	for s, want := range map[string]string{
		"Fri, 20 Nov 2026 15:36:36 +0000":       "2026-11-20T15:36:36Z",
		"Fri, 20 Nov 2026 15:36:36 GMT":         "2026-11-20T15:36:36Z",
		"Fri, 20 Nov 2026 15:36:36 Z":           "2026-11-20T15:36:36Z",
		"20 Nov 26 15:36 EST":                   "2026-11-20T20:36:00Z",
		"Friday, 20-Nov-26 15:36:36 UTC":        "2026-11-20T15:36:36Z",
		"Fri Nov 20 15:36:36 2026":              "2026-11-20T21:36:36Z",
		"Fri Nov 20 15:36:36 PST 2026":          "2026-11-20T23:36:36Z",
		"Fri, 20 November 2026 15:36:36 MEST":   "2026-11-20T13:36:36Z",
		"Fri, 20 Nov 2026 15:36:36 MET":         "2026-11-20T14:36:36Z",
		"Fri, 20 Nov 2026 15:36:36 ET":          "2026-11-20T20:36:36Z",
		"Mon, 20 Jul 2026 15:36:36 ET":          "2026-07-20T19:36:36Z",
		"Fri, 20 Nov 2026 15:36:36 Etc/GMT":     "2026-11-20T15:36:36Z",
		"Fri, 20 Nov 2026 15:36:36 GMT+0100":    "2026-11-20T14:36:36Z",
		"Fri, 20 Nov 2026 15:36:36 +0100 (CET)": "2026-11-20T14:36:36Z",
		"Fri, 20 Nov 2026 15:36:36 -05:30":      "2026-11-20T21:06:36Z",
		"Fri, 20 Nov 2026 24:00:00 GMT":         "2026-11-21T00:00:00Z",
		"Mon, 13 Feb, 2012":                     "2012-02-13T06:00:00Z",
		"November 20, 2026 3:36 pm EST":         "2026-11-20T20:36:00Z",
		"Nov. 20, 2026 12:05am GMT":             "2026-11-20T00:05:00Z",
		"ven., 20 novembre 2026 12:00:00 GMT":   "2026-11-20T12:00:00Z",
		"Fr, 20. Dez. 2026 12:00 +0100":         "2026-12-20T11:00:00Z",
		"20 de noviembre de 2026 12:00 UTC":     "2026-11-20T12:00:00Z",
		" 2026-11-20T15:36:44Z\t":               "2026-11-20T15:36:44Z",
		"2026-11-20T15:36:44.1234567+01:00":     "2026-11-20T14:36:44.123456Z",
		"2026-11-20T15:36:44":                   "2026-11-20T21:36:44Z",
		"2026-11-20 15:36:44 UTC":               "2026-11-20T15:36:44Z",
		"2026-11-20":                            "2026-11-20T06:00:00Z",
		"Fri, 20 Nov 2026 09:03:05 +1300":       "2026-11-19T20:03:05Z",

		"":                                   "",
		"soon":                               "",
		"02/03/2026":                         "",
		"Fri, 20 Nov 2026 15:36:36 IST":      "",
		"Fri, 20 Nov 2026 15:36:36 XYZ":      "",
		"2026-11-20 15:36:44 CET":            "2026-11-20T14:36:44Z",
		"2026-11-20 15:36:44 XYZ":            "",
		"31 Jun 2026 12:00 GMT":              "",
		"Fri, 20 Nov 2026 25:00:00 GMT":      "",
		"Fri, 20 Nov 2026 12:60:00 GMT":      "",
		"Fri, 20 Nov 2026 13:00 pm GMT":      "",
		"Fri, 20 Nov 2026 12:00 +9900":       "",
		"20 20 Nov 2026":                     "",
		"Fri, 00 Nov 2026 12:00 GMT":         "",
		"Fri, 20 Nov 2026 12:00 Mars/Crater": "",
	} {
		got := parseDate(s, zone)
		if want == "" {
			if !got.IsZero() {
				t.Errorf("%q: %v, but nobody can know", s, got)
			}
			continue
		}
		if got.Format(time.RFC3339Nano) != want {
			t.Errorf("%q: %v, want %s", s, got.Format(time.RFC3339Nano), want)
		}
	}
}

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
		`<img alt="<" src=/c.png/>`:           `<img alt="&lt;" src="https://www.lanternscreen.example/c.png/">`,
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
		"plain &amp; <b>\t\r\n é 紙 🤫 \u0085": "plain &amp; <b>\t\r\n é 紙 🤫 \u0085",
		"a\x00b\x1fc\ufffed\uffff":           "abcd",
		"&#150;&#x97;&#133;":                 "–—…",
		"&#0;&#7;&#xFFFF;&#xD800;&#x110000;": "",
		"&#38;&#x26;&#9;":                    "&#38;&#x26;&#9;",
		"&#;&#x;&#zz;&#150 &#99999999999;":   "&#;&#x;&#zz;&#150 &#99999999999;",
	} {
		if got := string(legal([]byte(s))); got != want {
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
