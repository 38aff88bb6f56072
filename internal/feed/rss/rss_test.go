package rss_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/feed"
	"marquee/internal/feed/feedtest"
	"marquee/internal/feed/rss"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	feedtest.Run(t, rss.Format())
}

// element is one element of a feed as a validator sees it.
type element struct {
	name     string
	attrs    map[string]string
	text     string
	children []*element
}

func (e *element) names() []string {
	var names []string
	for _, c := range e.children {
		names = append(names, c.name)
	}
	return names
}

func parse(t *testing.T, body []byte) *element {
	t.Helper()
	root := &element{}
	stack := []*element{root}
	for d := xml.NewDecoder(bytes.NewReader(body)); ; {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return root.children[0]
		} else if err != nil {
			t.Fatal(err)
		}
		top := stack[len(stack)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			e := &element{name: strings.TrimPrefix(tok.Name.Space+":"+tok.Name.Local, ":"), attrs: map[string]string{}}
			for _, a := range tok.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			top.children = append(top.children, e)
			stack = append(stack, e)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(tok)
		}
	}
}

// TestValidatorRules holds the rules by which the W3C validator judges that
// encoding/xml does not know.
func TestValidatorRules(t *testing.T) {
	t.Parallel()
	doc := feedtest.Document(t, domain.Audience{})
	doc.Entries = append(doc.Entries, feed.Entry{ID: "urn:x:bare"}, feed.Entry{ID: "urn:x:blank", Tags: []string{"", " "}, HTML: "<p>b</p>"})
	body, err := rss.Format().Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	channel := parse(t, body).children[0]
	for _, must := range []string{"title", "link", "description", "language"} {
		if !slices.Contains(channel.names(), must) {
			t.Errorf("channel has no %s", must)
		}
	}
	first := slices.Index(channel.names(), "item")
	for i, c := range channel.children {
		if i > first && c.name != "item" { // MisplacedItem
			t.Errorf("%s stands after items", c.name)
		}
		if c.name == "item" {
			checkItem(t, c)
		}
	}
}

func checkItem(t *testing.T, item *element) {
	t.Helper()
	names := item.names()
	if slices.Contains(names, "author") { // InvalidContact
		t.Error("a name in author")
	}
	if d, c := slices.Index(names, "description"), slices.Index(names, "content:encoded"); d < 0 || c >= 0 && c < d { // NeedDescriptionBeforeContent
		t.Errorf("description is no. %d, content no. %d", d, c)
	}
	for _, c := range item.children {
		blank := strings.TrimSpace(c.text) == "" && len(c.attrs) == 0
		if blank && c.name != "description" { // NotBlank
			t.Errorf("%s is blank", c.name)
		}
		if c.name == "guid" && c.attrs["isPermaLink"] != "false" { // InvalidPermalink
			t.Errorf("guid %q: isPermaLink is %q", c.text, c.attrs["isPermaLink"])
		}
	}
}

// TestPlainTextSaysThatItIs: the RSS profile's way to write markup characters,
// which even readers that unescape twice show rightly (ContainsHTML).
func TestPlainTextSaysThatItIs(t *testing.T) {
	t.Parallel()
	doc := feedtest.Document(t, domain.Audience{})
	doc.Entries = doc.Entries[:1]
	doc.Entries[0].Title, doc.Entries[0].Summary, doc.Entries[0].Tags = "A & <b>B</b>", "1 < 2 & 3", []string{"Q & A"}
	body, err := rss.Format().Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"<title>A &#x26; &#x3C;b&#x3E;B&#x3C;\u2060/b&#x3E;</title>",
		"<description>1 &amp;lt; 2 &amp;amp; 3</description>", // HTML, so escaped twice
		"<category>Q &#x26; A</category>",
	} {
		if !bytes.Contains(body, []byte(want)) {
			t.Errorf("no %s", want)
		}
	}
}

func TestMediaRatingIsOneOfTheScheme(t *testing.T) {
	t.Parallel()
	doc := feedtest.Document(t, domain.Audience{Standing: domain.Active, Tier: "Screenwriter"})
	for rating, want := range map[string]bool{"PG-13": true, "nc-17": true, "Unrated": false, "": false, "TV-MA": false} {
		for i := range doc.Entries {
			if doc.Entries[i].Film != nil {
				doc.Entries[i].Film.ContentRating = rating
			}
		}
		body, err := rss.Format().Encode(doc)
		if err != nil {
			t.Fatal(err)
		}
		if got := bytes.Contains(body, []byte("media:rating")); got != want {
			t.Errorf("%q: rated is %v", rating, got)
		}
	}
}
