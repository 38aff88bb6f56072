package feed

import (
	"cmp"
	"strings"
	"unicode"

	"github.com/google/uuid"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/entitle"
)

// parts are the entries that a choice becomes: itself, or, in a feed of picks, one
// for each film of an item that the audience may read. The item's teaser stands
// for films that it may not know of.
func (v *view) parts(c choice) []choice {
	if v.Entries != config.EntriesPicks {
		return []choice{c}
	}
	if len(c.item.Picks) > 0 && c.access.Level != entitle.Full {
		return []choice{c}
	}
	var parts []choice
	times := map[string]int{}
	for i := range c.item.Picks {
		part := c
		part.pick = &c.item.Picks[i]
		part.pickID = pickID(c.item.ID, part.pick, times)
		parts = append(parts, part)
	}
	return parts
}

// pickID is the IRI of one film of an item, for good, wherever it stands among the
// others. It is made from the title's letters: all else may be found out later.
func pickID(item domain.ItemID, p *domain.Pick, times map[string]int) string {
	key := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, p.Title)
	times[key]++
	space := uuid.NewSHA1(uuid.NameSpaceURL, []byte("marquee:pick"))
	return uuid.NewSHA1(space, []byte(string(item)+"\x00"+key+strings.Repeat("\x00", times[key]))).URN()
}

// pickEntry is one film as a piece of its own.
func (v *view) pickEntry(c choice) Entry {
	it, p := c.item, v.shownPick(c.item, *c.pick)
	film := &domain.Film{
		Title: p.Title, Year: p.Year, Directors: p.Directors, Rating: p.Rating, TMDB: p.TMDB, IMDB: p.IMDB,
		Poster: v.shown(it, described(c.pick.Image, p.Title), coverWidth), Supplement: p.Supplement,
	}
	alone := domain.Item{Title: pickTitle(&p), Kind: it.Kind, Film: film}
	e := Entry{
		ID: c.pickID, URL: cmp.Or(address(p.Review), address(it.URL), address(p.URL)), Title: v.Titles.of(&alone),
		Author: cmp.Or(it.Author, v.Publication.Author), Language: it.Language, Tags: it.Tags, Kind: it.Kind, Series: it.Series,
		Source: v.source(it), Film: film, Picks: []domain.Pick{p},
		Image: film.Poster, Thumbnail: v.shown(it, c.pick.Image, thumbnailWidth),
		Published: v.published(it), Updated: v.updated(c),
	}
	m := markup{dates: v.dates}
	if film.Poster != nil {
		m.cover(film.Poster)
	}
	m.facts(&alone)
	m.pickBody(&p, domain.DateOf(it.Published.In(v.zone())))
	m.credits(&e)
	e.HTML = m.b.String()
	e.Summary = excerpt(p.Why, summaryLength)
	return e
}

// pickTitle is "The Salt Ledger (2024) on Criterion Channel".
func pickTitle(p *domain.Pick) string {
	bare := *p
	bare.Directors = nil
	title := pickHeading(&bare)
	if p.Service != "" {
		title += " on " + p.Service
	}
	return title
}
