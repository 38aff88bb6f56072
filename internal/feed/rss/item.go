package rss

import (
	"html"
	"time"

	"github.com/gorilla/feeds"

	"marquee/internal/feed"
)

// item is one entry. RSS's own author wants an e-mail address, so names go into
// dc:creator; the embedded Author stays empty.
type item struct {
	*feeds.RssItem
	Title      *plain               `xml:"title"`
	Link       string               `xml:"link,omitempty"`
	Creator    *plain               `xml:"dc:creator,omitempty"`
	Updated    string               `xml:"atom:updated,omitempty"`
	Language   string               `xml:"dc:language,omitempty"`
	Categories []category           `xml:"category"`
	Source     *source              `xml:"source"`
	Media      *feed.Media          `xml:"media:content"`
	Thumbnail  *feed.MediaThumbnail `xml:"media:thumbnail"`
}

// source is where the item comes from (RSS 2.0, source).
type source struct {
	URL string `xml:"url,attr"`
	plain
}

// category is a word and the vocabulary that it belongs to; tags have none.
type category struct {
	Domain string `xml:"domain,attr,omitempty"`
	plain
}

func newItem(doc *feed.Document, e *feed.Entry) *item {
	it := &item{
		RssItem: &feeds.RssItem{
			Description: html.EscapeString(e.Summary), // HTML by RSS 2.0
			Guid:        &feeds.RssGuid{Id: e.ID, IsPermaLink: "false"},
			PubDate:     date(e.Published),
		},
		Title: named(e.Title), Link: e.URL, Creator: named(e.Author), Updated: updated(e), Categories: categories(doc, e),
		Media: feed.NewMedia(e), Thumbnail: feed.NewMediaThumbnail(e.Thumbnail),
	}
	if e.Source != nil {
		it.Source = &source{URL: e.Source.URL, plain: plainText(e.Source.Title)}
	}
	if e.HTML != "" {
		it.Content = &feeds.RssContent{Content: e.HTML}
	}
	if e.Language != doc.Language {
		it.Language = e.Language
	}
	return it
}

// named is text in an element that must not be there without any.
func named(s string) *plain {
	if s == "" {
		return nil
	}
	p := plainText(s)
	return &p
}

// updated is when an item that has changed since it was published did: RSS knows
// no such date, some of its readers know Atom's.
func updated(e *feed.Entry) string {
	if e.Updated.Equal(e.Published) {
		return ""
	}
	return e.Updated.Format(time.RFC3339)
}

// categories are the item's kind, series and tags. Kind and series are words of
// the publication's own vocabularies.
func categories(doc *feed.Document, e *feed.Entry) []category {
	var all []category
	for _, term := range e.Terms(doc.Home) {
		all = append(all, category{Domain: term.Scheme, plain: plainText(term.Word)})
	}
	return all
}
