package filmdata

import (
	"html"
	"slices"
	"strconv"
	"strings"
	"time"

	"marquee/internal/domain"
)

// text is one line of plain text; SEO plugins escape their JSON once more.
func text(s string) string { return strings.Join(strings.Fields(html.UnescapeString(s)), " ") }

// runtime reads "PT1H38M", "98 min.", "1h 38m", "1 hr 38 min" and a bare number
// of minutes; 0 is none.
func runtime(s string) time.Duration {
	s = strings.ToLower(strings.ReplaceAll(text(s), " ", ""))
	iso := strings.HasPrefix(s, "p")
	if iso {
		s = strings.NewReplacer("pt", "", "p0dt", "").Replace(s)
	}
	minutes, found := 0, false
	for s != "" {
		n := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		if n < 0 {
			n = len(s)
		}
		value, err := strconv.Atoi(s[:n])
		if err != nil || value > 6000 {
			break
		}
		unit := strings.TrimLeft(s[n:], ".")
		switch {
		case strings.HasPrefix(unit, "h"):
			value *= 60
		case strings.HasPrefix(unit, "s"):
			value = (value + 30) / 60
		case unit != "" && !strings.HasPrefix(unit, "m"):
			return 0
		}
		minutes, found = minutes+value, true
		digit := strings.IndexFunc(unit, func(r rune) bool { return r >= '0' && r <= '9' })
		if digit < 0 {
			break
		}
		s = unit[digit:]
	}
	if !found || minutes > 6000 {
		return 0
	}
	return time.Duration(minutes) * time.Minute
}

// released reads a day: "2026-05-29", "2026-05-29T00:00:00Z", "May 29, 2026",
// "29 May 2026", "20260529". Anything else is no day.
func released(s string) domain.Date {
	s = text(s)
	if len(s) > len(time.DateOnly) && s[len(time.DateOnly)] == 'T' {
		s = s[:len(time.DateOnly)]
	}
	for _, layout := range []string{time.DateOnly, "January 2, 2006", "Jan 2, 2006", "Jan. 2, 2006", "2 January 2006", "2 Jan 2006", "20060102"} {
		if day, err := time.Parse(layout, s); err == nil {
			return domain.DateOf(day)
		}
	}
	return domain.Date{}
}

// year is the year that a date begins with: there were no films before 1874.
func year(s string) int {
	s = text(s)
	if len(s) < 4 || (len(s) > 4 && s[4] != '-') {
		return 0
	}
	n, err := strconv.Atoi(s[:4])
	if err != nil || n < 1874 || n > 2200 {
		return 0
	}
	return n
}

// certificate reads "PG-13", "Rated R", "MPAA PG-13 (language)".
func certificate(s string) string {
	s = text(s)
	for _, before := range []string{"Rated ", "MPAA "} {
		s = strings.TrimPrefix(s, before)
	}
	s, _, _ = strings.Cut(s, " (")
	if len(s) > 20 {
		return ""
	}
	return s
}

// rating is a verdict on a scale; schema.org's scale is one to five unless the
// page says otherwise.
func rating(value, best, worst string) *domain.Rating {
	number := func(s string, none float64) float64 {
		n, err := strconv.ParseFloat(strings.ReplaceAll(text(s), ",", "."), 64)
		if err != nil {
			return none
		}
		return n
	}
	r := domain.Rating{Value: number(value, -1), Best: number(best, 5), Worst: number(worst, 0), Step: 0.5}
	if worst == "" && best == "" {
		r.Worst = 1
	}
	if !r.Valid() {
		return nil
	}
	return &r
}

// identify takes the ids of a film out of an address of IMDb's or TMDB's.
func identify(film *domain.Film, address string) {
	for _, at := range []struct {
		host, path string
		id         *string
		prefix     string
	}{
		{"imdb.com/", "title/", &film.IMDB, "tt"},
		{"themoviedb.org/", "movie/", &film.TMDB, ""},
	} {
		_, rest, found := strings.Cut(address, at.host)
		_, rest, inPath := strings.Cut(rest, at.path)
		digits, ok := strings.CutPrefix(rest, at.prefix)
		n := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' })
		if n >= 0 {
			digits = digits[:n]
		}
		if found && inPath && ok && digits != "" && *at.id == "" {
			*at.id = at.prefix + digits
		}
	}
}

// list parts names that a page writes in one string, and drops repetitions.
func list(values ...string) []string {
	var out []string
	for _, v := range values {
		for name := range strings.SplitSeq(v, ",") {
			name = text(name)
			switch {
			case name == "" || slices.Contains(out, name):
			case len(out) > 0 && isSuffix(name): // Robert Downey, Jr.
				out[len(out)-1] += ", " + name
			default:
				out = append(out, name)
			}
		}
	}
	return out
}

func isSuffix(name string) bool {
	return slices.Contains([]string{"Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV"}, name)
}
