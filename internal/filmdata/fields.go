package filmdata

import (
	"reflect"
	"strings"

	"marquee/internal/domain"
)

// FieldNames are the facts that FromFields knows.
func FieldNames() []string {
	return []string{
		"title", "year", "directors", "writers", "cast", "genres", "runtime", "content_rating", "released", "rating", "tmdb", "imdb",
	}
}

// FromFields reads facts that a site keeps under names, in words: "98 min.",
// "November 20, 2026", "★★★½". One value may hold several names. A rating that
// does not show its scale has none: Best is 0. What cannot be read is left out;
// it returns nil when nothing is left.
func FromFields(fields map[string][]string) *domain.Film {
	film := &domain.Film{}
	for name, values := range fields {
		said := text(first(values))
		switch name {
		case "title":
			film.Title = said
		case "content_rating":
			fill(film, "rated", values)
		case "rating":
			film.Rating = stars(said)
		case "tmdb":
			identify(film, "https://themoviedb.org/movie/"+said)
			identify(film, said)
		case "imdb":
			identify(film, "https://imdb.com/title/"+said)
			identify(film, said)
		default:
			fill(film, name, values)
		}
	}
	if reflect.ValueOf(film).Elem().IsZero() {
		return nil
	}
	return film
}

// stars is a rating as a critic writes it.
func stars(s string) *domain.Rating {
	const widest = 100 // the widest scale there is, to read the value by
	r, err := domain.ParseRating(s, widest)
	if err != nil {
		return nil
	}
	if !strings.Contains(s, "/") {
		r.Best = 0
	}
	return &r
}
