package feed

import (
	"cmp"
	"path"
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
		Tags: it.Tags, Kind: it.Kind, Series: it.Series, Film: it.Film, Image: picture(it),
		Published: it.Published, Updated: v.updated(c),
	}
	text := it.Teaser
	if c.access.Level == entitle.Full {
		text = cmp.Or(it.Body, it.Teaser)
		e.Picks = it.Picks
		e.Image = cmp.Or(e.Image, pickImage(it.Picks))
	}
	e.Summary = cmp.Or(excerpt(cmp.Or(it.Teaser, text), summaryLength), pickTitles(e.Picks))
	e.Title = title(it, e.Summary)
	e.HTML = v.html(c, text)
	return e
}

// title is what stands in a reader's list: series, title and stars. A piece
// without a title is called by its film, its first words or its kind.
func title(it *domain.Item, summary string) string {
	named := *it
	if strings.TrimSpace(named.Title) == "" {
		named.Title = cmp.Or(filmTitle(it), shorten(summary, titleLength), strings.ToUpper(noun(it.Kind)[:1])+noun(it.Kind)[1:])
	}
	if r := rating(it); r != nil {
		return named.FullTitle() + " " + r.Stars()
	}
	return named.FullTitle()
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

// updated is when what the audience sees of the item last changed: its
// publication, a change since it was first seen, or the day it opened. Instants
// that lie ahead are not facts yet.
func (v *view) updated(c choice) time.Time {
	it := c.item
	t := cmp.Or(it.Published, it.FirstSeen)
	opened := c.access.Since
	if it.Exclusive && it.Body == "" && len(it.Picks) == 0 {
		opened = time.Time{} // there is nothing more to see
	}
	for _, at := range []time.Time{it.Changed, it.Opened, opened} {
		if at.After(it.FirstSeen) && at.After(t) && !at.After(v.now) {
			t = at
		}
	}
	return t
}

// arrival is when the item came into the feed, zero when that lies ahead.
func (v *view) arrival(c choice) time.Time {
	if c.item.FirstSeen.After(v.now) {
		return time.Time{}
	}
	return c.item.FirstSeen
}

// picture is the item's image with what can be known without fetching it. A
// poster that does not say what it shows is the poster of its film.
func picture(it *domain.Item) *domain.Image {
	found := it.Picture()
	if found == nil || address(found.URL) == "" {
		return nil
	}
	img := *found
	img.Type = cmp.Or(img.Type, imageType(img.URL))
	if it.Film != nil && it.Film.Title != "" && it.Film.Poster == found {
		img.Alt = cmp.Or(img.Alt, "Poster for "+it.Film.Title)
	}
	return &img
}

// pickImage is the first image that a picks item shows.
func pickImage(picks []domain.Pick) *domain.Image {
	for _, p := range picks {
		if p.Image != nil && address(p.Image.URL) != "" {
			img := *p.Image
			img.Type, img.Alt = cmp.Or(img.Type, imageType(img.URL)), cmp.Or(img.Alt, "Poster for "+p.Title)
			return &img
		}
	}
	return nil
}

// imageType is the media type that an image's address suggests, "" when none
// does. The table is our own: the system's differs between machines.
func imageType(addr string) string {
	addr, _, _ = strings.Cut(addr, "?")
	switch strings.ToLower(path.Ext(addr)) {
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".png":
		return "image/png"
	case ".webp":
		return "image/webp"
	case ".gif":
		return "image/gif"
	case ".avif":
		return "image/avif"
	}
	return ""
}

// pickTitles names the films of a picks item.
func pickTitles(picks []domain.Pick) string {
	titles := make([]string, 0, len(picks))
	for _, p := range picks {
		titles = append(titles, p.Title)
	}
	return shorten(strings.Join(titles, ", "), summaryLength)
}
