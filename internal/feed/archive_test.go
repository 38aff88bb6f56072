package feed_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/feed"
	"marquee/internal/feed/feedtest"
)

// monthly are n pieces a month for some months before November 2026, the oldest
// first.
func monthly(months, n int) []domain.Item {
	var items []domain.Item
	for m := range months {
		first := time.Date(2026, time.November-time.Month(months-1-m), 1, 9, 0, 0, 0, time.UTC)
		for i := range n {
			items = append(items, feedtest.Item(fmt.Sprint(m, " ", i), domain.Picks, first.Add(time.Duration(i)*time.Hour)))
		}
	}
	return items
}

// walk reads a feed and its archive from the newest page to the oldest.
func walk(t *testing.T, spec *feed.Spec, store feed.Store) (doc *feed.Document, pages []feed.Built) {
	t.Helper()
	b, err := spec.Build(t.Context(), store, domain.Readers{Audience: public}, feedtest.Now())
	if err != nil {
		t.Fatal(err)
	}
	for name := b.Document.Older; name != ""; {
		page, err := spec.BuildPage(t.Context(), store, domain.Readers{Audience: public}, feedtest.Now(), name)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, page)
		name = page.Document.Older
	}
	return b.Document, pages
}

func names(pages []feed.Built) []string {
	var all []string
	for _, p := range pages {
		all = append(all, p.Document.Page)
	}
	return all
}

// TestArchiveIsWhole: the feed and its pages hold everything, whatever the limit
// is, and each page what came in its month.
func TestArchiveIsWhole(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		limit int
		want  []string
		grows bool // the first page
	}{
		{100, nil, false},
		{40, nil, false},
		{39, []string{"2026-08"}, false},
		{12, []string{"2026-10", "2026-09", "2026-08"}, false},
		{10, []string{"2026-10", "2026-09", "2026-08"}, false},
		{9, []string{"2026-11", "2026-10", "2026-09", "2026-08"}, true}, // November has more than the feed
		{1, []string{"2026-11", "2026-10", "2026-09", "2026-08"}, true},
	} {
		spec, store := feedtest.Spec(), &feedtest.Memory{}
		spec.Limit = tt.limit
		items := monthly(4, 10)
		store.Set(items...)
		doc, pages := walk(t, spec, store)
		if !slices.Equal(names(pages), tt.want) {
			t.Errorf("limit %d: pages %v, want %v", tt.limit, names(pages), tt.want)
			continue
		}
		seen := map[string]bool{}
		for _, d := range append([]feed.Built{{Document: doc}}, pages...) {
			for _, e := range d.Document.Entries {
				seen[e.ID] = true
				if d.Document.Page != "" && e.Published.Format("2006-01") != d.Document.Page {
					t.Errorf("limit %d: page %s holds a piece of %v", tt.limit, d.Document.Page, e.Published)
				}
			}
		}
		if len(seen) != len(items) {
			t.Errorf("limit %d: %d of %d pieces", tt.limit, len(seen), len(items))
		}
		if len(pages) > 0 && pages[0].Grows != tt.grows {
			t.Errorf("limit %d: page %s grows is %v", tt.limit, pages[0].Document.Page, pages[0].Grows)
		}
	}
}

// TestPagesKeepWhatTheyHold: a page of a month that is over holds the same after
// more pieces came, were found late, were taken back elsewhere or re-dated.
func TestPagesKeepWhatTheyHold(t *testing.T) {
	t.Parallel()
	spec, store := feedtest.Spec(), &feedtest.Memory{}
	spec.Limit = 5
	items := monthly(4, 10)
	store.Set(items...)
	_, before := walk(t, spec, store)

	late := feedtest.Item("late", domain.Picks, items[12].Published) // of September, found in November
	late.FirstSeen = feedtest.Now().Add(-time.Hour)
	items = append(items, late, feedtest.Item("new", domain.Picks, feedtest.Now().Add(-2*time.Hour)))
	items[15].Published = feedtest.Now().Add(-time.Minute) // re-dated
	items[25].Title = "Another title"
	items = slices.Delete(items, 35, 36)
	store.Set(items...)
	_, after := walk(t, spec, store)
	if !slices.Equal(names(before), names(after)) {
		t.Fatalf("pages %v, then %v", names(before), names(after))
	}
	for i := range before[1:] { // the first still grows
		if a, b := ids(before[i+1]), ids(after[i+1]); !slices.Equal(a, b) {
			t.Errorf("page %s: held %v, holds %v", after[i+1].Document.Page, a, b)
		}
	}
	if !slices.Contains(ids(after[0]), late.ID.URN()) {
		t.Error("a piece that was found late is on no page that is read again")
	}
}

