package section_test

import (
	"slices"
	"testing"
	"time"

	"marquee/internal/calendar"
	"marquee/internal/config"
	"marquee/internal/digest"
	kinds "marquee/internal/digest/section"
	"marquee/internal/domain"
	"marquee/internal/entitle"
)

const (
	canary  = "CANARYINAGATEDBODY"
	patreon = "https://www.patreon.com/lanternscreen"
)

var (
	friday  = time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)
	nobody  = domain.Audience{}
	reader  = domain.Audience{Standing: domain.Reader}
	matinee = domain.Audience{Standing: domain.Active, Tier: "Matinee"}
	writer  = domain.Audience{Standing: domain.Active, Tier: "Screenwriter"}
)

// lens is how an audience looks at Friday's edition under a ladder for reviews
// and picks.
func lens(a domain.Audience, ladder domain.Ladder) digest.Lens {
	p := &entitle.Policy{
		Tiers: domain.Tiers{{Name: "Matinee"}, {Name: "Screenwriter"}},
		Kinds: map[domain.ItemKind]domain.Ladder{domain.Review: ladder, domain.Picks: ladder},
	}
	return digest.Lens{
		Publication: domain.Publication{Title: "Lantern Screen", Patreon: patreon, Zone: time.UTC, Server: "https://feeds.example"},
		Slot:        "2026-11-20T17:00",
		Audience:    a,
		Dates:       calendar.Of("en-US", time.UTC),
		See:         func(it *domain.Item) entitle.Access { return p.Decide(a, it, friday) },
		Early:       func(it *domain.Item) bool { return p.Decide(nobody, it, friday).Level != entitle.Full },
	}
}

// section makes a section of a kind from its options.
func section(t *testing.T, name, options string) (digest.Section, error) {
	t.Helper()
	all := kinds.Kinds()
	kind := all[slices.IndexFunc(all, func(k digest.SectionKind) bool { return k.Name == name })]
	opts, err := config.ParseOptions(options, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return kind.New(opts)
}

// must is section for options that are right.
func must(t *testing.T, name, options string) digest.Section {
	t.Helper()
	s, err := section(t, name, options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// item is an item published an hour before Friday's freeze.
func item(kind domain.ItemKind, title string, adjust ...func(*domain.Item)) domain.Item {
	at := friday.Add(-time.Hour)
	it := domain.Item{
		ID: domain.ItemID(title), Kind: kind, Title: title, URL: "https://www.lanternscreen.example/" + title,
		Teaser: "<p>It begins in fog.</p>", Body: "<p>It begins in fog.</p><p>" + canary + "</p>",
		Published: at, ItemHistory: domain.ItemHistory{FirstPublished: at},
	}
	for _, f := range adjust {
		f(&it)
	}
	return it
}

func titles(items []domain.Item) []string {
	var all []string
	for _, it := range items {
		all = append(all, it.Title)
	}
	return all
}

// pictures are images of the tests that are ours: a poster, a smaller one, and a
// still.
func pictures() []domain.Picture {
	return []domain.Picture{
		{URL: "https://x.example/p.png", Key: "p", Width: 1000, Height: 1500},
		{URL: "https://x.example/small.png", Key: "small", Width: 100, Height: 149},
		{URL: "https://x.example/s.png", Key: "s", Width: 1600, Height: 900},
		{URL: "https://x.example/gone.png"},
	}
}
