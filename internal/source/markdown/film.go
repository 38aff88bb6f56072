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
	s = strings.ToLower(strings.ReplaceAll(s, " ", ""))
	s = strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(strings.TrimRight(s, "."), "s"), "inute"), ".")
	s = strings.TrimSuffix(strings.TrimSuffix(s, "in"), "m")
	hours, minutes, long := strings.Cut(strings.Replace(s, ":", "h", 1), "h")
	if !long {
		hours, minutes = "0", s
	}
	if minutes == "" && long {
		minutes = "0"
	}
	h, errH := strconv.ParseUint(hours, 10, 16)
	m, errM := strconv.ParseUint(minutes, 10, 16)
	all := int(h*60 + m) //nolint:gosec // two 16-bit numbers
	return all, errH == nil && errM == nil && all > 0 && all <= most
}
