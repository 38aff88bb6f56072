package testkit

import (
	"fmt"
	"time"
)

// PatreonMember is a membership as Patreon keeps it. Who joins says the upper
// part; the lower is Patreon's.
type PatreonMember struct {
	User   string // the account's id; made up when empty
	Name   string
	Email  string
	Tier   string // its id; empty is a pledge of Cents without a tier
	Cents  int    // pledged for each charge; by default what the tier costs
	Annual bool
	Gifted bool // somebody else has paid, for a year
	Trial  bool // the first month is free
	Free   bool // follows without paying
	Hidden bool // Patreon shows no address
	// Unverified says that the address was never confirmed.
	Unverified bool

	number    int // in the order of joining
	since     time.Time
	charged   time.Time // last
	due       time.Time // next charge, or the end of a gift
	ends      time.Time // of what a cancelled pledge has paid for; zero while it stands
	outcome   string    // of the last charge
	failing   bool      // the card is refused
	cancelled bool
	removed   bool
	crowd     bool // is one of many
	history   []patreonEvent
}

// patreonEvent is one of a member's pledge_history.
type patreonEvent struct {
	at     time.Time
	what   string // pledge_start, pledge_upgrade, pledge_downgrade, pledge_delete, subscription
	status string // of the payment; empty for what is none
	tier   string
	cents  int
}

func (m *PatreonMember) months() int {
	if m.Annual {
		return 12
	}
	return 1
}

// remember adds to a member's history.
func (m *PatreonMember) remember(at time.Time, what, status string) {
	m.history = append(m.history, patreonEvent{at: at, what: what, status: status, tier: m.Tier, cents: m.Cents})
}

// pay is a charge, which the card may refuse.
func (m *PatreonMember) pay(at time.Time) {
	m.charged, m.outcome = at, "Paid"
	if m.failing {
		m.outcome = "Declined"
	} else {
		m.due = firstOfMonth(at).AddDate(0, m.months()-1, 0)
		m.Trial = false
	}
	m.remember(at, "subscription", m.outcome)
}

// charge charges everybody whose day it is.
func (c *PatreonCampaign) charge() {
	now := c.patreon.now
	for _, m := range c.members {
		switch {
		case m == nil || m.Free || m.removed || m.cancelled || m.due.After(now):
		case m.Gifted:
			m.cancelled, m.ends = true, m.due
			c.tell("members:update", m)
		default:
			m.pay(now)
			c.tell("members:update", m)
		}
	}
}

// entitled are the tier and the cents that a member has a right to now.
func (c *PatreonCampaign) entitled(m *PatreonMember) (tier string, cents int) {
	now := c.patreon.now
	switch {
	case m.removed || c.patreon.blinking():
		return "", 0
	case m.Free:
		return c.freeTier(), 0
	case m.cancelled && !now.Before(m.ends), m.outcome == "Declined":
		return "", 0
	case m.Gifted, m.Trial:
		return m.Tier, 0
	}
	return m.Tier, m.Cents
}

// status is what patron_status says: what became of the pledge, not what the
// member may see.
func (m *PatreonMember) status() any { // a text or null
	switch {
	case m.Free || m.Gifted:
		return nil
	case m.cancelled || m.removed:
		return "former_patron"
	case m.outcome == "Declined":
		return "declined_patron"
	}
	return "active_patron"
}

// patrons is how many pay.
func (c *PatreonCampaign) patrons() int {
	n := 0
	for _, m := range c.members {
		if m != nil && m.status() == "active_patron" {
			n++
		}
	}
	return n
}

func (m *PatreonMember) address() any {
	if m.Hidden || m.removed {
		return nil
	}
	if m.Email == "" && m.crowd {
		return fmt.Sprintf("reader%d@reader.example", m.number)
	}
	return m.Email
}

// id is that of the membership, a UUID that never changes.
func (m *PatreonMember) id() string { return fmt.Sprintf("6e8d5b84-0000-4000-8000-%012x", m.number) }

// name is what they are called. Names of a crowd are made up as they are asked
// for, so that a crowd costs little.
func (m *PatreonMember) name() string {
	if m.Name == "" && m.crowd {
		return fmt.Sprintf("Reader %d", m.number)
	}
	return m.Name
}
