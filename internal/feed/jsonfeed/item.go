package jsonfeed

import (
	"cmp"

	"github.com/gorilla/feeds"

	"marquee/internal/domain"
	"marquee/internal/feed"
)

// item is one entry.
type item struct {
	*feeds.JSONItem
	ContentText *string      `json:"content_text,omitempty"`
	Published   string       `json:"date_published,omitempty"`
	Modified    string       `json:"date_modified,omitempty"`
	Language    string       `json:"language,omitempty"`
	Banner      string       `json:"banner_image,omitempty"`
	Attachments []attachment `json:"attachments,omitempty"`
	Film        *film        `json:"_film,omitempty"`
	Picks       *picks       `json:"_picks,omitempty"`
}

// attachment is something that belongs to an item: readers that show no image of
// an item itself show these.
type attachment struct {
	URL   string `json:"url"`
	Type  string `json:"mime_type"`
	Title string `json:"title,omitempty"`
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
		it.Attachments = attachments(e.Image)
	}
	if e.Film != nil && e.Film.Still != nil && e.Film.Still.URL != it.Image {
		it.Banner = e.Film.Still.URL
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

// attachments are the image, if it says what it is: an attachment must.
func attachments(img *domain.Image) []attachment {
	if img.Type == "" {
		return nil
	}
	return []attachment{{URL: img.URL, Type: img.Type, Title: img.Alt}}
}
