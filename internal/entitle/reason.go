package entitle

import (
	"fmt"
	"time"

	"marquee/internal/calendar"
	"marquee/internal/domain"
)

// Reason is why an answer of Decide is as it is. It is made into words only for
// whoever wants to read it.
type Reason struct {
	why    cause
	to     string // the group of the ladder's step that counts
	higher bool   // there are tiers above it
	at     time.Time
}

// cause is what decided.
type cause int

const (
	unset     cause = iota
	operator        // sees everything
	withdrawn       // by its source
	ahead           // its publication is
	unbound         // there is no ladder
	opened          // a step did
	opens           // a step will
	kept            // no step ever does
)

// String is the reason in UTC.
func (r Reason) String() string { return r.In(calendar.Of(calendar.English, time.UTC)) }

// In is the reason for people, with times as a calendar writes them: "open to
// Screenwriter patrons since Nov 17, 2026, 09:00 CST".
func (r Reason) In(dates *calendar.Calendar) string {
	at := dates.Brief(r.at)
	switch r.why {
	case unset:
	case operator:
		return "the operator sees everything"
	case withdrawn:
		return "withdrawn by its source"
	case ahead:
		return "not published before " + at
	case unbound:
		return "open to everyone"
	case opened:
		return fmt.Sprintf("open to %s since %s", r.whom(), at)
	case opens:
		return fmt.Sprintf("opens to %s on %s", r.whom(), at)
	case kept:
		return "only for " + r.whom()
	}
	return ""
}

// whom names the group for people.
func (r Reason) whom() string {
	switch {
	case r.to == domain.ToEveryone, r.to == domain.ToPatrons:
		return r.to
	case r.higher:
		return r.to + " patrons and higher"
	}
	return r.to + " patrons"
}
