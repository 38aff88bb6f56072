package filmdata

import (
	"strings"

	"github.com/PuerkitoBio/goquery"

	"marquee/internal/domain"
)

// labelled reads the block of a review that names the film's facts: a list or a
// table of labels with their values. It is about a film when it names a
// director or a runtime.
func (p *page) labelled() *domain.Film {
	film := &domain.Film{}
	p.doc.Find("dl dt, table th").Each(func(_ int, label *goquery.Selection) {
		value := label.NextFiltered("dd, td")
		if value.Length() == 0 {
			return
		}
		values := value.AddSelection(label.NextUntil("dt, th").Filter("dd")).Map(func(_ int, s *goquery.Selection) string { return s.Text() })
		fill(film, strings.ToLower(strings.TrimRight(text(label.Text()), ": ")), values)
	})
	if len(film.Directors) == 0 && film.Runtime == 0 {
		return nil
	}
	if film.Year == 0 {
		film.Year = film.Released.Year
	}
	return film
}

func fill(film *domain.Film, label string, values []string) {
	switch label {
	case "director", "directors", "directed by":
		film.Directors = list(values...)
	case "writer", "writers", "written by", "screenplay", "screenplay by":
		film.Writers = list(values...)
	case "cast", "starring", "actors":
		film.Cast = list(values...)
	case "genre", "genres":
		film.Genres = list(values...)
	case "rated", "mpaa rating", "certificate":
		film.ContentRating = certificate(first(values))
	case "runtime", "running time", "length":
		film.Runtime = runtime(first(values))
	case "release date", "released", "in theaters":
		film.Released = released(first(values))
	case "year":
		film.Year = year(first(values))
	}
}
