// Package calendar writes dates for people, in the language that each wants them
// in. What strangers wrote is read by internal/dates.
//
// Names and forms are those of the CLDR. The time of day is written in one way
// everywhere, on the clock of 24 hours with its zone.
package calendar

import (
	"strconv"
	"strings"
	"time"

	"github.com/go-playground/locales"

	"marquee/internal/domain"
)

// Calendar writes dates in one language, as the clocks of one zone show them. It
// can be used by many at the same time.
type Calendar struct {
	language
	names    locales.Translator
	zone     *time.Location
	isolated bool
}

// Of is the calendar of a publication's language, a BCP 47 tag. Of a language
// that is not known here it is the next wider one's, and at last the English.
//
// Where anything runs from right to left each date is isolated from the words around
// it (UAX #9 §2.5), as <bdi> does in HTML: so it also is in subjects and texts, and
// among our own words, which are English.
func Of(tag string, zone *time.Location) *Calendar {
	l, ok := find(tag)
	if !ok {
		l, _ = find(English)
	}
	if zone == nil {
		zone = time.UTC
	}
	isolated := domain.Direction(tag) == domain.RTL || domain.Direction(l.tag) == domain.RTL
	return &Calendar{language: l, names: l.names(), zone: zone, isolated: isolated}
}

// For is how dates stand in pages of this calendar's language for somebody who
// wants them in another. Without a wish, or with one that is not known here, it
// is the calendar itself.
func (c *Calendar) For(wish string) *Calendar {
	l, ok := find(wish)
	if !ok || l.tag == c.tag {
		return c
	}
	isolated := c.isolated || domain.Direction(l.tag) == domain.RTL
	return &Calendar{language: l, names: l.names(), zone: c.zone, isolated: isolated}
}

// Wish is what remains of a wish in pages of this calendar's language: the tag of
// a language that differs from it, or nothing.
func (c *Calendar) Wish(wish string) string { return Wish(wish, c.tag) }

// Full is a day with its weekday: "Friday, November 20, 2026".
func (c *Calendar) Full(d domain.Date) string { return c.finish(c.full(d.In(time.UTC))) }

// Short is a day without its year: "Nov 20"; "" for no day.
func (c *Calendar) Short(d domain.Date) string {
	if d.IsZero() {
		return ""
	}
	return c.finish(c.formed(c.short, d.In(time.UTC)))
}

// Day is the day of an instant: "November 20, 2026".
func (c *Calendar) Day(t time.Time) string { return c.finish(c.names.FmtDateLong(t.In(c.zone))) }

// Moment is an instant: "November 20, 2026, 17:00 CST".
func (c *Calendar) Moment(t time.Time) string {
	t = t.In(c.zone)
	return c.finish(c.names.FmtDateLong(t) + c.glue + clock(t))
}

// Brief is Moment with a shorter date: "Nov 20, 2026, 17:00 CST".
func (c *Calendar) Brief(t time.Time) string {
	t = t.In(c.zone)
	return c.finish(c.names.FmtDateMedium(t) + c.glue + clock(t))
}

// FullMoment is an instant with its weekday: "Friday, November 20, 2026 at 17:00 CST".
func (c *Calendar) FullMoment(t time.Time) string {
	t = t.In(c.zone)
	between := c.glue
	if strings.HasPrefix(c.tag, English) {
		between = " at "
	}
	return c.finish(c.full(t) + between + clock(t))
}

// Coming is an instant that is not far: "Fri Nov 20, 17:00 CST".
func (c *Calendar) Coming(t time.Time) string {
	t = t.In(c.zone)
	return c.finish(c.names.WeekdayAbbreviated(t.Weekday()) + " " + c.formed(c.short, t) + c.glue + clock(t))
}

func clock(t time.Time) string { return t.Format("15:04 MST") }

func (c *Calendar) full(t time.Time) string {
	if c.language.full != "" {
		return c.formed(c.language.full, t)
	}
	return c.names.FmtDateFull(t)
}

// formed fills a form: %A is the weekday, %d the day, %B and %b the month's name in
// full and cut, %m its number, %Y the year; %dd and %mm have two digits.
func (c *Calendar) formed(form string, t time.Time) string {
	two := func(n int) string { return strconv.Itoa(n/10) + strconv.Itoa(n%10) }
	day, month := t.Day(), t.Month()
	return strings.NewReplacer(
		"%A", c.names.WeekdayWide(t.Weekday()), "%B", c.names.MonthWide(month), "%b", c.names.MonthAbbreviated(month),
		"%dd", two(day), "%d", strconv.Itoa(day), "%mm", two(int(month)), "%m", strconv.Itoa(int(month)), "%Y", strconv.Itoa(t.Year()),
	).Replace(form)
}

// finish isolates what is written, where that is wanted.
func (c *Calendar) finish(date string) string {
	const begin, end = "\u2068", "\u2069" // FSI and PDI
	if c.isolated {
		return begin + date + end
	}
	return date
}