func ids(b feed.Built) []string {
	var all []string
	for _, e := range b.Document.Entries {
		all = append(all, e.ID)
	}
	slices.Sort(all)
	return all
}

// TestPagesAreBounded: what was imported at one go is cut, and what comes later
// in the month pushes nothing to another page.
func TestPagesAreBounded(t *testing.T) {
	t.Parallel()
	spec, store := feedtest.Spec(), &feedtest.Memory{}
	october := time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC)
	var items []domain.Item
	for i := range 1100 {
		items = append(items, feedtest.Item(fmt.Sprint(i), domain.Picks, october.Add(time.Duration(i)*time.Minute)))
	}
	items = append(items, feedtest.Item("now", domain.Picks, feedtest.Now().Add(-time.Hour)))
	store.Set(items...)
	_, pages := walk(t, spec, store)
	if want := []string{"2026-10-3", "2026-10-2", "2026-10"}; !slices.Equal(names(pages), want) {
		t.Fatalf("got %v, want %v", names(pages), want)
	}
	for i, want := range []int{100, 500, 500} {
		if got := len(pages[i].Document.Entries); got != want {
			t.Errorf("page %s holds %d, want %d", pages[i].Document.Page, got, want)
		}
	}
}

// TestOldPiecesOfANewSource stand where they were published: they were no news.
func TestOldPiecesOfANewSource(t *testing.T) {
	t.Parallel()
	spec, store := feedtest.Spec(), &feedtest.Memory{}
	spec.Limit = 1
	old := feedtest.Item("old", domain.Picks, time.Date(1895, 12, 28, 21, 0, 0, 0, time.UTC))
	old.FirstSeen, old.Backlog = feedtest.Now().Add(-time.Hour), true
	undated := feedtest.Item("undated", domain.Picks, feedtest.Now().Add(-2*time.Hour))
	undated.FirstPublished, undated.Backlog = time.Time{}, true
	ahead := feedtest.Item("ahead", domain.Picks, feedtest.Now().Add(time.Hour))
	store.Set(old, undated, ahead)
	if _, pages := walk(t, spec, store); !slices.Equal(names(pages), []string{"1895-12"}) {
		t.Errorf("got %v", names(pages))
	}
}

// TestArchiveOfASelection: pages hold what the feed holds, also when the store's
// columns do not tell.
func TestArchiveOfASelection(t *testing.T) {
	t.Parallel()
	spec, store := feedtest.Spec(), &feedtest.Memory{}
	spec.Limit, spec.Items.Tags = 1, []string{"rare"}
	items := monthly(3, 4)
	items[0].Tags, items[11].Tags = []string{"rare"}, []string{"rare"}
	store.Set(items...)
	_, pages := walk(t, spec, store)
	if !slices.Equal(names(pages), []string{"2026-09"}) || len(pages[0].Document.Entries) != 1 {
		t.Errorf("got %v", names(pages))
	}
}

func TestNoSuchPage(t *testing.T) {
	t.Parallel()
	spec, store := feedtest.Spec(), &feedtest.Memory{}
	store.Set(monthly(2, 3)...)
	for _, name := range []string{"", "2026-12", "2026-10-2", "../2026-10"} {
		if _, err := spec.BuildPage(t.Context(), store, domain.Readers{Audience: public}, feedtest.Now(), name); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("%q: got %v, want domain.ErrNotFound", name, err)
		}
	}
	broken := errors.New("disk on fire")
	store.Fail(broken)
	if _, err := spec.BuildPage(t.Context(), store, domain.Readers{Audience: public}, feedtest.Now(), "2026-10"); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
