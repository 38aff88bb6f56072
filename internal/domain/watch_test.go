package domain_test

import (
	"slices"
	"testing"

	"marquee/internal/domain"
)

func TestWatchWords(t *testing.T) {
	t.Parallel()
	w := domain.Watch{Services: []domain.Service{
		{Name: "Criterion Channel", Access: domain.Subscription},
		{Name: "Mubi", Access: domain.Subscription},
		{Name: "Tubi", Access: domain.WithAds},
		{Name: "Apple TV", Access: domain.Rent},
		{Name: "Apple TV", Access: domain.Buy},
	}}
	const want = "Criterion Channel, Mubi (subscription), Tubi (free with ads), Apple TV (to rent), Apple TV (to buy)"
	if got := w.Words(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := (&domain.Watch{}).Words(); got != "" {
		t.Errorf("nowhere: %q", got)
	}
}

// Each way to see a film has words of its own.
func TestAccessWords(t *testing.T) {
	t.Parallel()
	var seen []string
	for _, a := range domain.PickAccesses() {
		if words := a.Words(); words == "" || slices.Contains(seen, words) {
			t.Errorf("%s: %q", a, words)
		} else {
			seen = append(seen, words)
		}
	}
}

func TestCredits(t *testing.T) {
	t.Parallel()
	facts := domain.Supplement{Supplied: true}
	services := domain.Supplement{Supplied: true, Watch: []domain.Watch{{Region: "US"}}}
	tests := map[string]struct {
		item domain.Item
		want []string
	}{
		"nothing":        {domain.Item{Film: &domain.Film{}, Picks: []domain.Pick{{}}}, nil},
		"no film":        {domain.Item{}, nil},
		"facts":          {domain.Item{Film: &domain.Film{Supplement: facts}}, []string{domain.CreditTMDB}},
		"where to watch": {domain.Item{Film: &domain.Film{Supplement: services}}, []string{domain.CreditTMDB, domain.CreditJustWatch}},
		"several, once":  {domain.Item{Film: &domain.Film{Supplement: facts}, Picks: []domain.Pick{{Supplement: services}, {Supplement: services}}}, []string{domain.CreditTMDB, domain.CreditJustWatch}},
		"a pick's facts": {domain.Item{Picks: []domain.Pick{{}, {Supplement: facts}}}, []string{domain.CreditTMDB}},
	}
	for name, test := range tests {
		if got := test.item.Credits(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
