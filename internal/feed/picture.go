package feed

import (
	"cmp"

	"marquee/internal/domain"
	"marquee/internal/sanitize"
)

// How broad images are, in pixels: readers' columns are no broader.
const (
	coverWidth     = 1280
	pickWidth      = 320
	thumbnailWidth = 320
)

// shown is what readers get of one of an item's images; nil for none.
func (v *view) shown(it *domain.Item, img *domain.Image, width int) *domain.Image {
	if v.Images != nil && img != nil {
		return v.Images(img)
	}
	return it.Print(img, v.Publication.Server, width)
}

// cover is the image that stands for the item. A poster that does not say what it
// shows is the poster of its film.
func (v *view) cover(it *domain.Item) *domain.Image {
	for _, img := range it.Covers() {
		if v.shown(it, img, coverWidth) == nil {
			continue
		}
		if it.Film != nil && it.Film.Title != "" && it.Film.Poster == img {
			return described(img, it.Film.Title)
		}
		return img
	}
	return nil
}

// pickCover is the first image of a picks item's films.
func (v *view) pickCover(it *domain.Item) *domain.Image {
	for i := range it.Picks {
		if p := &it.Picks[i]; v.shown(it, p.Image, coverWidth) != nil {
			return described(p.Image, p.Title)
		}
	}
	return nil
}

// described is a film's poster, which says that it is.
func described(img *domain.Image, title string) *domain.Image {
	if img == nil {
		return nil
	}
	poster := *img
	poster.Alt = cmp.Or(poster.Alt, "Poster for "+title)
	return &poster
}

// film is the item's film with the images that are shown.
func (v *view) film(it *domain.Item) *domain.Film {
	if it.Film == nil {
		return nil
	}
	film := *it.Film
	film.Poster, film.Still = v.shown(it, film.Poster, coverWidth), v.shown(it, film.Still, coverWidth)
	return &film
}

// picks are the item's picks with the images that are shown.
func (v *view) picks(it *domain.Item) []domain.Pick {
	var picks []domain.Pick
	for _, p := range it.Picks {
		picks = append(picks, v.shownPick(it, p))
	}
	return picks
}

func (v *view) shownPick(it *domain.Item, p domain.Pick) domain.Pick {
	p.Image, p.Why = v.shown(it, described(p.Image, p.Title), pickWidth), v.text(it, p.Why)
	return p
}

// text is one of the item's texts with the images that are shown.
func (v *view) text(it *domain.Item, html string) string {
	return sanitize.Images(html, func(address string) *domain.Image {
		return v.shown(it, &domain.Image{URL: address}, coverWidth)
	})
}
