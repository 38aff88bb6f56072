package app_test

import (
	"bytes"
	"encoding/xml"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/testkit"
)

// rawItem is one piece as its feed's XML holds it: what a second pair of eyes,
// which shares no code with the program, makes of it.
type rawItem struct {
	GUID, Link, Title string
	Published         time.Time
	Categories        []string
	Description       string // plain text, as the site wrote it
}

// rawRSS is RSS 2.0 as encoding/xml reads it.
type rawRSS struct {
	Items []struct {
		GUID        string   `xml:"guid"`
		Link        string   `xml:"link"`
		Title       string   `xml:"title"`
		PubDate     string   `xml:"pubDate"`
		Categories  []string `xml:"category"`
		Description string   `xml:"description"`
	} `xml:"channel>item"`
}

// rawAtom is Atom as encoding/xml reads it.
type rawAtom struct {
	Entries []struct {
		ID    string `xml:"id"`
		Links []struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
		} `xml:"link"`
		Title      string `xml:"title"`
		Published  string `xml:"published"`
		Categories []struct {
			Term string `xml:"term,attr"`
		} `xml:"category"`
		Summary string `xml:"summary"`
	} `xml:"entry"`
}

// Targets that the captured site serves besides its own: a feed with whole texts
// in it, and a feed whose window holds an old piece first at its old date and
// then at a later one.
const (
	fullText = "/full/feed/"
	window   = "/window/feed/"
)

// captured is the site that was captured from a real WordPress.
func captured(t *testing.T) *testkit.Site {
	t.Helper()
	files := os.DirFS("../../testdata/wordpress")
	site, err := testkit.Captured(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, more := range []struct{ file, state, target string }{
		{"variants/feed-site-rss2-full-text.http", "", fullText},
		{"feed-reviews-rss2-page3.http", "", window},
		{"after/feed-reviews-rss2.http", "after", window},
	} {
		if err := site.PutExchange(files, more.file, more.state, more.target); err != nil {
			t.Fatal(err)
		}
	}
	return site
}

// rawFeed is what the captured site holds at a target in a state.
func rawFeed(t *testing.T, state, target string) []rawItem {
	t.Helper()
	site := captured(t)
	site.Turn(state)
	answer := httptest.NewRecorder()
	site.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, target, nil))
	if answer.Code != http.StatusOK {
		t.Fatalf("the captured site answers %d to %s", answer.Code, target)
	}
	items := readRSS(t, answer.Body.Bytes())
	if strings.HasSuffix(target, "/atom/") {
		items = readAtom(t, answer.Body.Bytes())
	}
	if len(items) < 3 {
		t.Fatalf("only %d pieces at %s", len(items), target)
	}
	return items
}

func readRSS(t *testing.T, body []byte) []rawItem {
	t.Helper()
	var feed rawRSS
	if err := xml.NewDecoder(bytes.NewReader(body)).Decode(&feed); err != nil {
		t.Fatal(err)
	}
	var items []rawItem
	for _, it := range feed.Items {
		items = append(items, rawItem{
			it.GUID, it.Link, it.Title, instant(t, time.RFC1123Z, it.PubDate), it.Categories, textOf(it.Description),
		})
	}
	return items
}

func readAtom(t *testing.T, body []byte) []rawItem {
	t.Helper()
	var feed rawAtom
	if err := xml.NewDecoder(bytes.NewReader(body)).Decode(&feed); err != nil {
		t.Fatal(err)
	}
	var items []rawItem
	for _, e := range feed.Entries {
		it := rawItem{
			GUID: e.ID, Title: html.UnescapeString(e.Title), // WordPress writes type="html"
			Published: instant(t, time.RFC3339, e.Published), Description: textOf(e.Summary),
		}
		for _, l := range e.Links {
			if l.Rel == "alternate" {
				it.Link = l.Href
			}
		}
		for _, c := range e.Categories {
			it.Categories = append(it.Categories, html.UnescapeString(c.Term)) // escaped twice, by WordPress's habit
		}
		items = append(items, it)
	}
	return items
}

func instant(t *testing.T, layout, s string) time.Time {
	t.Helper()
	at, err := time.Parse(layout, s)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

var (
	inline  = regexp.MustCompile(`</?(?:a|b|cite|em|i|span|strong)(?:\s[^<>]*)?>`)
	tag     = regexp.MustCompile(`</?\pL[^<>]*>`)
	paywall = regexp.MustCompile(`(?:^|[.!?]”? )(?:The full review|This \pL+) is currently (?:exclusive to|posted on) Patreon.*$`)
)

// textOf is HTML as somebody reads it: without tags, with single spaces.
func textOf(markup string) string {
	markup = tag.ReplaceAllString(inline.ReplaceAllString(markup, ""), " ")
	return strings.Join(strings.Fields(html.UnescapeString(markup)), " ")
}

// protected reports whether the site shows the piece to nobody without a password.
func (it rawItem) protected() bool { return strings.HasPrefix(it.Title, "Protected: ") }

// exclusive reports whether the site sends readers to Patreon for the rest.
func (it rawItem) exclusive() bool { return paywall.MatchString(it.Description) }

// teaser is what may be published of the description: not the sentence of the
// paywall, not the line that offers it as audio, and an ellipsis for "[…]".
func (it rawItem) teaser() string {
	text := it.Description
	if at := paywall.FindStringIndex(text); at != nil {
		end := at[0]
		if end > 0 {
			end += len(strings.TrimRight(strings.SplitAfterN(text[end:], " ", 2)[0], " "))
		}
		text = text[:end]
	}
	text = strings.TrimSpace(strings.TrimPrefix(text, "Listen to the audio version of this review."))
	if cut, ok := strings.CutSuffix(text, "[…]"); ok {
		text = strings.TrimSpace(cut)
		if !strings.ContainsAny(text[len(text)-1:], ".!?") {
			text += "…"
		}
	}
	return text
}

// series is the label that the configuration of these tests gives the piece.
func (it rawItem) series() string {
	switch {
	case strings.Contains(it.Link, "/definitives/"):
		return "The Definitives"
	case slices.Contains(it.Categories, "Reader's Choice"):
		return "Reader's Choice"
	}
	return ""
}
