package webfeed

import (
	"strconv"
	"strings"
	"time"
)

// parseDate reads a date as feeds write it, in UTC. The zero time means that it
// cannot be read for certain: an unknown zone or a day like 02/03/2026 is not
// guessed at. A date without a zone is local to zone.
func parseDate(s string, zone *time.Location) time.Time {
	s = strings.Join(strings.Fields(s), " ")
	if at, ok := parseISO(s, zone); ok {
		return at
	}
	d := dateParts{zone: zone}
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r == ',' }) {
		if !d.add(word) {
			return time.Time{}
		}
	}
	return d.time()
}

// parseISO reads ISO 8601 as W3C-DTF, RFC 3339 and databases write it.
func parseISO(s string, zone *time.Location) (time.Time, bool) {
	if i := strings.LastIndexByte(s, ' '); i > 0 { // a zone by name: time.Parse takes any name for UTC
		if named, ok := parseZone(s[i+1:]); ok {
			s, zone = s[:i], named
		}
	}
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00",
		"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly,
	} {
		if at, err := time.ParseInLocation(layout, s, zone); err == nil {
			return at.UTC().Truncate(time.Microsecond), true
		}
	}
	return time.Time{}, false
}

// dateParts is a date in words, as in RFC 822 and its many misreadings:
// "Fri, 20 Nov 2026 15:36:36 +0000", "November 20, 2026 3:36 pm EST".
type dateParts struct {
	zone             *time.Location
	year, month, day int
	hour, minute     int
	second           int
	clock, zoned     bool
}

// add takes one word; false says that it cannot be understood.
func (d *dateParts) add(word string) bool {
	word = strings.Trim(word, ".")
	lower := strings.ToLower(word)
	switch {
	case lower == "" || lower == "de" || lower == "at":
		return true
	case strings.Contains(word, ":") && !isOffset(word):
		return d.addClock(lower)
	case lower == "am" || lower == "pm" || lower == "a.m" || lower == "p.m":
		return d.addHalf(lower[0] == 'p')
	case d.month == 0 && month(lower) != 0:
		d.month = month(lower)
		return true
	case strings.Count(word, "-") == 2: // RFC 850: 20-Nov-26
		for part := range strings.SplitSeq(word, "-") {
			if !d.add(part) {
				return false
			}
		}
		return true
	}
	if n, err := strconv.Atoi(word); err == nil && !isOffset(word) {
		return d.addNumber(n, len(word))
	}
	return d.addZone(word)
}

func (d *dateParts) addNumber(n, digits int) bool {
	switch {
	case d.day == 0 && digits <= 2:
		d.day = n
	case d.year == 0 && digits == 4:
		d.year = n
	case d.year == 0 && digits == 2: // RFC 2822 §4.3
		d.year = n + 1900
		if n < 50 {
			d.year = n + 2000
		}
	default:
		return false
	}
	return n > 0
}

func (d *dateParts) addClock(word string) bool {
	half := ""
	for _, suffix := range []string{"am", "pm"} {
		if cut, ok := strings.CutSuffix(word, suffix); ok {
			word, half = cut, suffix
		}
	}
	word, _, _ = strings.Cut(word, ".") // fractions
	parts := strings.Split(word, ":")
	if d.clock || len(parts) > 3 {
		return false
	}
	d.clock = true
	for i, field := range []*int{&d.hour, &d.minute, &d.second}[:len(parts)] {
		n, err := strconv.Atoi(parts[i])
		if err != nil || n < 0 || n > 60 {
			return false
		}
		*field = n
	}
	return half == "" || d.addHalf(half == "pm")
}

func (d *dateParts) addHalf(afternoon bool) bool {
	if !d.clock || d.hour < 1 || d.hour > 12 {
		return false
	}
	d.hour %= 12
	if afternoon {
		d.hour += 12
	}
	return true
}

// addZone takes a zone, or the name of a weekday, which says nothing that the
// date does not say.
func (d *dateParts) addZone(word string) bool {
	if d.day == 0 && d.month == 0 {
		return !strings.ContainsAny(word, "0123456789")
	}
	zone, ok := parseZone(word)
	if ok && (!d.zoned || word[0] == '(') {
		d.zone, d.zoned = zone, true
	}
	return ok
}

func (d *dateParts) time() time.Time {
	if d.year == 0 || d.month == 0 || d.day == 0 || d.hour > 24 || d.minute > 59 {
		return time.Time{}
	}
	day := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
	if day.Day() != d.day {
		return time.Time{} // 31 June
	}
	return time.Date(d.year, time.Month(d.month), d.day, d.hour, d.minute, d.second, 0, d.zone).UTC()
}
