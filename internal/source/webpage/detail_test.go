package webpage_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/source"
)

const page = home + "/reviews/paper-lanterns/?page=full"

// lanterns is what the page of the archive says.
func lanterns() source.Raw {
	return source.Raw{
		GUID: page, URL: home + "/reviews/paper-lanterns/", Title: "Paper Lanterns", Author: "Mara Ellison",
		Published: time.Date(2026, 11, 19, 20, 5, 33, 0, time.UTC), Image: &domain.Image{URL: home + "/og/paper-lanterns.jpg"},
		Film: &domain.Film{
			Title: "Paper Lanterns", Directors: []string{"Ines Vardo"}, Released: domain.Date{Year: 2026, Month: time.September, Day: 1},
			Rating: &domain.Rating{Value: 3.5, Best: 4},
		},
	}
}

// Selectors and readability find the same piece on the same page.
func TestDetail(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]string{
		"selectors":   "article: {title: h1, content: .text, author: .by, date: .by, remove: [.share]}\n",
		"readability": "article: {author: .by, remove: [.share]}\n",
	} {
		w := newWorld(t)
		site(t, w)
		raw := source.Raw{GUID: page, URL: page}
		if name == "selectors" {
			options = strings.Replace(options, "date: .by, ", "", 1) // "By Mara Ellison | November 19, 2026" is no date
		}
		if err := w.detail(cards+options, &raw); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		content := raw.Content
		raw.Content = ""
		want := lanterns()
		want.Film.Year, want.Film.Rating.Step = raw.Film.Year, raw.Film.Rating.Step
		if diff := cmp.Diff(want, raw); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		for _, has := range []string{
			"Nothing here is hurried.", "I do not think I breathed.", `src="` + home + `/reviews/lanterns-2.jpg"`, `alt="The pier"`,
			`href="` + home + `/reviews/the-orchard-telegraph/"`,
		} {
			if !strings.Contains(content, has) {
				t.Errorf("%s: no %s in %s", name, has, content)
			}
		}
		for _, not := range []string{"Share this", "By Mara", "password", "pixel.gif"} {
			if strings.Contains(content, not) {
				t.Errorf("%s: %s in %s", name, not, content)
			}
		}
		if asked := w.asked(); len(asked) != 1 {
			t.Errorf("%s: it cost %v", name, asked)
		}
	}
}

// What the list says is believed; the page says the rest.
func TestDetailFillsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	site(t, w)
	raw := source.Raw{
		GUID: "g", URL: page, Title: "From the list", Author: "L. Ist", Summary: "<p>Short.</p>", Image: &domain.Image{URL: "https://i.example/l.png"},
		Published: clock(), Updated: clock(), Film: &domain.Film{Directors: []string{"I. Vardo"}},
	}
	want := raw
	if err := w.detail(cards+"article: {content: .text}", &raw); err != nil {
		t.Fatal(err)
	}
	want.URL, want.Content, want.Film = home+"/reviews/paper-lanterns/", raw.Content, raw.Film
	if diff := cmp.Diff(want, raw); diff != "" || raw.Film.Directors[0] != "I. Vardo" || raw.Film.Rating == nil || raw.Content == "" {
		t.Errorf("%+v\n%s", raw.Film, diff)
	}
}

// Without a list that says better, the page's title and date replace what was
// made of the address.
func TestDetailReplacesGuesses(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		options string
		raw     source.Raw
		title   string
		date    time.Time
	}{
		"guessed":         {chart, source.Raw{URL: page, Title: "Paper lanterns", Published: at, Updated: at}, "Paper Lanterns", lanterns().Published},
		"told by news":    {chart, source.Raw{URL: page, Title: "Lanterns", Published: at.Add(-time.Hour), Updated: at}, "Lanterns", at.Add(-time.Hour)},
		"known and gone":  {chart, source.Raw{URL: page, Updated: at}, "Paper Lanterns", lanterns().Published},
		"told by a list":  {cards, source.Raw{URL: page, Title: "Paper lanterns", Published: at, Updated: at}, "Paper lanterns", at},
		"nothing to find": {chart, source.Raw{URL: home + "/r/bare", Title: "Bare", Published: at, Updated: at}, "Bare", at},
	} {
		w := newWorld(t)
		site(t, w)
		w.page("/r/bare", "<p>"+strings.Repeat("Words and more words. ", 100))
		raw := c.raw
		if err := w.detail(c.options, &raw); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if raw.Title != c.title || !raw.Published.Equal(c.date) {
			t.Errorf("%s: %q of %v", name, raw.Title, raw.Published)
		}
	}
}

