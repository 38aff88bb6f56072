// Package atom writes documents as Atom 1.0 (RFC 4287). It builds on
// gorilla/feeds: its types are embedded, and what they lack or write wrongly is
// shadowed by fields of the same element name.
package atom

import (
	"bytes"
	"cmp"
	"fmt"
	"time"

	"github.com/gorilla/feeds"

	"marquee/internal/feed"
)

// Format is Atom 1.0.
func Format() feed.Format { return format{} }

type format struct{}

func (format) Name() string { return "atom" }

// ContentType is RFC 4287 §7's media type.
func (format) ContentType() string { return "application/atom+xml; charset=utf-8" }

// Encode writes doc, or fails as feed.Document.Portable does.
func (format) Encode(doc *feed.Document) ([]byte, error) {
	doc, err := doc.Portable()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Grow(doc.Size())
	if err := feeds.WriteXML(newDocument(doc), &b); err != nil {
		return nil, fmt.Errorf("write Atom: %w", err)
	}
	return b.Bytes(), nil
}

// document is the feed element. The embedded Link stays nil.
type document struct {
	*feeds.AtomFeed
	Media     string           `xml:"xmlns:media,attr"`
	Lang      string           `xml:"xml:lang,attr,omitempty"`
	Title     text             `xml:"title"`
	Generator string           `xml:"generator"`
	Links     []feeds.AtomLink `xml:"link"`
	Entries   []*entry         `xml:"entry"`
}

// text says that it is no HTML (RFC 4287 §3.1.1.1), which readers otherwise guess.
type text struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

func plain(s string) text { return text{Type: "text", Text: s} }

// FeedXml is what feeds.WriteXML asks for.
func (d *document) FeedXml() any { return d } //nolint:revive // gorilla/feeds' name

func newDocument(doc *feed.Document) *document {
	d := &document{
		AtomFeed: &feeds.AtomFeed{
			Xmlns: "http://www.w3.org/2005/Atom", Id: doc.ID, Updated: date(doc.Updated),
			Icon: doc.Look.Icon, Logo: doc.Look.Logo, Subtitle: doc.Description, Author: author(cmp.Or(doc.Author, doc.Title, doc.Name), doc.Home),
		},
		Media: feed.MediaNamespace, Lang: doc.Language, Title: plain(cmp.Or(doc.Title, doc.Name)), Generator: "Marquee",
		Entries: make([]*entry, 0, len(doc.Entries)),
	}
	if doc.Self != "" {
		d.Links = append(d.Links, feeds.AtomLink{Rel: "self", Type: "application/atom+xml", Href: doc.Self + ".atom"})
	}
	if doc.Home != "" {
		d.Links = append(d.Links, feeds.AtomLink{Rel: "alternate", Type: "text/html", Href: doc.Home})
	}
	if doc.Hub != "" {
		d.Links = append(d.Links, feeds.AtomLink{Rel: "hub", Href: doc.Hub})
	}
	for i := range doc.Entries {
		d.Entries = append(d.Entries, newEntry(doc, &doc.Entries[i]))
	}
	return d
}

func author(name, uri string) *feeds.AtomAuthor {
	return &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: name, Uri: uri}}
}

// date is RFC 3339 as RFC 4287 §3.3 wants it.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
