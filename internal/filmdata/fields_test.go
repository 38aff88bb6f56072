package filmdata_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/filmdata"
)

func TestFromFields(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fields map[string][]string
		want   *domain.Film
	}{
		"nothing":        {nil, nil},
		"empty values":   {map[string][]string{"rating": {""}, "runtime": {}, "cast": nil, "released": {""}, "title": {" "}}, nil},
		"unknown":        {map[string][]string{"budget": {"12"}}, nil},
		"unreadable":     {map[string][]string{"rating": {"good"}, "runtime": {"long"}, "released": {"soon"}, "year": {"20"}, "imdb": {"nm12"}}, nil},
		"bare rating":    {map[string][]string{"rating": {"3.5"}}, &domain.Film{Rating: &domain.Rating{Value: 3.5, Step: 0.5}}},
		"no stars":       {map[string][]string{"rating": {"0"}}, &domain.Film{Rating: &domain.Rating{Step: 0.5}}},
		"rating, scaled": {map[string][]string{"rating": {"★★★½/5"}}, &domain.Film{Rating: &domain.Rating{Value: 3.5, Best: 5, Step: 0.5}}},
		"compact day":    {map[string][]string{"released": {"20261120"}}, &domain.Film{Released: domain.Date{Year: 2026, Month: 11, Day: 20}}},
		"addresses":      {map[string][]string{"imdb": {"https://www.imdb.com/title/tt9900001/"}, "tmdb": {"https://www.themoviedb.org/movie/550-x"}}, &domain.Film{IMDB: "tt9900001", TMDB: "550"}},
		"all": {map[string][]string{
			"title": {"Paper &amp; Lanterns"}, "year": {"2026"}, "directors": {"Ines Vardo"}, "writers": {"A, B"}, "cast": {"Lio Marsh", "Petra Lund"},
			"genres": {"Drama"}, "runtime": {"98 min."}, "content_rating": {"Rated PG-13"}, "released": {"November 20, 2026"},
			"rating": {"3.5/4"}, "tmdb": {"550"}, "imdb": {"tt9900001"},
		}, &domain.Film{
			Title: "Paper & Lanterns", Year: 2026, Directors: []string{"Ines Vardo"}, Writers: []string{"A", "B"}, Cast: []string{"Lio Marsh", "Petra Lund"},
			Genres: []string{"Drama"}, Runtime: 98 * time.Minute, ContentRating: "PG-13", Released: domain.Date{Year: 2026, Month: 11, Day: 20},
			Rating: &domain.Rating{Value: 3.5, Best: 4, Step: 0.5}, TMDB: "550", IMDB: "tt9900001",
		}},
	} {
		if diff := cmp.Diff(c.want, filmdata.FromFields(c.fields)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		for field := range c.fields {
			if !slices.Contains(filmdata.FieldNames(), field) && name != "unknown" {
				t.Errorf("%s is no field's name", field)
			}
		}
	}
}
