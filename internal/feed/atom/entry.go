package atom

import (
	"cmp"

	"github.com/gorilla/feeds"

	"marquee/internal/feed"
)

// entry is one item. The embedded Links stay nil: they would be written beside
// ours, not instead of them.
type entry struct {
	*feeds.AtomEntry
	Lang       string           `xml:"xml:lang,attr,omitempty"`
	Title      text             `xml:"title"`
	Links      []feeds.AtomLink `xml:"link"`
	Categories []category       `xml:"category"`
}

// category is a word and its vocabulary (RFC 4287 §4.2.2).
type category struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
	Label  string `xml:"label,attr,omitempty"`
}

func newEntry(doc *feed.Document, e *feed.Entry) *entry {
	out := &entry{
		AtomEntry: &feeds.AtomEntry{Id: e.ID, Updated: date(e.Updated), Published: date(e.Published)},
		Title:     plain(cmp.Or(e.Title, doc.Title, doc.Name)), // RFC 4287 §4.1.2: exactly one
		Links:     links(e),
	}
	if e.Author != "" && e.Author != doc.Author {
		out.Author = author(e.Author, "")
	}
	if e.Language != doc.Language {
		out.Lang = e.Language
	}
	if e.Summary != "" {
		out.Summary = &feeds.AtomSummary{Type: "text", Content: e.Summary}
	}
	if e.HTML != "" || e.URL == "" { // without a page of its own an entry needs content
		out.Content = &feeds.AtomContent{Type: "html", Content: e.HTML}
	}
	for _, t := range e.Terms(doc.Home) {
		out.Categories = append(out.Categories, category{Term: t.Word, Scheme: t.Scheme, Label: t.Word})
	}
	return out
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
