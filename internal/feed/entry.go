package feed

import (
	"cmp"
	"strings"
	"time"

	"marquee/internal/domain"
	"marquee/internal/entitle"
)

// How much plain text stands for an item in lists, in bytes.
const (
	summaryLength = 300
	titleLength   = 80
)

// entry is the choice's item as the audience may see it.
func (v *view) entry(c choice) Entry {
	it := c.item
	e := Entry{
		ID: it.ID.URN(), URL: it.URL, Author: cmp.Or(it.Author, v.Publication.Author), Language: it.Language,
		Tags: it.Tags, Kind: it.Kind, Series: it.Series, Film: v.film(it), Source: v.source(it),
		Published: v.published(it), Updated: v.updated(c),
	}
	cover := v.cover(it)
	text := it.Teaser
	if c.access.Level == entitle.Full {
		text = cmp.Or(it.Body, it.Teaser)
		e.Picks = v.picks(it)
		cover = cmp.Or(cover, v.pickCover(it))
	}
	e.Image, e.Thumbnail = v.shown(it, cover, coverWidth), v.shown(it, cover, thumbnailWidth)
	e.Summary = cmp.Or(excerpt(cmp.Or(it.Teaser, text), summaryLength), pickTitles(e.Picks))
	e.Title = v.title(it, e.Summary)
	e.HTML = v.html(c, &e, v.text(it, text))
	return e
}

// title is what stands in a reader's list. A piece without a title is called by
// its film, its first words or its kind.
func (v *view) title(it *domain.Item, summary string) string {
	named := *it
	if strings.TrimSpace(named.Title) == "" {
		named.Title = cmp.Or(filmTitle(it), shorten(summary, titleLength), strings.ToUpper(noun(it.Kind)[:1])+noun(it.Kind)[1:])
	}
	return v.Titles.of(&named)
}

// source is where the item comes from, nil when the feed holds nothing else or
// nobody said.
func (v *view) source(it *domain.Item) *Source {
	credit := v.Credits[it.Source]
	if credit.URL == "" || len(v.Items.Sources) == 1 {
		return nil
	}
	return &Source{Title: credit.Title, URL: credit.URL}
}

func filmTitle(it *domain.Item) string {
	if it.Film == nil {
		return ""
	}
	return it.Film.Title
}

// rating is the critic's verdict, nil when there is none that makes sense.
func rating(it *domain.Item) *domain.Rating {
	if it.Film == nil || it.Film.Rating == nil || !it.Film.Rating.Valid() {
		return nil
	}
	return it.Film.Rating
}

// noun is what a sentence calls an item of a kind.
func noun(k domain.ItemKind) string {
	switch k {
	case domain.Review, domain.Essay, domain.List, domain.Poll, domain.Post:
		return string(k)
	case domain.Picks:
		return "selection"
	}
	return "piece"
}

// published is the item's date, or when it was found if it has none.
func (v *view) published(it *domain.Item) time.Time {
	return cmp.Or(it.Published, it.FirstPublished, it.FirstSeen)
}

// updated is when what the audience sees of the item last changed: its
// publication, a change since it was first seen, or the day it opened. Instants
// that lie ahead are not facts yet.
func (v *view) updated(c choice) time.Time {
	it := c.item
	t := cmp.Or(it.Published, it.FirstSeen)
	for _, at := range []time.Time{it.Changed, c.opened()} {
		if at.After(it.FirstSeen) && at.After(t) && !at.After(v.now) {
			t = at
		}
	}
	return t
}

// opened is when the whole of the item was opened to the audience, zero when that
// it is not open or there is nothing more to see.
func (c choice) opened() time.Time {
	it := c.item
	if c.access.Level != entitle.Full || it.Body == "" && len(it.Picks) == 0 {
		return time.Time{}
	}
	return latest(c.access.Since, it.Opened)
}

// arrival is when the item came into the feed, zero when that lies ahead.
func (v *view) arrival(c choice) time.Time {
	if c.item.FirstSeen.After(v.now) {
		return time.Time{}
	}
	return c.item.FirstSeen
}

// pickTitles names the films of a picks item.
func pickTitles(picks []domain.Pick) string {
	titles := make([]string, 0, len(picks))
	for _, p := range picks {
		titles = append(titles, p.Title)
	}
	return shorten(strings.Join(titles, ", "), summaryLength)
}
