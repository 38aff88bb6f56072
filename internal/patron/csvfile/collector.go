package csvfile

import (
	"fmt"
	"slices"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/patron"
)

// maxUnknown is more than anybody has tiers; what goes beyond is another column.
const maxUnknown = 20

// collector gathers people, each once: by address and by Patreon's user id.
type collector struct {
	listing   patron.Listing
	lines     []int // of the listing's people
	addresses map[string]int
	ids       map[string]int
	tiers     domain.Tiers
}

func newCollector(tiers domain.Tiers) *collector {
	return &collector{addresses: map[string]int{}, ids: map[string]int{}, tiers: tiers}
}

// take adds what a row brings.
func (c *collector) take(line int, record []string, rows *reader) {
	if size(record) > maxRow {
		c.skip(line, "is longer than 64 KB: a quotation mark in it does not close, and the rows after it are lost in it")
		return
	}
	found, err := rows.read(record)
	if err != nil {
		c.skip(line, err.Error())
		return
	}
	if found.note != "" {
		c.listing.Noted = append(c.listing.Noted, patron.Problem{Line: line, Reason: found.note})
	}
	c.unknown(found.unknownTier)
	c.add(line, found.person)
}

// sorted is the listing with its problems in the file's order.
func (c *collector) sorted() patron.Listing {
	slices.SortStableFunc(c.listing.Skipped, func(a, b patron.Problem) int { return a.Line - b.Line })
	return c.listing
}

// unknown notes a tier that is not configured.
func (c *collector) unknown(tier string) {
	unknown := c.listing.UnknownTiers
	if tier != "" && len(unknown) < maxUnknown && !slices.Contains(unknown, tier) {
		c.listing.UnknownTiers = append(unknown, strings.Clone(tier))
	}
}

func (c *collector) skip(line int, reason string) {
	c.listing.Skipped = append(c.listing.Skipped, patron.Problem{Line: line, Reason: reason})
}

// add keeps a person, or the better of two rows about one.
func (c *collector) add(line int, p domain.Patron) {
	at, known := c.addresses[domain.EmailKey(p.Email)]
	same, hasID := c.ids[p.External]
	switch {
	case known && hasID && at != same:
		c.skip(line, fmt.Sprintf("has the address of line %d and the User ID of line %d", c.lines[at], c.lines[same]))
	case known:
		c.choose(at, line, &p)
	case hasID:
		c.choose(same, line, &p)
	default:
		c.listing.People, c.lines = append(c.listing.People, p), append(c.lines, line)
		c.index(len(c.lines)-1, &p)
	}
}

// choose keeps the row at a place, or the one that comes, if it is better.
func (c *collector) choose(at, line int, p *domain.Patron) {
	kept := c.lines[at]
	if c.better(p.Audience, c.listing.People[at].Audience) {
		c.listing.People[at], c.lines[at] = *p, line
		c.index(at, p)
		line, kept = kept, line
	}
	c.skip(line, fmt.Sprintf("is about the same person as line %d, which stands no lower", kept))
}

func (c *collector) index(at int, p *domain.Patron) {
	c.addresses[domain.EmailKey(p.Email)] = at
	if p.External != "" {
		c.ids[p.External] = at
	}
}

// better reports whether a stands above b: by standing, then by tier.
func (c *collector) better(a, b domain.Audience) bool {
	order := []domain.Standing{domain.Former, domain.Reader, domain.Active}
	x, y := slices.Index(order, a.Standing), slices.Index(order, b.Standing)
	if x != y {
		return x > y
	}
	return c.tiers.Rank(a.Tier) > c.tiers.Rank(b.Tier)
}
