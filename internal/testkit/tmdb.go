package testkit

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// TMDBFilm is a film that the fake knows, in the API's own terms.
type TMDBFilm struct {
	ID        int64
	IMDB      string
	Title     string
	Original  string // the title by default
	Released  string // "2024-09-13"; may be empty
	Runtime   int
	Genres    []string
	Directors []string
	Writers   []string
	Cast      []string
	Adult     bool
	// Certified is its certification by region, of its release in theaters.
	Certified map[string]string
	// Watch are the services by region and by the API's key: "flatrate", "ads".
	Watch map[string]map[string][]string
}

// TMDB is a fake of TMDB's API v3: what Marquee asks of it, as strict as the real
// one. It is an http.Handler and an http.RoundTripper, safe for concurrent use.
type TMDB struct {
	Token     string // of version 4
	Key       string // of version 3
	PerSecond int    // questions that are answered; 0 is any number
	Now       func() time.Time

	mu     sync.Mutex
	films  []TMDBFilm
	asked  []string // "/search/movie?query=…", without keys
	recent []time.Time
	down   []http.HandlerFunc
}

// Add makes films known; one of an ID that is known replaces it.
func (t *TMDB) Add(films ...TMDBFilm) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, f := range films {
		t.films = slices.DeleteFunc(t.films, func(known TMDBFilm) bool { return known.ID == f.ID })
		if f.Original == "" {
			f.Original = f.Title
		}
		t.films = append(t.films, f)
	}
}

// Break answers the next questions otherwise, one after the other.
func (t *TMDB) Break(answers ...http.HandlerFunc) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.down = append(t.down, answers...)
}

// Asked are the questions since the last call, in their order.
func (t *TMDB) Asked() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	asked := t.asked
	t.asked = nil
	return asked
}

// RoundTrip implements http.RoundTripper.
func (t *TMDB) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	t.ServeHTTP(w, r)
	return w.Result(), nil
}

// ServeHTTP implements http.Handler.
func (t *TMDB) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	query := r.URL.Query()
	key := query.Get("api_key")
	query.Del("api_key")
	t.asked = append(t.asked, strings.TrimSuffix(r.URL.Path+"?"+query.Encode(), "?"))
	if len(t.down) > 0 {
		answer := t.down[0]
		t.down = t.down[1:]
		answer(w, r)
		return
	}
	path := strings.TrimPrefix(r.URL.Path, "/3")
	switch {
	case !t.known(r.Header.Get("Authorization"), key):
		TMDBRefusal(http.StatusUnauthorized, 7)(w, r)
	case t.crowded():
		w.Header().Set("Retry-After", "1")
		TMDBRefusal(http.StatusTooManyRequests, 25)(w, r)
	case path == "/search/movie":
		t.search(w, r)
	case strings.HasPrefix(path, "/find/"):
		t.find(w, r, strings.TrimPrefix(path, "/find/"))
	case strings.HasPrefix(path, "/movie/"):
		t.movie(w, r, strings.TrimPrefix(path, "/movie/"))
	default:
		TMDBRefusal(http.StatusNotFound, 34)(w, r)
	}
}

// TMDBRefusal is an answer that is none, with TMDB's own number for it.
func TMDBRefusal(status, code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		tmdbJSON(w, status, map[string]any{"success": false, "status_code": code, "status_message": "refused"})
	}
}

func tmdbJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // into a recorder or a client that went away
}

func (t *TMDB) known(header, key string) bool {
	return t.Token != "" && header == "Bearer "+t.Token || t.Key != "" && key == t.Key
}

// crowded reports whether too many have asked within a second.
func (t *TMDB) crowded() bool {
	if t.PerSecond == 0 {
		return false
	}
	now := t.Now()
	t.recent = slices.DeleteFunc(t.recent, func(at time.Time) bool { return now.Sub(at) >= time.Second })
	t.recent = append(t.recent, now)
	return len(t.recent) > t.PerSecond
}

const tmdbPage = 20

func (t *TMDB) search(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	page, err := strconv.Atoi(query.Get("page"))
	if query.Get("page") == "" {
		page, err = 1, nil
	}
	if err != nil || page < 1 || page > 500 {
		TMDBRefusal(http.StatusBadRequest, 22)(w, r)
		return
	}
	results := []map[string]any{}
	for _, f := range t.films {
		if f.found(query.Get("query")) && f.in(query.Get("primary_release_year")) && (!f.Adult || query.Get("include_adult") == "true") {
			results = append(results, f.brief())
		}
	}
	total := len(results)
	results = results[min((page-1)*tmdbPage, total):min(page*tmdbPage, total)]
	tmdbJSON(w, http.StatusOK, map[string]any{
		"page": page, "results": results, "total_pages": (total + tmdbPage - 1) / tmdbPage, "total_results": total,
	})
}