// After an error the piece is as it was.
func TestDetailErrors(t *testing.T) {
	t.Parallel()
	text := "<p>" + strings.Repeat("Nothing here is hurried, and nothing is late. ", 60)
	for name, c := range map[string]struct{ options, body, want string }{
		"text moved":          {"article: {content: .body}", "<title>T</title>" + text, `article.content matches nothing on ` + home + `/a ("T"): has the site been redesigned?`},
		"text empty":          {"article: {content: '#app'}", "<div id=app></div>" + text, "article.content holds no text"},
		"text of nothing":     {"article: {content: '#app'}", "<div id=app><p> </p></div>" + text, "article.content holds no text"},
		"title moved":         {"article: {title: h1}", text, "article.title matches nothing"},
		"date moved":          {"article: {date: time}", text, "article.date matches nothing"},
		"date for nobody":     {"article: {date: time}", "<time>last week</time>" + text, `article.date: the date "last week" on`},
		"all removed":         {"article: {content: p, remove: [p]}", text, "article.content holds no text"},
		"captcha":             {"", "<title>Hi</title><div class=g-recaptcha></div>", "was answered with a captcha"},
		"login":               {"", "<title>Log in</title><input type=password>", "was answered with a login page"},
		"password of its own": {"", "<form class=post-password-form><input type=password></form>" + text, "asks for a password"},
		"nested too deeply":   {"", strings.Repeat("<b>", 600), "exceeds 512 nodes"},
		"too large":           {"", strings.Repeat(text, 1600), "larger than 4194304 bytes"},
		"too many elements":   {"", strings.Repeat("<p>a", 60_000), "find the text"},
		"no page":             {"", "", "answered 404"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if c.body != "" {
				w.page("/a", c.body)
			}
			raw := source.Raw{GUID: "g", URL: home + "/a", Title: "x"}
			if err := w.detail(plain+c.options, &raw); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "read the piece's page: ") {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if diff := cmp.Diff(source.Raw{GUID: "g", URL: home + "/a", Title: "x"}, raw); diff != "" {
				t.Error(diff)
			}
		})
	}
	w := newWorld(t)
	if raw := (source.Raw{GUID: "g"}); w.detail(plain, &raw) != nil || len(w.Requests()) > 0 {
		t.Error("a piece without an address has no page")
	}
}

