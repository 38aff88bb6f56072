// Package jsonfeed writes documents as JSON Feed 1.1 (jsonfeed.org/version/1.1)
// with two extensions, _film and _picks, for readers that know films. It builds
// on gorilla/feeds: its types are embedded, and what they lack or write wrongly
// is shadowed by fields of the same key.
package jsonfeed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gorilla/feeds"

	"marquee/internal/feed"
)

// Format is JSON Feed 1.1.
func Format() feed.Format { return format{} }

type format struct{}

func (format) Name() string { return "json" }

// ContentType has no charset: JSON is UTF-8 (RFC 8259 §8.1).
func (format) ContentType() string { return "application/feed+json" }

// Encode writes doc on one line, or fails as feed.Document.Portable does. The
// embedded ToJSON is not used: it knows only the embedded part. HTML's
// characters stay as they are, which is JSON too, and shorter.
func (format) Encode(doc *feed.Document) ([]byte, error) {
	doc, err := doc.Portable()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Grow(doc.Size())
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(newDocument(doc)); err != nil {
		return nil, fmt.Errorf("write JSON Feed: %w", err)
	}
	return b.Bytes(), nil
}

// document shadows Items, which must be there even when there are none.
type document struct {
	*feeds.JSONFeed
	Items []*item `json:"items"`
}

func newDocument(doc *feed.Document) *document {
	d := &document{
		JSONFeed: &feeds.JSONFeed{
			Version: "https://jsonfeed.org/version/1.1", Title: doc.Title, Description: doc.Description,
			Language: doc.Language, HomePageUrl: doc.Home, Icon: doc.Look.Icon, Favicon: doc.Look.Icon, Authors: authors(doc.Author, doc.Home),
			FeedUrl: doc.SelfAddress("json"), NextUrl: doc.OlderAddress("json"),
		},
		Items: make([]*item, 0, len(doc.Entries)),
	}
	if doc.Hub != "" {
		d.Hubs = []*feeds.JSONHub{{Type: "WebSub", Url: doc.Hub}}
	}
	for i := range doc.Entries {
		d.Items = append(d.Items, newItem(doc, &doc.Entries[i]))
	}
	return d
}

func authors(name, url string) []*feeds.JSONAuthor {
	if name == "" {
		return nil
	}
	return []*feeds.JSONAuthor{{Name: name, Url: url}}
}

// date is RFC 3339, "" for no instant.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
