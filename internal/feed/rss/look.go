package rss

import (
	"github.com/gorilla/feeds"

	"marquee/internal/feed"
)

// look is what Feedly and its like show of the publication (webfeeds.org).
type look struct {
	Cover   *cover   `xml:"webfeeds:cover"`
	Icon    string   `xml:"webfeeds:icon,omitempty"`
	Logo    string   `xml:"webfeeds:logo,omitempty"`
	Accent  string   `xml:"webfeeds:accentColor,omitempty"`
	Related *related `xml:"webfeeds:related"`
}

type cover struct {
	Image string `xml:"image,attr"`
}

// related is how other items of the feed are shown below one.
type related struct {
	Layout string `xml:"layout,attr"`
	Target string `xml:"target,attr"`
}

// newLook is nil when the publication has nothing to show.
func newLook(doc *feed.Document) *look {
	l := doc.Look
	if l.Icon == "" && l.Logo == "" && l.Cover == "" && l.Accent == "" {
		return nil
	}
	out := &look{Icon: l.Icon, Logo: l.Logo, Accent: l.Accent, Related: &related{Layout: "card", Target: "browser"}}
	if l.Cover != "" {
		out.Cover = &cover{Image: l.Cover}
	}
	return out
}

// image is RSS's own, which by the standard says what the channel says.
func image(doc *feed.Document) *feeds.RssImage {
	if doc.Look.Icon == "" {
		return nil
	}
	return &feeds.RssImage{Url: doc.Look.Icon, Title: doc.Title, Link: doc.Home}
}
