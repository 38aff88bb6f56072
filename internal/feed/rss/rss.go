// Package rss writes documents as RSS 2.0 with the modules that readers use:
// Content, Dublin Core, Media RSS, Syndication and Atom's links. It builds on
// gorilla/feeds: its types are embedded, and what they lack or write wrongly is
// shadowed by fields of the same element name.
package rss

import (
	"bytes"
	"fmt"
	"time"

	"github.com/gorilla/feeds"

	"marquee/internal/feed"
)

// Format is RSS 2.0.
func Format() feed.Format { return format{} }

type format struct{}

func (format) Name() string { return "rss" }

// ContentType is what every reader knows; IANA has no entry for RSS.
func (format) ContentType() string { return "application/rss+xml; charset=utf-8" }

// Encode writes doc, or fails as feed.Document.Portable does.
func (format) Encode(doc *feed.Document) ([]byte, error) {
	doc, err := doc.Portable()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Grow(doc.Size())
	if err := feeds.WriteXML(newDocument(doc), &b); err != nil {
		return nil, fmt.Errorf("write RSS: %w", err)
	}
	return b.Bytes(), nil
}

// document is the root element with the namespaces that its content uses.
type document struct {
	feeds.RssFeedXml
	Atom    string `xml:"xmlns:atom,attr"`
	DC      string `xml:"xmlns:dc,attr"`
	Media   string `xml:"xmlns:media,attr"`
	SY      string `xml:"xmlns:sy,attr"`
	Feeds   string `xml:"xmlns:webfeeds,attr,omitempty"`
	History string `xml:"xmlns:fh,attr,omitempty"`
	Channel *channel
}

// FeedXml is what feeds.WriteXML asks for.
func (d *document) FeedXml() any { return d } //nolint:revive // gorilla/feeds' name

func newDocument(doc *feed.Document) *document {
	d := &document{
		RssFeedXml: feeds.RssFeedXml{Version: "2.0", ContentNamespace: "http://purl.org/rss/1.0/modules/content/"},
		Atom:       "http://www.w3.org/2005/Atom",
		DC:         "http://purl.org/dc/elements/1.1/",
		Media:      feed.MediaNamespace,
		SY:         "http://purl.org/rss/1.0/modules/syndication/",
		Channel:    newChannel(doc),
	}
	if d.Channel.look != nil {
		d.Feeds = "http://webfeeds.org/rss/1.0" // said only where it is used: validators do not know it
	}
	if doc.Page != "" {
		d.History = feed.HistoryNamespace
	}
	return d
}

// date is RFC 822 §5 as RSS 2.0 wants it: four digits of year, numeric zone.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC1123Z)
}
