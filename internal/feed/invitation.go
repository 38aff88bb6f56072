package feed

import (
	"cmp"
	"net/url"
	"strings"
	"time"

	"marquee/internal/domain"
	"marquee/internal/entitle"
)

// invitation writes one honest line under a text that is not the whole piece:
// where or when the rest can be read, and what support buys. It promises a
// patron's view only when the policy would give it.
func (v *view) invitation(m *markup, c choice) {
	switch {
	case c.item.Exclusive:
		m.raw("\n<p>")
		v.elsewhere(m, c)
	case c.access.Level == entitle.Full:
		return
	case !c.access.Until.IsZero():
		m.raw("\n<p>")
		v.later(m, c)
	default:
		m.raw("\n<p>")
		v.locked(m, c)
	}
	m.raw("</p>")
}

// opening says of a piece that had been for patrons that it is for everyone now,
// which is why readers are shown it once more.
func (v *view) opening(m *markup, c choice) {
	at, began := c.opened(), c.item.FirstPublished
	if v.supports() || v.audience.Standing == domain.Operator || !at.After(latest(began, c.item.FirstSeen)) || at.After(v.now) {
		return
	}
	m.raw("<p>")
	m.text("Free to read since " + v.dates.Day(at) + "; patrons have had it since " + stopped(v.dates.Day(began)))
	m.raw("</p>\n")
}

// elsewhere is for pieces of which the source itself shows only a teaser.
func (v *view) elsewhere(m *markup, c choice) {
	there := cmp.Or(v.Publication.Patreon, c.item.URL)
	if onPatreon(c.item.URL) {
		there = c.item.URL
	}
	m.text("The full " + noun(c.item.Kind) + " is ")
	if onPatreon(there) {
		m.text("on Patreon. ")
	} else {
		m.text("for patrons. ")
	}
	if v.supports() || v.Publication.Patreon == "" {
		m.link(there, "Read it there")
	} else {
		m.link(v.Publication.Patreon, "Become a patron")
	}
	m.text(".")
}

// later is for pieces that open to the audience by themselves.
func (v *view) later(m *markup, c choice) {
	m.text("The full " + noun(c.item.Kind) + " opens here on " + stopped(v.dates.Day(c.access.Until)))
	open := c.best.Level == entitle.Full
	if v.supports() || v.Publication.Patreon == "" || (!open && !c.best.Until.Before(c.access.Until)) {
		return
	}
	m.text(" ")
	m.link(v.Publication.Patreon, "Become a patron")
	if open {
		m.text(" to read it now.")
	} else {
		m.text(" to read it sooner.")
	}
}

// locked is for pieces that never open to the audience.
func (v *view) locked(m *markup, c choice) {
	whom := "patrons"
	if v.supports() {
		whom = "a higher tier"
	}
	m.text("The full " + noun(c.item.Kind) + " is for " + whom + ".")
	nobody := c.best.Level != entitle.Full && c.best.Until.IsZero()
	switch {
	case nobody, v.Publication.Patreon == "" && address(c.item.URL) == "":
		return
	case v.Publication.Patreon == "":
		m.text(" ")
		m.link(c.item.URL, "Read on at its own page")
	case v.supports():
		m.text(" ")
		m.link(v.Publication.Patreon, "See the tiers")
	default:
		m.text(" ")
		m.link(v.Publication.Patreon, "Become a patron")
		m.text(" to read it")
	}
	m.text(".")
}

// stopped ends a sentence with a date, which in some languages ends with a stop
// itself.
func stopped(date string) string { return strings.TrimSuffix(date, ".") + "." }

// supports reports whether the audience consists of patrons.
func (v *view) supports() bool { return v.audience.Standing == domain.Active }

func (v *view) zone() *time.Location { return cmp.Or(v.Publication.Zone, time.UTC) }

// onPatreon reports whether an address is Patreon's.
func onPatreon(addr string) bool {
	u, err := url.Parse(addr)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	return host == "patreon.com" || strings.HasSuffix(host, ".patreon.com")
}
