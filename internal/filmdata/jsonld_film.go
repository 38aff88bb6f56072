package filmdata

import (
	"cmp"

	"marquee/internal/domain"
)

// linkedFilm reads schema.org's Movie.
func (p *page) linkedFilm(g *graph, movie node) *domain.Film {
	created, published := plain(movie["dateCreated"]), plain(movie["datePublished"])
	film := &domain.Film{
		Title:         text(plain(movie["name"])),
		Year:          cmp.Or(year(created), year(published)),
		Released:      cmp.Or(released(published), released(created)),
		Directors:     g.names(movie["director"], movie["directors"]),
		Writers:       g.names(movie["author"], movie["creator"]),
		Cast:          g.names(movie["actor"], movie["actors"]),
		Genres:        g.names(movie["genre"]),
		Runtime:       runtime(plain(movie["duration"])),
		ContentRating: certificate(plain(movie["contentRating"])),
		Poster:        p.linkedImage(g, movie["image"]),
	}
	for _, value := range []any{movie["sameAs"], movie["url"], movie["@id"]} {
		elements, ok := value.([]any)
		if !ok {
			elements = []any{value}
		}
		for _, e := range elements {
			identify(film, plain(e))
		}
	}
	return film
}

// linkedImage is an address, an ImageObject, a reference to one, or a list of
// those.
func (p *page) linkedImage(g *graph, value any) *domain.Image {
	if n := g.one(value); n != nil {
		address := p.absolute(cmp.Or(plain(n["url"]), plain(n["contentUrl"])))
		if address == "" {
			return nil
		}
		return &domain.Image{
			URL: address, Width: pixels(plain(n["width"])), Height: pixels(plain(n["height"])), Alt: text(plain(n["caption"])),
		}
	}
	if address := p.absolute(plain(value)); address != "" {
		return &domain.Image{URL: address}
	}
	return nil
}
