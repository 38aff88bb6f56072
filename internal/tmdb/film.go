package tmdb

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"marquee/internal/domain"
)

// Film is what TMDB tells of one film.
type Film struct {
	Facts    domain.Film // without a rating and pictures, and without what differs by region
	Original string      // its title in its own language
	// Regions are what differs, by region; those that were asked for and known.
	Regions map[string]Region
}

// Region is what a film is in one region.
type Region struct {
	ContentRating string      // "PG-13"
	Released      domain.Date // in theaters
	// Link is TMDB's page on where to watch it there.
	Link     string
	Services []domain.Service
}

const (
	maxCast     = 10
	maxPeople   = 10
	maxGenres   = 5
	maxServices = 12
	maxMinutes  = 60 * 24
)

// film is the answer as it comes.
type film struct {
	ID        int64  `json:"id"`
	IMDB      string `json:"imdb_id"`
	Title     string `json:"title"`
	Original  string `json:"original_title"`
	Released  string `json:"release_date"`
	Minutes   int    `json:"runtime"`
	Genres    []name `json:"genres"`
	Providers struct {
		Results map[string]offers `json:"results"`
	} `json:"watch/providers"`
	Dates struct {
		Results []releases `json:"results"`
	} `json:"release_dates"`
	Credits struct {
		Cast []name `json:"cast"`
		Crew []name `json:"crew"`
	} `json:"credits"`
}

// name is whatever has one.
type name struct {
	Name  string `json:"name"`
	Job   string `json:"job"`
	Order int    `json:"order"`
}

// Film asks for one film, with its credits, and what it is in some regions:
// domain.ErrNotFound when there is none of that id.
func (c *Client) Film(ctx context.Context, id string, regions []string) (Film, error) {
	op := "read film " + id
	var f film
	if err := c.get(ctx, op, "/movie/"+url.PathEscape(id), url.Values{
		"append_to_response": {"watch/providers,release_dates,credits"}, "language": {c.cfg.Language},
	}, &f); err != nil {
		return Film{}, err
	}
	if strconv.FormatInt(f.ID, 10) != id {
		return Film{}, c.api.Named(op, fmt.Errorf("%w answer: it is about another film", domain.ErrInvalid))
	}
	told := Film{Facts: f.facts(), Original: line(f.Original), Regions: map[string]Region{}}
	for _, code := range regions {
		if r := f.region(code); r.ContentRating != "" || !r.Released.IsZero() || len(r.Services) > 0 {
			told.Regions[code] = r
		}
	}
	return told, nil
}

func (f *film) facts() domain.Film {
	facts := domain.Film{
		TMDB: strconv.FormatInt(f.ID, 10), IMDB: imdb(f.IMDB), Title: line(f.Title), Year: date(f.Released).Year,
		Genres: lines(maxGenres, names(f.Genres)...), Directors: f.crew("Director"), Writers: f.crew("Screenplay", "Writer"),
	}
	if f.Minutes > 0 && f.Minutes <= maxMinutes {
		facts.Runtime = time.Duration(f.Minutes) * time.Minute
	}
	slices.SortStableFunc(f.Credits.Cast, func(a, b name) int { return cmp.Compare(a.Order, b.Order) })
	facts.Cast = lines(maxCast, names(f.Credits.Cast)...)
	return facts
}

// crew are those who did one of some jobs.
func (f *film) crew(jobs ...string) []string {
	var all []string
	for _, n := range f.Credits.Crew {
		if slices.Contains(jobs, n.Job) {
			all = append(all, n.Name)
		}
	}
	return lines(maxPeople, all...)
}

func names(all []name) []string {
	texts := make([]string, len(all))
	for i, n := range all {
		texts[i] = n.Name
	}
	return texts
}

// imdb is an id of IMDb's, "" for anything else.
func imdb(s string) string {
	digits, ok := strings.CutPrefix(s, "tt")
	if !ok || digits == "" || len(digits) > 12 || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	return s
}

// date is a day as TMDB writes it, "2024-09-13" or "2024-09-13T00:00:00.000Z";
// zero for anything else.
func date(s string) domain.Date {
	if len(s) < len(time.DateOnly) {
		return domain.Date{}
	}
	d, err := domain.ParseDate(s[:len(time.DateOnly)])
	if err != nil || d.Year < 1870 || d.Year > 2199 {
		return domain.Date{}
	}
	return d
}
