package webfeed

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	jf "github.com/mmcdole/gofeed/json"

	"marquee/internal/domain"
	"marquee/internal/soup"
)

// jsonExtension is the extension "_film" of an item in a JSON Feed: the film it
// is about and where it can be seen.
type jsonExtension struct {
	Title     string         `json:"title"`
	Year      int            `json:"year"`
	Directors []string       `json:"directors"`
	Rating    *domain.Rating `json:"rating"`
	Watch     []struct {
		Service string            `json:"service"`
		Kind    domain.PickAccess `json:"kind"`
		Region  string            `json:"region"`
		Leaves  string            `json:"leaves"`
		URL     string            `json:"url"`
	} `json:"watch"`
	TMDB json.RawMessage `json:"tmdb_id"` // a number or a string
	IMDB string          `json:"imdb_id"`
}

// jsonFilm reads "_film". An extension of another shape says nothing, as JSON
// Feed 1.1 asks of readers that do not know it.
func jsonFilm(raw json.RawMessage, it *jf.Item, base *url.URL) about {
	var item struct {
		Film *jsonExtension `json:"_film"`
	}
	if err := json.Unmarshal(raw, &item); err != nil || item.Film == nil || soup.Line(item.Film.Title) == "" {
		return about{}
	}
	x := item.Film
	film := &domain.Film{
		Title: soup.Line(x.Title), Year: x.Year, Directors: names(x.Directors),
		TMDB: digits(strings.Trim(string(x.TMDB), `"`)), IMDB: imdb(x.IMDB),
	}
	if x.Rating != nil && x.Rating.Valid() {
		film.Rating = x.Rating
	}
	a := about{film: film}
	for _, w := range x.Watch {
		p := domain.Pick{
			Title: film.Title, Year: film.Year, Directors: film.Directors, Rating: film.Rating, TMDB: film.TMDB, IMDB: film.IMDB,
			Service: soup.Line(w.Service), Region: soup.Line(w.Region), URL: soup.Absolute(base, firstOf(w.URL, it.ExternalURL)),
			Why: soup.ResolveLinks(base, firstOf(it.ContentHTML, soup.Paragraphs(it.ContentText))),
		}
		if slices.Contains(domain.PickAccesses(), w.Kind) {
			p.Access = w.Kind
		}
		if day, err := domain.ParseDate(w.Leaves); err == nil {
			p.Leaves = day
		}
		a.picks, a.kind = append(a.picks, p), domain.Picks
	}
	return a
}

func imdb(id string) string {
	if rest, ok := strings.CutPrefix(id, "tt"); ok && digits(rest) != "" {
		return id
	}
	return ""
}