func TestArticleVariants(t *testing.T) {
	t.Parallel()
	const text = `<div itemprop="articleBody"><p>All of it.</p></div>`
	day := time.Date(2026, 11, 19, 6, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		options, page string
		want          source.Raw
	}{
		"marked by the page":   {"", "<h1>T</h1>" + text, source.Raw{Title: "T", Content: "<p>All of it.</p>"}},
		"title of the page":    {"", "<title>T – Site</title>" + text, source.Raw{Title: "T – Site", Content: "<p>All of it.</p>"}},
		"several parts":        {"article: {content: .p}", "<h1>T</h1><div class=p><p>1</p></div><hr><div class=p> </div><div class=p><p>2</p></div>", source.Raw{Title: "T", Content: "<p>1</p>\n<p>2</p>"}},
		"pictures alone":       {"article: {content: .p}", "<h1>T</h1><div class=p><img src=/a.jpg></div>", source.Raw{Title: "T", Content: `<img src="` + home + `/a.jpg"/>`}},
		"meta author":          {"", "<meta name=author content='Mara Ellison'><h1>T</h1>" + text, source.Raw{Title: "T", Author: "Mara Ellison", Content: "<p>All of it.</p>"}},
		"author with a link":   {"article: {author: .by}", "<h1>T</h1><p class=by>BY <a href=/m>Mara Ellison</a> • Film</p>" + text, source.Raw{Title: "T", Author: "Mara Ellison", Content: "<p>All of it.</p>"}},
		"no author to be had":  {"article: {author: .by}", "<h1>T</h1>" + text, source.Raw{Title: "T", Content: "<p>All of it.</p>"}},
		"date by its format":   {"article: {date: i, date_format: 2/1/2006}", "<h1>T</h1><i>19/11/2026</i>" + text, source.Raw{Title: "T", Published: day, Content: "<p>All of it.</p>"}},
		"date in meta":         {"", "<meta property='article:published_time' content='2026-11-19'><h1>T</h1>" + text, source.Raw{Title: "T", Published: day, Content: "<p>All of it.</p>"}},
		"date in a graph":      {"", `<script type="application/ld+json">{"@graph":[{"@type":"WebSite"},{"@type":["Article","X"],"datePublished":"2026-11-19"}]}</script><h1>T</h1>` + text, source.Raw{Title: "T", Published: day, Content: "<p>All of it.</p>"}},
		"date of the film":     {"", `<div itemprop="itemReviewed"><meta itemprop="datePublished" content="1974-01-01"></div><script type="application/ld+json">{"@type":"Movie","datePublished":"1974-01-01"}</script><script type="application/ld+json">{broken</script><h1>T</h1>` + text, source.Raw{Title: "T", Content: "<p>All of it.</p>"}},
		"date in the text":     {"", "<h1>T</h1><article><time datetime=2026-11-19>Thursday</time></article>" + text, source.Raw{Title: "T", Published: day, Content: "<p>All of it.</p>"}},
		"canonical":            {"", "<link rel=canonical href='/b?utm_source=x#c'><h1>T</h1>" + text, source.Raw{URL: home + "/b", Title: "T", Content: "<p>All of it.</p>"}},
		"canonical of no use":  {"", "<link rel=canonical href='/'><h1>T</h1>" + text, source.Raw{Title: "T", Content: "<p>All of it.</p>"}},
		"canonical elsewhere":  {"", "<link rel=canonical href='https://paper.example/t'><h1>T</h1>" + text, source.Raw{URL: "https://paper.example/t", Title: "T", Content: "<p>All of it.</p>"}},
		"a script as an image": {"article: {content: .p}", "<h1>T</h1><div class=p>1<a href='javascript:x'>2</a><a href=#n>3</a></div>", source.Raw{Title: "T", Content: `1<a href="javascript:x">2</a><a href="#n">3</a>`}},
		"base":                 {"article: {content: .p}", "<base href=/x/><h1>T</h1><div class=p><a href=y>1</a></div>", source.Raw{Title: "T", Content: `<a href="` + home + `/x/y">1</a>`}},
		"nothing to read":      {"", "<h1>T</h1>", source.Raw{Title: "T"}},
		"a teaser": {
			"", `<h1>T</h1><div itemprop="reviewBody"><p>It begins.</p><p>The full review is currently posted on Patreon.</p></div>`,
			source.Raw{Title: "T", Summary: "<p>It begins.</p><p>The full review is currently posted on Patreon.</p>"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.page("/a", c.page)
			raw := source.Raw{GUID: "g", URL: home + "/a"}
			if err := w.detail(plain+c.options, &raw); err != nil {
				t.Fatal(err)
			}
			c.want.GUID = "g"
			if c.want.URL == "" {
				c.want.URL = home + "/a"
			}
			raw.Film, raw.Image = nil, nil // for the tests of filmdata
			if diff := cmp.Diff(c.want, raw); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A page in any charset is read, on lists and for pieces.
func TestCharsets(t *testing.T) {
	t.Parallel()
	const title = "Amélie – “Éloïse”"
	western := strings.NewReplacer("é", "\xe9", "É", "\xc9", "ï", "\xef", "–", "\x96", "“", "\x93", "”", "\x94").Replace(title)
	filler := strings.Repeat("<!-- plain -->", 200) // beyond what the standard's guess looks at
	for name, c := range map[string]struct{ mediaType, head, title string }{
		"announced":             {"text/html; charset=windows-1252", "", western},
		"declared":              {"text/html", "<meta charset=windows-1252>", western},
		"declared the old way":  {"text/html", "<meta http-equiv=content-type content='text/html; charset=iso-8859-1'>", western},
		"UTF-8, announced":      {"text/html; charset=utf-8", "", title},
		"UTF-8, a mark":         {"text/html", "\ufeff", title},
		"UTF-8, nobody says so": {"text/html", filler, title},
		"western, nobody says":  {"", filler, western},
	} {
		w := newWorld(t)
		w.Set("", home+"/reviews/", c.mediaType, []byte(c.head+"<article><a href=/a>"+c.title+"</a></article>"))
		w.Set("", home+"/a", c.mediaType, []byte(c.head+"<h1>x</h1><article itemprop=articleBody>"+c.title+"</article>"))
		raw := w.read(plain, nil).Items[0]
		if err := w.detail(plain, &raw); err != nil || raw.Title != title || raw.Content != title {
			t.Errorf("%s: %q, %q, %v", name, raw.Title, raw.Content, err)
		}
	}
}
