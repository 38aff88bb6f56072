package gather

import (
	"slices"
	"strings"
	"time"

	"marquee/internal/domain"
	"marquee/internal/sanitize"
)

// Bounds of what a stranger may say of one piece.
const (
	maxPeople = 50
	maxPicks  = 100
)

// film is what can be believed of what a source says of a film.
func film(f *domain.Film, best float64) *domain.Film {
	if f == nil {
		return nil
	}
	clean := &domain.Film{
		Title: oneLine(f.Title), Year: year(f.Year),
		Directors: people(f.Directors), Writers: people(f.Writers), Cast: people(f.Cast), Genres: people(f.Genres),
		Runtime: max(f.Runtime.Truncate(time.Minute), 0), ContentRating: oneLine(f.ContentRating), Released: f.Released,
		Rating: rating(f.Rating, best), Poster: image(f.Poster), Still: image(f.Still),
		TMDB: id(f.TMDB, ""), IMDB: id(f.IMDB, "tt"),
	}
	return clean
}

// picks are a piece's picks with their reasons made publishable. One without a
// title is none.
func (r *round) picks(told []domain.Pick, at string) []domain.Pick {
	var all []domain.Pick
	for _, p := range told[:min(len(told), maxPicks)] {
		p.Title, p.Service, p.Region = oneLine(p.Title), oneLine(p.Service), oneLine(p.Region)
		if p.Title == "" {
			continue
		}
		if !slices.Contains(domain.PickAccesses(), p.Access) {
			p.Access = ""
		}
		p.Year, p.Directors, p.Why = year(p.Year), people(p.Directors), r.clean().HTML(p.Why, at)
		p.Rating, p.Image = rating(p.Rating, r.rules.best), image(p.Image)
		p.URL, p.Review = address(p.URL), address(p.Review)
		p.TMDB, p.IMDB = id(p.TMDB, ""), id(p.IMDB, "tt")
		all = append(all, p)
	}
	return all
}

// rating is a rating on a scale that makes sense; bare stars are out of best.
func rating(r *domain.Rating, best float64) *domain.Rating {
	if r == nil {
		return nil
	}
	clean := *r
	if clean.Best == 0 {
		clean.Best = best
	}
	if !clean.Valid() {
		return nil
	}
	return &clean
}

func image(img *domain.Image) *domain.Image {
	if img == nil || address(img.URL) == "" {
		return nil
	}
	return &domain.Image{
		URL: address(img.URL), Type: oneLine(img.Type), Alt: sanitize.Title(img.Alt),
		Width: max(img.Width, 0), Height: max(img.Height, 0),
	}
}

// oneLine is a stranger's text as a line of plain text.
func oneLine(s string) string { return sanitize.Title(s) }

func people(names []string) []string {
	var all []string
	for _, name := range names[:min(len(names), maxPeople)] {
		if name = oneLine(name); name != "" {
			all = append(all, name)
		}
	}
	return all
}

// year is a year in which there were films, or will be; 0 for any other.
func year(y int) int {
	if y < 1870 || y > 2199 {
		return 0
	}
	return y
}

// id is an identifier made of a prefix and digits; "" for anything else.
func id(s, prefix string) string {
	digits, ok := strings.CutPrefix(s, prefix)
	if !ok || digits == "" || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	return s
}
