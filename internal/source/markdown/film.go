package markdown

import (
	"strconv"
	"strings"
	"time"

	"marquee/internal/domain"
)

// film is the front matter's group of that name; nil when there is none.
func (w writer) film(f *fields) *domain.Film {
	e, there := f.get("film")
	if !there {
		return nil
	}
	g, ok := f.group("film")
	if !ok {
		w.wrongf(e.line, "film: it needs its keys, like title: and year:, on lines of their own")
		return nil
	}
	film := &domain.Film{
		Year: g.year("year"), Directors: g.texts("directors", "director"), Writers: g.texts("writers", "writer"),
		Cast: g.texts("cast"), Genres: g.texts("genres", "genre"), Runtime: g.runtime("runtime"),
		Released: g.date("released"), Rating: g.rating("rating"), Poster: g.image("poster"), Still: g.image("still"),
		TMDB: g.id("tmdb", ""), IMDB: g.id("imdb", "tt"),
	}
	film.Title, _ = g.title()
	film.ContentRating, _ = g.text("content_rating")
	g.warnUnknown()
	return film
}

// runtime is a film's length in whole minutes: 98, 98 min., 1h 38m or 1:38.
func (f *fields) runtime(name string) time.Duration {
	s, line := f.text(name)
	if s == "" {
		return 0
	}
	minutes, ok := parseMinutes(s)
	if !ok {
		f.wrongf(line, "%s: %q is no length: write 98 min. or 1h 38m", name, s)
	}
	return time.Duration(minutes) * time.Minute
}

func parseMinutes(s string) (int, bool) {
	const most = 60 * 1000 // the longest film yet runs 857 hours
	units := strings.NewReplacer(" ", "", "minutes", "m", "minute", "m", "mins", "m", "min", "m", ":", "h")
	s = strings.TrimSuffix(strings.TrimRight(units.Replace(strings.ToLower(s)), "."), "m")
	hours, minutes, long := strings.Cut(s, "h")
	if !long {
		hours, minutes = "0", s
	}
	if minutes == "" && long {
		minutes = "0"
	}
	h, errH := strconv.Atoi(hours)
	m, errM := strconv.Atoi(minutes)
	if errH != nil || errM != nil || h < 0 || m < 0 || h > most || m > most {
		return 0, false
	}
	all := h*60 + m
	return all, all > 0 && all <= most
}
