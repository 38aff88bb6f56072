package wordpress_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/likeness"
	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
)

// memory is a gather.Store of one source, as far as it is used here.
type memory struct {
	gather.Store
	state source.State
	items map[string]domain.Item
}

func (m *memory) SourceState(context.Context, string) (source.State, error) { return m.state, nil }

func (m *memory) ItemsByGUID(_ context.Context, _ string, guids []string) (map[string]gather.Known, error) {
	found := map[string]gather.Known{}
	for _, guid := range guids {
		if it, ok := m.items[guid]; ok {
			found[guid] = gather.Known{Item: it}
		}
	}
	return found, nil
}

func (m *memory) ItemsByKey(context.Context, []likeness.Key, int) ([]gather.Known, error) {
	return nil, nil
}

func (m *memory) SourceGUIDs(context.Context, string) ([]string, error) {
	var all []string
	for guid, it := range m.items {
		if it.Withdrawn.IsZero() {
			all = append(all, guid)
		}
	}
	return all, nil
}

func (m *memory) ItemsToIllustrate(context.Context, string, int) ([]domain.Item, error) {
	return nil, nil
}

func (m *memory) SaveGathered(_ context.Context, g gather.Gathered) error {
	m.state = g.State
	for _, it := range g.Items {
		m.items[it.GUID] = it
	}
	return nil
}

func (m *memory) SaveFailure(context.Context, gather.Failure) error { return nil }

// What gathering makes of the site: kinds and series by categories and topics,
// exclusive pieces by their text, and an editor's work in its own words.
func TestGathered(t *testing.T) {
	t.Parallel()
	s, now := openSite(t, ""), noon()
	store := &memory{items: map[string]domain.Item{}}
	g := gather.New(gather.Config{
		Name: "site", Store: store, Now: now.now, Log: slog.New(slog.DiscardHandler),
		Reader:      setup{client: sourcetest.Client(s), now: now}.reader(t),
		Publication: domain.Publication{URL: home, Zone: time.UTC},
		Rules: config.Rules{Kind: domain.Review, Rating: 4, Match: []config.Rule{
			{Category: "Reader’s Choice", Series: "Reader's Choice"},
			{Path: "/definitives/", Kind: domain.Essay, Series: "The Definitives"},
			{Category: "Streaming Picks", Kind: domain.Picks},
			{Category: "Lists", Kind: domain.List}, // a topic, which no feed has
			{Category: "Polls & Votes", Kind: domain.Poll},
		}},
	})
	gathered(t, g, "38 new, 1 problem")
	for id, want := range map[string]domain.Item{
		"/?post_type=reviews&p=28091":     {Kind: domain.Review, Series: "Reader's Choice", Exclusive: true},
		"/?post_type=reviews&p=28055":     {Kind: domain.Review},
		"/?post_type=definitives&p=28075": {Kind: domain.Essay, Series: "The Definitives", Exclusive: true},
		"/?p=28079":                       {Kind: domain.List, Exclusive: true},
		"/?p=28089":                       {Kind: domain.Poll},
		"/?p=28093":                       {Kind: domain.Picks},
	} {
		it := store.items[home+id]
		if it.Kind != want.Kind || it.Series != want.Series || it.Exclusive != want.Exclusive || (it.Body == "") != want.Exclusive || it.Teaser == "" {
			t.Errorf("%s is kind %s, series %q, exclusive %t, with %d bytes", id, it.Kind, it.Series, it.Exclusive, len(it.Body))
		}
	}
	if it := store.items[home+"/?p=28093"]; len(it.Picks) != 3 || it.Picks[0].Service == "" || it.Picks[0].Year == 0 || strings.Contains(it.Body, it.Picks[0].Title) {
		t.Errorf("Friday's picks are %+v, beside %q", it.Picks, it.Body)
	}
	s.posts = openSite(t, "after").posts
	now.Time = now.Add(time.Hour)
	gathered(t, g, "4 changed, 1 republished, 2 now free, 2 withdrawn, 1 problem")
	now.Time = now.Add(time.Hour)
	gathered(t, g, "nothing new")
	if it := store.items[home+"/?post_type=reviews&p=28061"]; it.Exclusive || it.Body == "" || it.Opened.IsZero() {
		t.Errorf("the piece that opened beyond the feed's window: exclusive %t, opened %s", it.Exclusive, it.Opened)
	}
}

func gathered(t *testing.T, g *gather.Gatherer, want string) {
	t.Helper()
	report, err := g.Gather(t.Context())
	if err != nil || report.String() != want {
		t.Errorf("%s; %v, want %s", report, err, want)
	}
}
