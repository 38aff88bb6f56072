package patreon

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"marquee/internal/domain"
	"marquee/internal/patreonapi"
	"marquee/internal/patron"
)

// maxUnknown is more than anybody has tiers.
const maxUnknown = 20

// collector gathers members, each person once: by their account and by their address.
type collector struct {
	rule rule

	seen       int // entries, of whatever kind
	people     []domain.Patron
	accounts   map[string]int // places in people
	addresses  map[string]int
	unknown    []string // titles of tiers
	broken     int
	veiled     bool
	unverified int
	unusable   int // addresses
	shared     int // addresses
}

func newCollector(r rule) *collector {
	return &collector{rule: r, accounts: map[string]int{}, addresses: map[string]int{}}
}

// mostExpected is how much is made ready for a list that says how long it is.
const mostExpected = 200_000

// take adds a page.
func (c *collector) take(p patreonapi.Page[patreonapi.Member]) {
	if p.First {
		c.people = make([]domain.Patron, 0, max(len(p.Items), min(p.Total, mostExpected)))
	}
	c.seen += len(p.Items) + len(p.Broken)
	c.broken += len(p.Broken)
	for i := range p.Items {
		c.add(&p.Items[i])
	}
}

// add adds a member. One account has one membership; should there be two, the
// better counts.
func (c *collector) add(m *patreonapi.Member) {
	who := c.person(m)
	at, known := c.accounts[m.User]
	switch {
	case known && !c.better(who.Audience, c.people[at].Audience):
		return
	case known:
		delete(c.addresses, domain.EmailKey(c.people[at].Email))
		c.people[at] = who
	default:
		at = len(c.people)
		c.people = append(c.people, who)
		c.accounts[m.User] = at
	}
	c.claim(at)
}

// claim gives an address to the better of two accounts. The other is listed
// without one, so that it does not seem to have left.
func (c *collector) claim(at int) {
	key := domain.EmailKey(c.people[at].Email)
	if key == "" {
		return
	}
	holder, taken := c.addresses[key]
	if taken && holder != at {
		c.shared++
		if !c.better(c.people[at].Audience, c.people[holder].Audience) {
			c.people[at].Email = ""
			return
		}
		c.people[holder].Email = ""
	}
	c.addresses[key] = at
}

// person is a member as a patron.
func (c *collector) person(m *patreonapi.Member) domain.Patron {
	for _, title := range c.rule.unknown(m) {
		if len(c.unknown) < maxUnknown && !slices.Contains(c.unknown, title) {
			c.unknown = append(c.unknown, title)
		}
	}
	who := domain.Patron{External: m.User, Name: oneLine(m.Name), Audience: c.rule.audience(m), Since: m.Since}
	c.veiled = c.veiled || !m.EmailShown
	address := strings.TrimSpace(m.Email)
	switch {
	case address == "":
		return who
	case !usable(address):
		c.unusable++
		return who
	case m.Unverified && who.Standing != domain.Former:
		c.unverified++
	}
	who.Email = address
	return who
}

// listing is what was gathered, with remarks in the operator's words.
func (c *collector) listing(at time.Time) patron.Listing {
	l := patron.Listing{People: c.people, Complete: true, At: at, Veiled: c.veiled, UnknownTiers: c.unknown}
	if c.veiled {
		l.Noted = append(l.Noted, patron.Problem{
			Reason: "Patreon shows no addresses: make the creator's tokens anew, which then have the scope campaigns.members[email]; known addresses stay",
		})
	}
	for _, remark := range []struct {
		n    int
		what string
	}{
		{c.broken, "memberships belong to no account"},
		{c.unusable, "addresses are none that mail can be sent to"},
		{c.shared, "addresses are those of two accounts: the one with the higher tier has it"},
		{c.unverified, "addresses were never confirmed to Patreon"},
	} {
		if remark.n > 0 {
			l.Noted = append(l.Noted, patron.Problem{Reason: fmt.Sprintf("%s: %d", remark.what, remark.n)})
		}
	}
	return l
}

// better reports whether a stands above b: by standing, then by tier.
func (c *collector) better(a, b domain.Audience) bool {
	order := []domain.Standing{domain.Former, domain.Reader, domain.Active}
	x, y := slices.Index(order, a.Standing), slices.Index(order, b.Standing)
	if x != y {
		return x > y
	}
	return c.rule.tiers.Rank(a.Tier) > c.rule.tiers.Rank(b.Tier)
}

// usable reports whether mail can be sent to an address.
func usable(address string) bool {
	parsed, err := mail.ParseAddress(address)
	return err == nil && parsed.Name == "" && !strings.HasPrefix(address, "<")
}

// oneLine is a name without line breaks and what is no text; else it is kept as
// its owner writes it.
func oneLine(name string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(name, "\ufffd")), " ")
}
