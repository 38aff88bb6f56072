// Package dates reads dates as strangers write them, in feeds and on pages.
package dates

import (
	"strconv"
	"strings"
	"time"
)

// longest is how many bytes a date has at most; more is prose.
const longest = 128

// Parse reads a date as feeds and pages write it, in UTC. The zero time means
// that it cannot be read for certain: an unknown zone or a day like 02/03/2026
// is not guessed at. A date without a zone is local to zone; of a range it is
// the beginning that counts.
func Parse(s string, zone *time.Location) time.Time {
	if len(s) > 4*longest {
		return time.Time{}
	}
	s = strings.Join(strings.Fields(s), " ")
	for _, layout := range []string{time.RFC1123Z, "Mon, 02 Jan 2006 15:04:05 GMT", time.RFC3339} { // what nearly all write
		if at, err := time.Parse(layout, s); err == nil {
			return usable(at)
		}
	}
	if s = plain(s); s == "" || len(s) > longest {
		return time.Time{}
	}
	if at, ok := epoch(s); ok {
		return usable(at)
	}
	s = beginning(s)
	if d, ok := isoDate(s, zone); ok {
		return usable(d.time())
	}
	d := parts{zone: zone}
	if !d.addAll(s) {
		return time.Time{}
	}
	return usable(d.time())
}

// usable is at as we keep times. Years that only a program's zero value has
// are none.
func usable(at time.Time) time.Time {
	if at = at.UTC().Truncate(time.Microsecond); at.Year() < 1000 || at.Year() > 2999 {
		return time.Time{}
	}
	return at
}

// plain folds what only looks different: dashes, wide digits and punctuation,
// spaces after the dots of "2026. 11. 20.".
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '：':
			return ':'
		case r == '\u2010' || r == '\u2011' || r == '\u2212': // hyphens and minus
			return '-'
		case r == '\u2013' || r == '\u2014':
			return '–'
		case r == '\u200e' || r == '\u200f' || r == '\ufeff':
			return -1
		}
		return r
	}, s)
	if len(s) > 5 && s[4] == '.' && number(s[:4]) > 0 {
		s = strings.TrimSuffix(strings.ReplaceAll(s, ". ", "."), ".")
	}
	return s
}

// epoch reads seconds or milliseconds since 1970 that cannot be a date written
// without separators.
func epoch(s string) (time.Time, bool) {
	n := number(s)
	switch {
	case len(s) == 10 && s[0] == '1' && n > 0:
		return time.Unix(int64(n), 0), true
	case len(s) == 13 && s[0] == '1' && n > 0:
		return time.UnixMilli(int64(n)), true
	}
	return time.Time{}, false
}

// beginning is what stands before the dash of a range. A dash before a time of
// day only parts it from the date.
func beginning(s string) string {
	for _, dash := range []string{" – ", " - ", " to ", "–"} {
		before, after, found := strings.Cut(s, dash)
		first, _, _ := strings.Cut(after, " ")
		switch {
		case found && strings.Contains(first, ":"):
			return before + " " + after
		case found:
			return before
		}
	}
	if from, to, found := strings.Cut(s, "/"); found && strings.Count(from, "-") == 2 && strings.Count(to, "-") == 2 {
		return from // ISO 8601-1 §5.5: an interval
	}
	return s
}

// number is s if it is nothing but ASCII digits, else -1.
func number(s string) int {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return -1
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}
