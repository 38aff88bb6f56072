package domain

import (
	"fmt"
	"time"
)

// Date is a day on the calendar, in no particular zone. The zero Date is no day.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the day on which t falls in t's own zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads "2006-01-02" and refuses days that do not exist.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("%w date %q: write YYYY-MM-DD", ErrInvalid, s)
	}
	return DateOf(t), nil
}

// IsZero reports whether d is no day.
func (d Date) IsZero() bool { return d == Date{} }

// In is the first instant of the day in zone. Midnight may not exist there, or
// twice; a day that does not exist opens with the next.
func (d Date) In(zone *time.Location) time.Time {
	return FirstInstant(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC), zone)
}

// FirstInstant is the first instant at which the clocks of zone show what wall,
// a time in UTC, shows or, when they leave it out, have passed it. time.Date
// promises neither. Of two walls the later never comes before the earlier.
func FirstInstant(wall time.Time, zone *time.Location) time.Time {
	at := wall.AddDate(0, 0, -1).In(zone) // no zone is a day from UTC: clocks show less yet
	for {
		_, offset := at.Zone()
		_, end := at.ZoneBounds()
		if !end.IsZero() && !end.After(at) { // time says so on the last day of leap years from 2040 on
			end = at.Add(time.Hour)
		}
		shown := wall.Add(-time.Duration(offset) * time.Second)
		if shown.Before(at) {
			shown = at // the clocks jumped over it
		}
		if end.IsZero() || shown.Before(end) {
			return shown.In(zone)
		}
		at = end
	}
}

// Before reports whether d lies before other.
func (d Date) Before(other Date) bool { return d.In(time.UTC).Before(other.In(time.UTC)) }

// String is "2006-01-02", or "" for no day.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// MarshalText writes the day as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(b))
	*d = parsed
	return err
}
