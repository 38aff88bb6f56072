package domain

import (
	"slices"
	"strings"
)

// Tier is a level of support.
type Tier struct {
	Name      string // as configured and as shown: "Screenwriter"
	PatreonID string // Patreon's id of it; may be empty
	Cents     int    // the least that buys it, in the campaign's currency; 0 when unknown
}

// Tiers are ordered, lowest first.
type Tiers []Tier

// Rank is the tier's place, 1 for the lowest; 0 when there is no such tier.
// Names compare without regard to case.
func (ts Tiers) Rank(name string) int {
	return 1 + slices.IndexFunc(ts, func(t Tier) bool { return strings.EqualFold(t.Name, name) })
}

// Paid is the highest tier that cents buy: what a pledge without a tier counts
// as. It is the lowest tier when cents is positive and buys none, and "" when
// cents is not positive or there are no tiers.
func (ts Tiers) Paid(cents int) string {
	if cents <= 0 || len(ts) == 0 {
		return ""
	}
	best := ts[0].Name
	for _, t := range ts[1:] {
		if t.Cents > 0 && t.Cents <= cents {
			best = t.Name
		}
	}
	return best
}
