package dates

import (
	"strings"
	"time"
)

// isoDate reads dates that begin with their year: ISO 8601 as W3C-DTF, RFC 3339
// and databases write it, with or without separators, by ordinal day or week,
// with a month's name in the middle. A year or a month alone begins with its
// first day, as W3C-DTF §Formats allows.
func isoDate(s string, zone *time.Location) (parts, bool) {
	d := parts{zone: zone, month: 1, day: 1}
	digits, rest := leadingDigits(s)
	switch len(digits) {
	case 4:
		d.year = number(digits)
		if rest == "" {
			return d, d.year > 0
		}
		var ok bool
		if rest, ok = d.isoDay(rest); !ok {
			return d, false
		}
	case 7, 8, 12, 14:
		d.year = number(digits[:4])
		if rest = digits[min(8, len(digits)):] + rest; len(digits) == 7 {
			d.day = number(digits[4:])
			d.ordinal = true
		} else {
			d.month, d.day = number(digits[4:6]), number(digits[6:8])
		}
	default:
		return d, false
	}
	return d, d.isoClock(rest)
}

// isoDay reads what follows the year, and returns what follows the day.
func (d *parts) isoDay(s string) (rest string, ok bool) {
	separator := s[0]
	if separator != '-' && separator != '/' && separator != '.' {
		return s, false
	}
	if week, found := strings.CutPrefix(s, "-W"); found {
		return d.isoWeek(week)
	}
	digits, rest := leadingDigits(s[1:])
	switch len(digits) {
	case 0:
		name, after, found := strings.Cut(rest, s[:1])
		d.month, rest = month(strings.ToLower(name)), s[:1]+after
		if !found || d.month == 0 {
			return s, false
		}
	case 1, 2:
		d.month = number(digits)
	case 3:
		d.day, d.ordinal = number(digits), true
		return rest, separator == '-'
	default:
		return s, false
	}
	if rest == "" {
		return rest, separator == '-'
	}
	if rest[0] != separator {
		return rest, false
	}
	digits, rest = leadingDigits(rest[1:])
	d.day = number(digits)
	return rest, len(digits) == 1 || len(digits) == 2
}

// isoWeek reads "47-5": the fifth day of a year's week (ISO 8601-1 §5.2.3).
func (d *parts) isoWeek(s string) (rest string, ok bool) {
	digits, rest := leadingDigits(s)
	week, weekday := number(digits), 1
	if after, found := strings.CutPrefix(rest, "-"); found {
		digits, rest = leadingDigits(after)
		weekday = number(digits)
	}
	if week < 1 || week > 53 || weekday < 1 || weekday > 7 {
		return s, false
	}
	fourth := time.Date(d.year, time.January, 4, 0, 0, 0, 0, time.UTC) // is always in week 1
	monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7)
	d.day, d.ordinal = monday.AddDate(0, 0, 7*(week-1)+weekday-1).YearDay(), true
	return rest, monday.AddDate(0, 0, 7*(week-1)+weekday-1).Year() == d.year
}

// isoClock reads what follows the date: a time of day, and a zone.
func (d *parts) isoClock(s string) bool {
	s = strings.TrimLeft(s, ", ")
	if i := strings.IndexByte(s, ','); i > 0 && strings.Contains(s[:i], ":") {
		s = s[:i] + "." + s[i+1:] // ISO 8601-1 §5.3.1.4: the decimal sign may be a comma
	}
	if s == "" {
		return true
	}
	if after, found := strings.CutPrefix(s, "T"); found {
		s = after
	} else if after, found := strings.CutPrefix(s, "t"); found {
		s = after
	}
	digits, rest := leadingDigits(s)
	switch {
	case rest != "" && rest[0] == ':':
	case len(digits) == 2:
		s = digits + ":00" + rest
	case len(digits) == 4:
		s = digits[:2] + ":" + digits[2:] + rest
	case len(digits) == 6:
		s = digits[:2] + ":" + digits[2:4] + ":" + digits[4:] + rest
	}
	return d.addAll(s)
}

func leadingDigits(s string) (digits, rest string) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return s[:i], s[i:]
}
