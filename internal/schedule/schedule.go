// Package schedule turns cron expressions in a time zone into slots: which one
// is next, which one is due, which ones were missed.
//
// Expressions are evaluated on the local calendar, where every day has 24 hours,
// and only then mapped to instants. So no change of the clocks doubles a slot or
// swallows one: a local time that does not exist runs at the first instant after
// the gap, and one that occurs twice runs at the first.
package schedule

import (
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata"

	"github.com/robfig/cron/v3"

	"marquee/internal/domain"
)

// Schedule is a cron expression in a time zone. It never changes.
type Schedule struct {
	expr string
	zone *time.Location
	cron cron.Schedule
	skip []domain.Date // days without slots
	also []domain.Slot // slots besides, in order
}

// Parse reads a standard cron expression (minute, hour, day of month, month, day
// of week) or one of @yearly, @monthly, @weekly, @daily and @hourly. It refuses,
// with domain.ErrInvalid, expressions with a zone of their own, intervals that
// start nowhere (@every), and times that never come.
func Parse(expr string, zone *time.Location) (*Schedule, error) {
	expr = strings.TrimSpace(expr)
	switch {
	case strings.HasPrefix(expr, "TZ="), strings.HasPrefix(expr, "CRON_TZ="):
		// They would make two clocks of one; and without fields the parser panics.
		return nil, invalid(expr, "slots are in the publication's time zone, none can be named here")
	case strings.HasPrefix(expr, "@every"):
		return nil, invalid(expr, "an interval is not tied to the clock: write */15 * * * * or @hourly")
	case zone == nil:
		return nil, invalid(expr, "its time zone is not known")
	}
	parsed, err := cron.ParseStandard(expr)
	if err != nil {
		return nil, invalid(expr, err.Error())
	}
	s := &Schedule{expr: expr, zone: zone, cron: parsed}
	if s.Next("2000-01-01T00:00") == "" {
		return nil, invalid(expr, "this never comes")
	}
	return s, nil
}

func invalid(expr, why string) error {
	return fmt.Errorf("%w schedule %q: %s", domain.ErrInvalid, expr, why)
}

// Except is the schedule with days that it leaves out, as for holidays, and slots
// that are not in its expression. A slot of the latter is one on any day.
func (s *Schedule) Except(skip []domain.Date, also []domain.Slot) *Schedule {
	other := *s
	other.skip, other.also = skip, slices.Sorted(slices.Values(also))
	return &other
}

// String is the expression.
func (s *Schedule) String() string { return s.expr }

// Next is the first slot after another; "" when after is malformed, or when none
// comes within five years.
func (s *Schedule) Next(after domain.Slot) domain.Slot {
	wall, err := time.Parse(domain.SlotLayout, string(after))
	if err != nil {
		return ""
	}
	next := s.regular(wall)
	for _, extra := range s.also {
		if extra > after && (next == "" || extra < next) {
			return extra
		}
	}
	return next
}

// regular is the first slot of the expression after a time on the wall, on a day
// that is not left out.
func (s *Schedule) regular(wall time.Time) domain.Slot {
	next := s.cron.Next(wall) // wall is in UTC, whose clocks never change
	for !next.IsZero() && slices.Contains(s.skip, domain.DateOf(next)) {
		next = s.cron.Next(next)
	}
	if next.IsZero() {
		return ""
	}
	return domain.Slot(next.Format(domain.SlotLayout))
}

// SlotAt is what local clocks show at an instant, to the minute.
func SlotAt(t time.Time, zone *time.Location) domain.Slot {
	return domain.Slot(t.In(zone).Format(domain.SlotLayout))
}

// Instant is when a slot happens in a zone: the first instant at which local
// clocks show it or, when they leave it out, have passed it. The answer is in
// UTC; it is the zero time for a malformed slot.
func Instant(slot domain.Slot, zone *time.Location) time.Time {
	wall, err := time.Parse(domain.SlotLayout, string(slot))
	if err != nil {
		return time.Time{}
	}
	return domain.FirstInstant(wall, zone).UTC()
}
