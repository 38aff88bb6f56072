package feed_test

import (
	"fmt"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/feed/feedtest"
)

func TestSelection(t *testing.T) {
	t.Parallel()
	three := &domain.Rating{Value: 3, Best: 4}
	noir := func(it *domain.Item) {
		it.Tags = []string{"Crime", "noir"}
		it.Film = &domain.Film{Year: 1962, Rating: &domain.Rating{Value: 3, Best: 4}}
	}
	for name, tt := range map[string]struct {
		items config.Selection
		set   func(*domain.Item)
		want  bool
	}{
		"a tag in other letters": {config.Selection{Tags: []string{"Noir"}}, noir, true},
		"one of two tags":        {config.Selection{Tags: []string{"Western", "Crime"}}, noir, true},
		"another tag":            {config.Selection{Tags: []string{"Western"}}, noir, false},
		"rated just so":          {config.Selection{Rating: three}, noir, true},
		"rated worse":            {config.Selection{Rating: &domain.Rating{Value: 3.5, Best: 4}}, noir, false},
		"on another scale":       {config.Selection{Rating: &domain.Rating{Value: 2, Best: 5}}, noir, false},
		"not rated":              {config.Selection{Rating: three}, func(*domain.Item) {}, false},
		"the year":               {config.Selection{Years: config.Years{From: 1962, To: 1962}}, noir, true},
		"from the year on":       {config.Selection{Years: config.Years{From: 1962}}, noir, true},
		"after the year":         {config.Selection{Years: config.Years{From: 1963}}, noir, false},
		"before the year":        {config.Selection{Years: config.Years{To: 1961}}, noir, false},
		"no year known":          {config.Selection{Years: config.Years{To: 1961}}, func(it *domain.Item) { it.Film = &domain.Film{} }, false},
		"two conditions":         {config.Selection{Tags: []string{"noir"}, Years: config.Years{From: 2000}}, noir, false},
	} {
		spec, it := feedtest.Spec(), review(feedtest.Now().Add(-time.Hour))
		spec.Items = tt.items
		tt.set(&it)
		if got := len(build(t, spec, public, feedtest.Now(), it).Document.Entries) == 1; got != tt.want {
			t.Errorf("%s: selected is %v", name, got)
		}
	}
}

// TestSelectionFillsUp: items that no column tells apart count only when they
// are chosen.
func TestSelectionFillsUp(t *testing.T) {
	t.Parallel()
	spec := feedtest.Spec()
	spec.Limit, spec.Items.Tags = 5, []string{"rare"}
	var items []domain.Item
	for i := range 100 {
		it := feedtest.Item(fmt.Sprint(i), domain.Review, feedtest.Now().Add(-time.Duration(i)*time.Hour))
		if i%12 == 7 {
			it.Tags = []string{"rare"}
		}
		items = append(items, it)
	}
	entries := build(t, spec, public, feedtest.Now(), items...).Document.Entries
	if len(entries) != 5 || entries[0].ID != items[7].ID.URN() || entries[4].ID != items[55].ID.URN() {
		t.Errorf("got %d entries: %+v", len(entries), entries)
	}
}

func TestSourceIsNamedInMergedFeeds(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		sources []string
		credits map[string]config.Credit
		want    string
	}{
		"of all":      {nil, feedtest.Spec().Credits, "Lantern Screen"},
		"of two":      {[]string{"site", "other"}, feedtest.Spec().Credits, "Lantern Screen"},
		"of itself":   {[]string{"site"}, feedtest.Spec().Credits, ""},
		"nobody said": {nil, nil, ""},
	} {
		spec := feedtest.Spec()
		spec.Items.Sources, spec.Credits = tt.sources, tt.credits
		got := build(t, spec, public, feedtest.Now(), review(feedtest.Now().Add(-time.Hour))).Document.Entries[0].Source
		if (got == nil) != (tt.want == "") || got != nil && got.Title != tt.want {
			t.Errorf("%s: got %+v, want %q", name, got, tt.want)
		}
	}
}
