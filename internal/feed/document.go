// Package feed builds feeds: a Document is one selection of items for one
// audience; a Format turns it into bytes. Formats are packages below this one
// and pass feedtest. A Publisher keeps the bytes that are being asked for.
package feed

import (
	"slices"
	"time"

	"marquee/internal/domain"
)

// Document is a feed built for one audience, ready for any format. The same
// state of the store always gives the same Document: no clock is in it.
type Document struct {
	ID          string // IRI, permanent; private documents of a feed share another
	Name        string // in URLs: "reviews"
	Title       string
	Description string
	Language    string // BCP 47
	Author      string
	Home        string // address of the site
	Self        string // address of this document without the format's extension; of a private one the Publisher gives it, with a slot for the token
	Look        domain.Look
	Hub         string // WebSub hub; empty for private documents
	Page        string // of the feed's archive, which this document is; empty for the feed itself
	Older       string // the page of the archive that goes on where this document ends; empty when it is whole
	Updated     time.Time
	Entries     []Entry
}

// SelfAddress is where the document is, in a format; empty for private documents.
func (d *Document) SelfAddress(format string) string {
	if d.Page == "" || d.Self == "" {
		return d.feedAddress(format)
	}
	return d.pageAddress(d.Page, format)
}

// CurrentAddress is where the feed is whose archive the document belongs to;
// empty for the feed itself.
func (d *Document) CurrentAddress(format string) string {
	if d.Page == "" {
		return ""
	}
	return d.feedAddress(format)
}

// OlderAddress is where Older is; empty when there is none.
func (d *Document) OlderAddress(format string) string {
	if d.Older == "" || d.Self == "" {
		return ""
	}
	return d.pageAddress(d.Older, format)
}

func (d *Document) feedAddress(format string) string {
	if d.Self == "" {
		return ""
	}
	return d.Self + "." + format
}

func (d *Document) pageAddress(page, format string) string { return d.Self + "/" + page + "." + format }

// Entry is one item as the document's audience may see it.
type Entry struct {
	ID        string // IRI, permanent, the same for every audience
	URL       string
	Title     string // plain text
	Author    string
	Language  string // empty is the document's
	Summary   string // plain text, for lists
	HTML      string // everything this audience may read, sanitised, addresses absolute
	Tags      []string
	Source    *Source // where it comes from; nil in feeds of one source
	Kind      domain.ItemKind
	Series    string
	Image     *domain.Image // a print of ours, as are all images of the entry
	Thumbnail *domain.Image // the same, small
	Film      *domain.Film
	Picks     []domain.Pick
	Published time.Time
	Updated   time.Time // moves only when what a reader sees has changed
}

// Source is where an entry of a merged feed comes from.
type Source struct {
	Title string
	URL   string // of its feed, else of its site
}

// outline is the document without what its entries say: what it holds.
func (d *Document) outline() *Document {
	o := *d
	o.Entries = slices.Clone(d.Entries)
	for i := range o.Entries {
		o.Entries[i].HTML = ""
	}
	return &o
}

// Format turns documents into bytes.
type Format interface {
	// Name is the format's name and its extension in URLs: "rss".
	Name() string
	// ContentType is the media type, with its charset where one belongs.
	ContentType() string
	// Encode writes doc. The same doc always gives the same bytes. It fails
	// only on documents that break Document's promises.
	Encode(doc *Document) ([]byte, error)
}
