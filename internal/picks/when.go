package picks

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"marquee/internal/domain"
)

const (
	ahead = 62 // days that a date which could be read in two ways may lie ahead
	apart = 30 // days that the two must be, for the nearer to be believed
)

// days reads days as critics write them: "Nov 30", "30 November", "11/30", "Sunday".
type days struct{ named, reversed, iso, slashed, weekday, last *regexp.Regexp }

func newDays() days {
	const month = `(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?`
	const number, year = `(\d{1,2})(?:st|nd|rd|th)?\b`, `(?:,? (\d{4})\b)?`
	const weekday = `(Sun|Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?)(?:day)?\b\.?`
	begins := func(s string) *regexp.Regexp {
		return regexp.MustCompile(`^(?i:(?:` + weekday + `,? )?(?:the )?` + s + `)`)
	}
	return days{
		named: begins(month + ` ` + number + year), reversed: begins(number + ` (?:of )?` + month + year),
		iso: regexp.MustCompile(`^\d{4}-\d\d-\d\d\b`), slashed: begins(`(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d\d))?\b`),
		weekday: regexp.MustCompile(`^(?i:(?:this |next )?` + weekday + `)`),
		last:    regexp.MustCompile(`^(?i:(?:the )?(?:end|last day) of (?:the |this )?(?:` + month + `|month\b))`),
	}
}

// read reads the day that s begins with, as somebody wrote it on another day, and
// how long it is; 0 when it begins with none.
func (d days) read(s string, on domain.Date) (domain.Date, int) {
	s = s[:min(len(s), 60)]
	if m := d.iso.FindString(s); m != "" {
		day, err := domain.ParseDate(m)
		return found(day, err == nil, len(m))
	}
	if m := d.named.FindStringSubmatch(s); m != nil {
		day, ok := near(on, monthOf(m[2]), number(m[3]), number(m[4]))
		return found(day, ok, len(m[0]))
	}
	if m := d.reversed.FindStringSubmatch(s); m != nil {
		day, ok := near(on, monthOf(m[3]), number(m[2]), number(m[4]))
		return found(day, ok, len(m[0]))
	}
	if m := d.slashed.FindStringSubmatch(s); m != nil {
		day, ok := slashed(on, number(m[2]), number(m[3]), number(m[4]))
		return found(day, ok, len(m[0]))
	}
	if m := d.last.FindStringSubmatch(s); m != nil {
		return found(lastOf(on, m[1]), true, len(m[0]))
	}
	if m := d.weekday.FindStringSubmatch(s); m != nil {
		return found(nextDay(on, m[1]), true, len(m[0]))
	}
	return domain.Date{}, 0
}

func found(d domain.Date, ok bool, n int) (domain.Date, int) {
	if !ok {
		return domain.Date{}, 0
	}
	return d, n
}

// near is a day of a month; without a year the one that comes next, or that has
// gone by no longer than two months ago.
func near(on domain.Date, month time.Month, day, year int) (domain.Date, bool) {
	switch {
	case year == 0 && on.IsZero():
		return domain.Date{}, false
	case year == 0:
		year = on.Year
		if gap := between(on, domain.Date{Year: year, Month: month, Day: day}); gap < -ahead {
			year++
		} else if gap > 365-ahead {
			year--
		}
	case year < 100:
		year += 2000
	}
	d := domain.Date{Year: year, Month: month, Day: day}
	return d, month > 0 && day > 0 && d == domain.DateOf(d.In(time.UTC))
}

// between is how many days lie between two days.
func between(a, b domain.Date) int {
	return int(b.In(time.UTC).Sub(a.In(time.UTC)).Hours() / 24)
}

// slashed reads 11/30 and 30/11. Where both numbers can be the month, only one that
// lies shortly ahead is believed, and long before the other.
func slashed(on domain.Date, a, b, year int) (domain.Date, bool) {
	first, okFirst := near(on, time.Month(min(a, 13)), b, year)
	second, okSecond := near(on, time.Month(min(b, 13)), a, year)
	sooner := func(d, other domain.Date) bool {
		gap, rest := between(on, d), between(on, other)
		return gap >= 0 && gap <= ahead && (rest < 0 || rest-gap >= apart)
	}
	switch {
	case okFirst && (!okSecond || first == second || sooner(first, second)):
		return first, true
	case okSecond && (!okFirst || sooner(second, first)):
		return second, true
	}
	return domain.Date{}, false
}

// lastOf is the last day of a month, of the present one when it has no name.
func lastOf(on domain.Date, name string) domain.Date {
	month := on.Month
	if name != "" {
		month = monthOf(name)
	}
	first, ok := near(on, month, 1, 0)
	if !ok {
		return domain.Date{}
	}
	return domain.DateOf(time.Date(first.Year, first.Month+1, 0, 0, 0, 0, 0, time.UTC))
}

// nextDay is the next day of the week of a name, on itself counted.
func nextDay(on domain.Date, name string) domain.Date {
	if on.IsZero() {
		return on
	}
	at := on.In(time.UTC)
	for !strings.HasPrefix(strings.ToLower(at.Weekday().String()), strings.ToLower(name[:3])) {
		at = at.AddDate(0, 0, 1)
	}
	return domain.DateOf(at)
}

func monthOf(name string) time.Month {
	for m := time.January; m <= time.December; m++ {
		if len(name) >= 3 && strings.EqualFold(m.String()[:3], name[:3]) {
			return m
		}
	}
	return 0
}

// number is what digits say; 0 when there are none.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
