package jsonfeed

import (
	"cmp"

	"github.com/gorilla/feeds"

	"marquee/internal/feed"
)

// item is one entry.
type item struct {
	*feeds.JSONItem
	ContentText *string `json:"content_text,omitempty"`
	Published   string  `json:"date_published,omitempty"`
	Modified    string  `json:"date_modified,omitempty"`
	Language    string  `json:"language,omitempty"`
	Film        *film   `json:"_film,omitempty"`
	Picks       *picks  `json:"_picks,omitempty"`
}

func newItem(doc *feed.Document, e *feed.Entry) *item {
	it := &item{
		JSONItem: &feeds.JSONItem{
			Id: e.ID, Url: e.URL, Title: e.Title, ContentHTML: e.HTML, Summary: e.Summary,
		},
		Published: date(e.Published), Modified: date(e.Updated),
		Film: newFilm(e.Film), Picks: newPicks(e.Picks),
	}
	if e.HTML == "" { // one of the two contents must be there
		text := cmp.Or(e.Summary, e.Title)
		it.ContentText = &text
	}
	if e.Image != nil {
		it.Image = e.Image.URL
	}
	if e.Author != doc.Author {
		it.Authors = authors(e.Author, "")
	}
	if e.Language != doc.Language {
		it.Language = e.Language
	}
	for _, t := range e.Terms(doc.Home) {
		it.Tags = append(it.Tags, t.Word)
	}
	return it
}
