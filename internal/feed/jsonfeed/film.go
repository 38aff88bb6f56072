package jsonfeed

import (
	"strconv"

	"marquee/internal/domain"
)

// Where the words of the extensions are defined.
const (
	aboutFilm  = "https://schema.org/Movie"
	aboutPicks = "https://schema.org/WatchAction"
)

// film is the extension _film: the film that an item is about. Its members are
// schema.org's of a Movie in JSON Feed's spelling; runtime is in minutes, dates
// are YYYY-MM-DD, members that are not known are left out.
type film struct {
	About         string   `json:"about"`
	Title         string   `json:"title,omitempty"`
	Year          int      `json:"year,omitempty"`
	Directors     []string `json:"directors,omitempty"`
	Writers       []string `json:"writers,omitempty"`
	Cast          []string `json:"cast,omitempty"`
	Genres        []string `json:"genres,omitempty"`
	Minutes       int      `json:"runtime,omitempty"`
	ContentRating string   `json:"content_rating,omitempty"`
	Released      string   `json:"released,omitempty"`
	Rating        *rating  `json:"rating,omitempty"` // the critic's own
	Poster        string   `json:"poster,omitempty"`
	Still         string   `json:"still,omitempty"`
	TMDB          int      `json:"tmdb_id,omitempty"`
	IMDB          string   `json:"imdb_id,omitempty"`
	Watch         []watch  `json:"watch,omitempty"`
	Credits       []string `json:"credits,omitempty"` // owed to a film database for members here; to be shown
}

// watch is where a film can be watched in one region.
type watch struct {
	Region   string    `json:"region"` // ISO 3166-1 alpha-2
	URL      string    `json:"url,omitempty"`
	Services []service `json:"services"`
}

type service struct {
	Name   string `json:"name"`
	Access string `json:"access"` // as of a pick
}

type rating struct {
	Value float64 `json:"value"`
	Best  float64 `json:"best"`
	Worst float64 `json:"worst,omitempty"`
}

// picks is the extension _picks: the films that an item recommends, in its
// order.
type picks struct {
	About string `json:"about"`
	Films []pick `json:"films"`
}

// pick is one recommendation: where a film can be seen, how and until when, and
// why it should be. Why is HTML.
type pick struct {
	Title     string   `json:"title"`
	Year      int      `json:"year,omitempty"`
	Directors []string `json:"directors,omitempty"`
	Rating    *rating  `json:"rating,omitempty"`
	Service   string   `json:"service,omitempty"`
	Access    string   `json:"access,omitempty"` // subscription, free, ads, rent, buy, theaters
	Region    string   `json:"region,omitempty"` // ISO 3166-1 alpha-2
	URL       string   `json:"url,omitempty"`
	From      string   `json:"from,omitempty"`
	Leaves    string   `json:"leaves,omitempty"`
	Why       string   `json:"why,omitempty"`
	Review    string   `json:"review,omitempty"`
	Image     string   `json:"image,omitempty"`
	TMDB      int      `json:"tmdb_id,omitempty"`
	IMDB      string   `json:"imdb_id,omitempty"`
	Watch     []watch  `json:"watch,omitempty"`
	Credits   []string `json:"credits,omitempty"` // as of a film
}

func newFilm(f *domain.Film) *film {
	if f == nil {
		return nil
	}
	return &film{
		About: aboutFilm, Title: f.Title, Year: f.Year, Directors: f.Directors, Writers: f.Writers,
		Cast: f.Cast, Genres: f.Genres, Minutes: int(f.Runtime.Minutes()), ContentRating: f.ContentRating,
		Released: f.Released.String(), Rating: newRating(f.Rating), Poster: imageURL(f.Poster),
		Still: imageURL(f.Still), TMDB: number(f.TMDB), IMDB: f.IMDB, Watch: newWatch(f.Watch), Credits: f.Credits(),
	}
}

func newPicks(all []domain.Pick) *picks {
	if len(all) == 0 {
		return nil
	}
	out := &picks{About: aboutPicks}
	for _, p := range all {
		out.Films = append(out.Films, pick{
			Title: p.Title, Year: p.Year, Directors: p.Directors, Rating: newRating(p.Rating),
			Service: p.Service, Access: string(p.Access), Region: p.Region, URL: p.URL,
			From: p.From.String(), Leaves: p.Leaves.String(), Why: p.Why, Review: p.Review,
			Image: imageURL(p.Image), TMDB: number(p.TMDB), IMDB: p.IMDB, Watch: newWatch(p.Watch), Credits: p.Credits(),
		})
	}
	return out
}

func newWatch(all []domain.Watch) []watch {
	var out []watch
	for _, w := range all {
		in := watch{Region: w.Region, URL: w.Link}
		for _, s := range w.Services {
			in.Services = append(in.Services, service{s.Name, string(s.Access)})
		}
		out = append(out, in)
	}
	return out
}

// newRating leaves out ratings that make no sense; NaN would be no JSON either.
func newRating(r *domain.Rating) *rating {
	if r == nil || !r.Valid() {
		return nil
	}
	return &rating{Value: r.Value, Best: r.Best, Worst: r.Worst}
}

func imageURL(img *domain.Image) string {
	if img == nil {
		return ""
	}
	return img.URL
}

// number is TMDB's numeric id, 0 when it is none.
func number(id string) int {
	n, err := strconv.Atoi(id)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
