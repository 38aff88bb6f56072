package feed_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/feed/feedtest"
)

// TestAPickIsAnEntry: in a feed of picks each film is a piece of its own; items
// without any are not there.
func TestAPickIsAnEntry(t *testing.T) {
	t.Parallel()
	spec := feedtest.Spec()
	spec.Entries = config.EntriesPicks
	doc := build(t, spec, public, feedtest.Now(), feedtest.Items()...).Document
	if len(doc.Entries) != 2 {
		t.Fatalf("got %d entries: %+v", len(doc.Entries), doc.Entries)
	}
	ledger, ghost := doc.Entries[0], doc.Entries[1]
	if ledger.Title != "The Salt Ledger (2024) on Criterion Channel ★★★½" || ghost.Title != "Ghost Tariff (1931) on Public Domain Pictures" {
		t.Errorf("titles %q and %q", ledger.Title, ghost.Title)
	}
	if ledger.URL != "https://www.lanternscreen.example/reviews/the-salt-ledger/" || ledger.Image == nil || ledger.Film.Year != 2024 || len(ledger.Picks) != 1 {
		t.Errorf("got %+v", ledger)
	}
	for _, want := range []string{"webfeedsFeaturedVisual", "(3.5 out of 4 stars)", "Criterion Channel</a> · subscription · US · leaves Nov 30", "A heist told entirely"} {
		if !strings.Contains(ledger.HTML, want) {
			t.Errorf("no %s in %s", want, ledger.HTML)
		}
	}
	if ledger.ID == ghost.ID {
		t.Error("two films have one id")
	}
}

// TestIDsOfPicksStay when films are added, change places, or more is known of them.
func TestIDsOfPicksStay(t *testing.T) {
	t.Parallel()
	spec := feedtest.Spec()
	spec.Entries = config.EntriesPicks
	it := feedtest.Items()[1]
	want := build(t, spec, public, feedtest.Now(), it).Document.Entries
	it.Picks = slices.Clone(it.Picks)
	it.Picks[0].TMDB, it.Picks[0].Year, it.Picks[0].Title = "1", 2023, "The Salt Ledger!"
	slices.Reverse(it.Picks)
	it.Picks = append([]domain.Pick{{Title: "New"}, {Title: "New"}}, it.Picks...)
	it.Title = "Another title"
	spec.Publication.Server = "https://moved.example"
	got := build(t, spec, screenwriter, feedtest.Now(), it)
	if len(got.Omitted) > 0 || len(got.Document.Entries) != 4 {
		t.Fatalf("got %+v", got)
	}
	if e := got.Document.Entries; e[3].ID != want[0].ID || e[2].ID != want[1].ID {
		t.Errorf("ids %s and %s, want %s and %s", e[3].ID, e[2].ID, want[0].ID, want[1].ID)
	}
}

// TestFilmsOfGatedPicksAreNotTold before their time: the teaser stands for them.
func TestFilmsOfGatedPicksAreNotTold(t *testing.T) {
	t.Parallel()
	spec := feedtest.Spec()
	spec.Entries = config.EntriesPicks
	it := feedtest.Items()[1]
	it.Release = domain.Ladder{{To: domain.ToPatrons}, {To: domain.ToEveryone, After: 48 * time.Hour}}
	e := build(t, spec, public, feedtest.Now(), it).Document.Entries
	if len(e) != 1 || strings.Contains(e[0].HTML+e[0].Title+e[0].Summary, "Salt Ledger") || !strings.Contains(e[0].HTML, "opens here on") {
		t.Errorf("got %+v", e)
	}
	if e := build(t, spec, matinee, feedtest.Now(), it).Document.Entries; len(e) != 2 {
		t.Errorf("patrons get %d entries", len(e))
	}
}

// TestArchiveOfPicks: its pages hold the films of the older items.
func TestArchiveOfPicks(t *testing.T) {
	t.Parallel()
	spec, store := feedtest.Spec(), &feedtest.Memory{}
	spec.Entries, spec.Limit = config.EntriesPicks, 2
	items := monthly(3, 2)
	for i := range items {
		items[i].Picks = []domain.Pick{{Title: "A"}, {Title: "B"}}
	}
	store.Set(items...)
	doc, pages := walk(t, spec, store)
	if len(doc.Entries) != 4 || !slices.Equal(names(pages), []string{"2026-10", "2026-09"}) || len(pages[0].Document.Entries) != 4 {
		t.Errorf("%d entries, pages %v", len(doc.Entries), names(pages))
	}
}