// found tells whether a search meets the film: each of its words begins one of a
// title, accents apart.
func (f *TMDBFilm) found(query string) bool {
	fold := func(s string) []string {
		bare := strings.Map(func(r rune) rune {
			if unicode.IsMark(r) {
				return -1
			}
			return unicode.ToLower(r)
		}, norm.NFKD.String(s))
		return strings.FieldsFunc(bare, func(r rune) bool { return strings.ContainsRune(" .,:;!?'’&-–", r) })
	}
	words := append(fold(f.Title), fold(f.Original)...)
	for _, want := range fold(query) {
		if !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, want) }) {
			return false
		}
	}
	return query != ""
}

func (f *TMDBFilm) in(year string) bool { return year == "" || strings.HasPrefix(f.Released, year) }

func (f *TMDBFilm) brief() map[string]any {
	return map[string]any{
		"adult": f.Adult, "backdrop_path": nil, "genre_ids": []int{}, "id": f.ID, "original_language": "en", "original_title": f.Original,
		"overview": "", "popularity": 1.5, "poster_path": nil, "release_date": f.Released, "title": f.Title, "video": false,
		"vote_average": 0, "vote_count": 0,
	}
}

func (t *TMDB) find(w http.ResponseWriter, r *http.Request, id string) {
	results := []map[string]any{}
	for _, f := range t.films {
		if r.URL.Query().Get("external_source") == "imdb_id" && f.IMDB == id {
			results = append(results, f.brief())
		}
	}
	empty := []any{}
	tmdbJSON(w, http.StatusOK, map[string]any{
		"movie_results": results, "person_results": empty, "tv_results": empty, "tv_episode_results": empty, "tv_season_results": empty,
	})
}

func (t *TMDB) movie(w http.ResponseWriter, r *http.Request, id string) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		TMDBRefusal(http.StatusNotFound, 6)(w, r)
		return
	}
	i := slices.IndexFunc(t.films, func(f TMDBFilm) bool { return f.ID == n })
	if i < 0 {
		TMDBRefusal(http.StatusNotFound, 34)(w, r)
		return
	}
	appended := strings.FieldsFunc(r.URL.Query().Get("append_to_response"), func(r rune) bool { return r == ',' })
	if len(appended) > 20 {
		TMDBRefusal(http.StatusBadRequest, 27)(w, r)
		return
	}
	f := &t.films[i]
	answer := f.brief()
	delete(answer, "genre_ids")
	answer["imdb_id"], answer["runtime"], answer["status"] = f.IMDB, f.Runtime, "Released"
	answer["genres"] = tmdbNames(f.Genres, "")
	parts := map[string]any{"watch/providers": f.providers(), "release_dates": f.releases(), "credits": f.credits()}
	for _, part := range appended {
		if v, ok := parts[part]; ok {
			answer[part] = v
		}
	}
	tmdbJSON(w, http.StatusOK, answer)
}

func tmdbNames(names []string, job string) []map[string]any {
	all := []map[string]any{}
	for i, n := range names {
		entry := map[string]any{"id": i + 1, "name": n, "order": i}
		if job != "" {
			entry["job"] = job
		}
		all = append(all, entry)
	}
	return all
}

func (f *TMDBFilm) credits() map[string]any {
	return map[string]any{
		"cast": tmdbNames(f.Cast, ""),
		"crew": slices.Concat(tmdbNames([]string{"Nobody Known"}, "Producer"), tmdbNames(f.Directors, "Director"), tmdbNames(f.Writers, "Screenplay")),
	}
}

func (f *TMDBFilm) providers() map[string]any {
	results := map[string]any{}
	for region, ways := range f.Watch {
		in := map[string]any{"link": "https://www.themoviedb.org/movie/" + strconv.FormatInt(f.ID, 10) + "/watch?locale=" + region}
		for way, services := range ways {
			offers := []map[string]any{}
			for i, s := range services {
				offers = append(offers, map[string]any{"logo_path": "/x.jpg", "provider_id": i + 1, "provider_name": s, "display_priority": i})
			}
			in[way] = offers
		}
		results[region] = in
	}
	return map[string]any{"results": results}
}

func (f *TMDBFilm) releases() map[string]any {
	results := []map[string]any{}
	for region, rating := range f.Certified {
		results = append(results, map[string]any{"iso_3166_1": region, "release_dates": []map[string]any{
			{"certification": "", "descriptors": []any{}, "iso_639_1": "", "note": "Festival", "release_date": "2020-01-01T00:00:00.000Z", "type": 1},
			{"certification": rating, "descriptors": []any{}, "iso_639_1": "", "note": "", "release_date": f.Released + "T00:00:00.000Z", "type": 3},
		}})
	}
	return map[string]any{"results": results}
}
