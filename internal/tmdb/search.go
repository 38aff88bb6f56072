package tmdb

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
)

// Candidate is a film that a search found.
type Candidate struct {
	ID       string // numeric
	Title    string // in the client's language
	Original string // in its own
	Year     int    // 0 when TMDB does not know
}

// maxPages is how many pages of a search are read.
const maxPages = 3

// found is one page of a search.
type found struct {
	Results []struct {
		ID       int64  `json:"id"`
		Title    string `json:"title"`
		Original string `json:"original_title"`
		Released string `json:"release_date"`
	} `json:"results"`
	TotalPages int `json:"total_pages"`
}

// Search finds films by their title among those that first came out in a year,
// best match first. whole is false when there are more than were read.
func (c *Client) Search(ctx context.Context, title string, year int) (all []Candidate, whole bool, err error) {
	op := fmt.Sprintf("search a film of %d", year)
	for page := 1; ; page++ {
		var f found
		if err := c.get(ctx, op, "/search/movie", url.Values{
			"query": {title}, "primary_release_year": {strconv.Itoa(year)}, "language": {c.cfg.Language},
			"include_adult": {"false"}, "page": {strconv.Itoa(page)},
		}, &f); err != nil {
			return nil, false, err
		}
		for _, r := range f.Results {
			if r.ID > 0 {
				all = append(all, Candidate{
					ID: strconv.FormatInt(r.ID, 10), Title: line(r.Title), Original: line(r.Original), Year: date(r.Released).Year,
				})
			}
		}
		if page >= f.TotalPages || len(f.Results) == 0 {
			return all, true, nil
		}
		if page == maxPages {
			return all, false, nil
		}
	}
}

// ByIMDB is the id of the film that IMDb calls so, "tt9900001"; empty when TMDB
// knows none.
func (c *Client) ByIMDB(ctx context.Context, imdb string) (string, error) {
	var f struct {
		Movies []struct {
			ID int64 `json:"id"`
		} `json:"movie_results"`
	}
	op := "find film " + imdb
	if err := c.get(ctx, op, "/find/"+url.PathEscape(imdb), url.Values{"external_source": {"imdb_id"}}, &f); err != nil {
		return "", err
	}
	if len(f.Movies) != 1 || f.Movies[0].ID <= 0 {
		return "", nil
	}
	return strconv.FormatInt(f.Movies[0].ID, 10), nil
}
