// Package atom writes documents as Atom 1.0 (RFC 4287). It builds on
// gorilla/feeds: its types are embedded, and what they lack or write wrongly is
// shadowed by fields of the same element name.
package atom

import (
	"bytes"
	"cmp"
	"fmt"
	"hash/fnv"
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
	History   string           `xml:"xmlns:fh,attr,omitempty"`
	Lang      string           `xml:"xml:lang,attr,omitempty"`
	Archive   *struct{}        `xml:"fh:archive"`
	Title     text             `xml:"title"`
	Subtitle  *text            `xml:"subtitle"`
	Author    *person          `xml:"author"`
	Generator string           `xml:"generator"`
	Links     []feeds.AtomLink `xml:"link"`
	Entries   []*entry         `xml:"entry"`
}

// text says that it is no HTML (RFC 4287 §3.1.1.1), which readers otherwise guess.
type text struct {
	Type  string `xml:"type,attr"`
	Inner string `xml:",innerxml"`
}

func plain(s string) text { return text{Type: "text", Inner: feed.PlainXML(s)} }

// person is a name, with the address of what they write.
type person struct {
	Name struct {
		Inner string `xml:",innerxml"`
	} `xml:"name"`
	URI string `xml:"uri,omitempty"`
}

// FeedXml is what feeds.WriteXML asks for.
func (d *document) FeedXml() any { return d } //nolint:revive // gorilla/feeds' name

func newDocument(doc *feed.Document) *document {
	d := &document{
		AtomFeed: &feeds.AtomFeed{
			Xmlns: "http://www.w3.org/2005/Atom", Id: doc.ID, Updated: date(doc.Updated),
			Icon: doc.Look.Icon, Logo: doc.Look.Logo,
		},
		Author: author(cmp.Or(doc.Author, doc.Title, doc.Name), doc.Home),
		Media:  feed.MediaNamespace, Lang: doc.Language, Title: plain(cmp.Or(doc.Title, doc.Name)), Generator: "Marquee",
		Links: feedLinks(doc), Entries: make([]*entry, 0, len(doc.Entries)),
	}
	if doc.Description != "" {
		subtitle := plain(doc.Description)
		d.Subtitle = &subtitle
	}
	if doc.Page != "" {
		d.History, d.Archive = feed.HistoryNamespace, &struct{}{}
	}
	for i := range doc.Entries {
		d.Entries = append(d.Entries, newEntry(doc, &doc.Entries[i]))
	}
	return d
}

// feedLinks lead to the feed itself, to the site, to the hub, and along the archive
// (RFC 5005 §4).
func feedLinks(doc *feed.Document) []feeds.AtomLink {
	const atom = "application/atom+xml"
	var all []feeds.AtomLink
	for _, l := range []feeds.AtomLink{
		{Rel: "self", Type: atom, Href: doc.SelfAddress("atom")},
		{Rel: "alternate", Type: "text/html", Href: doc.Home},
		{Rel: "current", Type: atom, Href: doc.CurrentAddress("atom")},
		{Rel: "prev-archive", Type: atom, Href: doc.OlderAddress("atom")},
		{Rel: "hub", Href: doc.Hub},
	} {
		if l.Href != "" {
			all = append(all, l)
		}
	}
	return all
}

func author(name, uri string) *person {
	p := &person{URI: uri}
	p.Name.Inner = feed.PlainXML(name)
	return p
}

// date is RFC 3339 as RFC 4287 §3.3 wants it.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// moment is an entry's last change, to the microsecond. Several pieces are often
// changed in one second, and readers and validators want to tell them apart: below
// the second the id speaks, so that a piece's instant is its own for good.
func moment(e *feed.Entry) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(e.ID)) // never fails
	return e.Updated.Add(time.Duration(h.Sum32()%1e6) * time.Microsecond).Format("2006-01-02T15:04:05.000000Z07:00")
}
