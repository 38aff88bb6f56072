package rss

import (
	"cmp"

	"github.com/gorilla/feeds"

	"marquee/internal/feed"
)

// minutes is how long readers may keep a channel before they ask again.
const minutes = 60

// channel is the feed. Its items stand last, or the channel's other elements
// would be taken for misplaced.
type channel struct {
	*feeds.RssFeed
	Title           plain      `xml:"title"`
	Description     plain      `xml:"description"`
	Links           []atomLink `xml:"atom:link"`
	Archive         *struct{}  `xml:"fh:archive"`
	UpdatePeriod    string     `xml:"sy:updatePeriod"`
	UpdateFrequency int        `xml:"sy:updateFrequency"`
	*look
	Items []*item `xml:"item"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

func newChannel(doc *feed.Document) *channel {
	c := &channel{
		RssFeed: &feeds.RssFeed{
			Link: doc.Home, Language: doc.Language, LastBuildDate: date(doc.Updated), Generator: "Marquee", Ttl: minutes,
		},
		Title: plainText(doc.Title), Description: plainText(cmp.Or(doc.Description, doc.Title)),
		UpdatePeriod: "hourly", UpdateFrequency: 1, look: newLook(doc),
		Items: make([]*item, 0, len(doc.Entries)),
	}
	if doc.Page != "" {
		c.Archive = &struct{}{}
	}
	c.Links = links(doc)
	c.Image = image(doc)
	for i := range doc.Entries {
		c.Items = append(c.Items, newItem(doc, &doc.Entries[i]))
	}
	return c
}

// links lead to the channel itself, to its hub, and along its archive
// (RFC 5005 §4).
func links(doc *feed.Document) []atomLink {
	const rss = "application/rss+xml"
	var all []atomLink
	for _, l := range []atomLink{
		{"self", rss, doc.SelfAddress("rss")},
		{"current", rss, doc.CurrentAddress("rss")},
		{"prev-archive", rss, doc.OlderAddress("rss")},
		{"hub", "", doc.Hub},
	} {
		if l.Href != "" {
			all = append(all, l)
		}
	}
	return all
}

// plain is text that is no HTML, and says so.
type plain struct {
	Inner string `xml:",innerxml"`
}

func plainText(s string) plain { return plain{feed.PlainXML(s)} }
