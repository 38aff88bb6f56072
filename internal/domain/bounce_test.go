package domain_test

import (
	"testing"
	"time"

	"marquee/internal/domain"
)

func TestTired(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	start := time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)
	// Letters are written oldest first, a week apart: f(ull), t(emporary),
	// u(nknown), d(ead), o(urs), c(omplaint), a(rrived).
	classes := map[rune]domain.BounceClass{
		'f': domain.BounceFull, 't': domain.BounceTemporary, 'u': domain.BounceUnknown, 'd': domain.BounceDead,
		'o': domain.BounceOurs, 'c': domain.Complaint, 'a': "",
	}
	for letters, want := range map[string]bool{
		"":          false,
		"f":         false,
		"fffff":     false, // 28 days
		"ffffff":    true,  // 35
		"ftudff":    true,
		"affffff":   true,
		"fffffa":    false,
		"fffffaf":   false,
		"faffffff":  true,
		"ffoff":     false, // four that count
		"ffofff":    true,  // what is ours counts no way, and time goes on
		"fffffo":    false, // 28 days: the sixth was not about them
		"fcfffff":   true,
		"oooooo":    false,
		"fffaffff":  false,
		"fofofofof": true,
	} {
		var newestFirst []domain.Bounce
		for i, c := range letters {
			l := domain.Bounce{Class: classes[c], Sent: start.Add(time.Duration(i) * 7 * day)}
			newestFirst = append([]domain.Bounce{l}, newestFirst...)
		}
		if got := domain.DefaultBounceRules().Tired(newestFirst); got != want {
			t.Errorf("%q: %t", letters, got)
		}
	}
}
