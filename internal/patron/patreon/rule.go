package patreon

import (
	"slices"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/patreonapi"
)

// rule says how a member stands.
type rule struct {
	tiers               domain.Tiers
	free, trials, gifts bool
}

// audience is how a member stands: a patron when Patreon entitles them to a tier
// that costs something, or to an amount without a tier. Neither patron_status
// nor the day of the last charge plays a part, both of which are wrong at times
// about people who have paid; money that went back is.
//
// A configured tier is known by its Patreon id, or by its name when it has none.
// The highest counts. Whoever has none of them counts by what they pay.
func (r rule) audience(m *patreonapi.Member) domain.Audience {
	if !r.excluded(m) {
		if best := r.best(m.Tiers); best > 0 {
			return domain.Audience{Standing: domain.Active, Tier: r.tiers[best-1].Name}
		}
		if paid := paid(m); paid > 0 {
			return domain.Audience{Standing: domain.Active, Tier: r.tiers.Paid(paid)}
		}
	}
	if r.free && follows(m) {
		return domain.Audience{Standing: domain.Reader}
	}
	return domain.Audience{Standing: domain.Former}
}

// excluded reports whether a member's tiers do not count.
func (r rule) excluded(m *patreonapi.Member) bool {
	back := []patreonapi.ChargeStatus{patreonapi.Refunded, patreonapi.RefundedByPatreon, patreonapi.Fraud}
	return slices.Contains(back, m.Charge) || m.Trial && !r.trials || m.Gifted && !r.gifts
}

// best is the rank of the highest configured tier; 0 when there is none. The
// free tier is no tier, whatever the configuration says.
func (r rule) best(tiers []patreonapi.Tier) int {
	best := 0
	for _, t := range tiers {
		if t.Cents != 0 {
			best = max(best, r.rank(t))
		}
	}
	return best
}

func (r rule) rank(t patreonapi.Tier) int {
	for i, known := range r.tiers {
		if known.PatreonID == t.ID || known.PatreonID == "" && t.Title != "" && strings.EqualFold(known.Name, strings.TrimSpace(t.Title)) {
			return i + 1
		}
	}
	return 0
}

// paid is what a member pays a month, or would if nobody had given it to them.
// An annual pledge is given as the amount of a year, while tiers cost by the month.
func paid(m *patreonapi.Member) int {
	cents := (m.Cents + max(m.Months, 1)/2) / max(m.Months, 1)
	for _, t := range m.Tiers {
		cents = max(cents, t.Cents)
	}
	return cents
}

// follows reports whether somebody is a free member.
func follows(m *patreonapi.Member) bool {
	for _, t := range m.Tiers {
		if t.Cents == 0 {
			return true
		}
	}
	return m.Status == ""
}

// unknown are the titles of tiers that cost something and are not configured.
func (r rule) unknown(m *patreonapi.Member) []string {
	var titles []string
	for _, t := range m.Tiers {
		if t.Cents > 0 && t.Title != "" && r.rank(t) == 0 {
			titles = append(titles, t.Title)
		}
	}
	return titles
}
