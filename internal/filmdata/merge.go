package filmdata

import (
	"cmp"

	"marquee/internal/domain"
)

// Merge fills in film, from other, what film does not say, and returns it. A
// rating without a scale gives way to one with a scale. Either may be nil;
// other is not changed and shares nothing with the result.
func Merge(film, other *domain.Film) *domain.Film {
	switch {
	case other == nil:
		return film
	case film == nil:
		film = &domain.Film{}
	}
	film.Title = cmp.Or(film.Title, other.Title)
	film.Year = cmp.Or(film.Year, other.Year)
	film.Runtime = cmp.Or(film.Runtime, other.Runtime)
	film.ContentRating = cmp.Or(film.ContentRating, other.ContentRating)
	film.Released = cmp.Or(film.Released, other.Released)
	film.TMDB = cmp.Or(film.TMDB, other.TMDB)
	film.IMDB = cmp.Or(film.IMDB, other.IMDB)
	for _, list := range []struct {
		into *[]string
		from []string
	}{
		{&film.Directors, other.Directors}, {&film.Writers, other.Writers}, {&film.Cast, other.Cast}, {&film.Genres, other.Genres},
	} {
		if len(*list.into) == 0 {
			*list.into = append([]string(nil), list.from...)
		}
	}
	mergeRating(film, other.Rating)
	film.Poster = mergeImage(film.Poster, other.Poster)
	film.Still = mergeImage(film.Still, other.Still)
	return film
}

func mergeRating(film *domain.Film, other *domain.Rating) {
	if other == nil || (film.Rating != nil && (film.Rating.Best > 0 || other.Best == 0)) {
		return
	}
	r := *other
	film.Rating = &r
}

func mergeImage(img, other *domain.Image) *domain.Image {
	switch {
	case other == nil:
		return img
	case img == nil:
		return clone(other)
	}
	describe(img, other)
	return img
}
