package rss

import (
	"html"

	"github.com/gorilla/feeds"

	"marquee/internal/feed"
)

// item is one entry. RSS's own author wants an e-mail address, so names go into
// dc:creator; the embedded Author stays empty.
type item struct {
	*feeds.RssItem
	Title      *plain               `xml:"title"`
	Link       string               `xml:"link,omitempty"`
	Creator    string               `xml:"dc:creator,omitempty"`
	Language   string               `xml:"dc:language,omitempty"`
	Categories []category           `xml:"category"`
	Source     *source              `xml:"source"`
	Media      *feed.Media          `xml:"media:content"`
	Thumbnail  *feed.MediaThumbnail `xml:"media:thumbnail"`
}

// source is where the item comes from (RSS 2.0, source).
type source struct {
	URL   string `xml:"url,attr"`
	Title string `xml:",chardata"`
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
		Link: e.URL, Creator: e.Author, Categories: categories(doc, e),
		Media: feed.NewMedia(e), Thumbnail: feed.NewMediaThumbnail(e.Thumbnail),
	}
	if e.Source != nil {
		it.Source = &source{URL: e.Source.URL, Title: e.Source.Title}
	}
	if e.Title != "" {
		title := plainText(e.Title)
		it.Title = &title
	}
	if e.HTML != "" {
		it.Content = &feeds.RssContent{Content: e.HTML}
	}
	if e.Language != doc.Language {
		it.Language = e.Language
	}
	return it
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
