package atom

import (
	"cmp"
	"html"
	"strings"

	"github.com/gorilla/feeds"

	"marquee/internal/feed"
)

// entry is one item. The embedded Links stay nil: they would be written beside
// ours, not instead of them.
type entry struct {
	*feeds.AtomEntry
	Lang       string               `xml:"xml:lang,attr,omitempty"`
	Updated    string               `xml:"updated"`
	Title      text                 `xml:"title"`
	Links      []feeds.AtomLink     `xml:"link"`
	Categories []category           `xml:"category"`
	Source     *source              `xml:"source"`
	Media      *feed.Media          `xml:"media:content"`
	Thumbnail  *feed.MediaThumbnail `xml:"media:thumbnail"`
	Author     *person              `xml:"author"`
	Summary    *text                `xml:"summary"`
	Content    *content             `xml:"content"`
}

// content is the whole text, not escaped: encoding/xml would look at every
// character of it one by one.
type content struct {
	Type string `xml:"type,attr"`
	Text string `xml:",cdata"`
}

func newContent(source string) *content { return &content{Type: "html", Text: source} }

// source is where the entry comes from (RFC 4287 §4.2.11). When the source itself
// was updated nobody here knows: it was when the entry was.
type source struct {
	ID      string           `xml:"id"`
	Title   text             `xml:"title"`
	Updated string           `xml:"updated"`
	Links   []feeds.AtomLink `xml:"link"`
}

func newSource(e *feed.Entry) *source {
	if e.Source == nil {
		return nil
	}
	return &source{
		ID: e.Source.URL, Title: plain(e.Source.Title), Updated: date(e.Updated),
		Links: []feeds.AtomLink{{Rel: "via", Href: e.Source.URL}},
	}
}

// category is a word and its vocabulary (RFC 4287 §4.2.2).
type category struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
	Label  string `xml:"label,attr,omitempty"`
}

func newEntry(doc *feed.Document, e *feed.Entry) *entry {
	out := &entry{
		AtomEntry: &feeds.AtomEntry{Id: e.ID, Published: date(e.Published)},
		Updated:   moment(e),
		Title:     plain(cmp.Or(e.Title, doc.Title, doc.Name)), // RFC 4287 §4.1.2: exactly one
		Links:     links(e), Source: newSource(e), Media: feed.NewMedia(e), Thumbnail: feed.NewMediaThumbnail(e.Thumbnail),
	}
	if e.Author != "" && e.Author != doc.Author {
		out.Author = author(e.Author, "")
	}
	if e.Language != doc.Language {
		out.Lang = e.Language
	}
	if e.Summary != "" {
		summary := plain(e.Summary)
		out.Summary = &summary
	}
	if e.HTML != "" {
		out.Content = newContent(e.HTML)
	} else if e.Summary == "" || e.URL == "" { // an entry says something, and without a page of its own in its content
		out.Content = newContent(html.EscapeString(cmp.Or(e.Summary, e.Title, doc.Title, doc.Name)))
	}
	for _, t := range e.Terms(doc.Home) {
		out.Categories = append(out.Categories, category{Term: t.Word, Scheme: t.Scheme, Label: label(t.Word)})
	}
	return out
}

// label is what people read of a category. What might be taken for HTML has none,
// since an attribute cannot say that it is text (RFC 4287 §4.2.2.3).
func label(word string) string {
	if strings.ContainsAny(word, "&<") {
		return ""
	}
	return word
}

// links lead to the item's page and to its image.
func links(e *feed.Entry) []feeds.AtomLink {
	var all []feeds.AtomLink
	if e.URL != "" {
		all = append(all, feeds.AtomLink{Rel: "alternate", Type: "text/html", Href: e.URL})
	}
	if e.Image != nil {
		all = append(all, feeds.AtomLink{Rel: "enclosure", Type: e.Image.Type, Href: e.Image.URL})
	}
	return all
}
