package feed

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/entitle"
)

// pageSize bounds a page of an archive; only what was imported at one go comes
// near it.
const pageSize = 500

// archive is a feed in pages (RFC 5005 §4), the newest first. A page holds what
// came in one month, so that what it holds never changes once the month is over,
// unless a piece is taken back: a piece that was found late is on the page of the
// month in which it was found. The newest page is the one that still grows.
type archive []page

// page is one page and the items on it, newest first by their arrival.
type page struct {
	name  string // "2026-11"; "2026-11-2" when the month has more than fit on one
	items []domain.ItemID
}

// archive puts what the audience may know of onto pages.
func (v *view) archive(ctx context.Context, store Store) (archive, error) {
	q := v.query(0)
	q.Brief = v.byColumns()
	items, err := store.Items(ctx, q)
	if err != nil {
		return nil, err
	}
	items = slices.DeleteFunc(items, func(it domain.Item) bool {
		return v.Policy.Decide(v.audience, &it, v.now).Level == entitle.None || !v.selects(&it)
	})
	slices.SortFunc(items, func(a, b domain.Item) int {
		return cmp.Or(arrival(&a).Compare(arrival(&b)), strings.Compare(string(a.ID), string(b.ID)))
	})
	return paginate(items), nil
}

// paginate fills pages, each from its first item on, so that those that follow
// push none to another page.
func paginate(items []domain.Item) archive {
	var pages archive
	month, part := "", 1
	for i := range items {
		at := arrival(&items[i]).UTC().Format("2006-01")
		switch {
		case at != month:
			month, part = at, 1
			pages = append(pages, page{name: month})
		case len(pages[len(pages)-1].items) == pageSize:
			part++
			pages = append(pages, page{name: month + "-" + strconv.Itoa(part)})
		}
		last := &pages[len(pages)-1]
		last.items = append(last.items, items[i].ID)
	}
	slices.Reverse(pages)
	for i := range pages {
		slices.Reverse(pages[i].items)
	}
	return pages
}

// arrival is when an item came into feeds: when it was found, if it was news then,
// else when it was published.
func arrival(it *domain.Item) time.Time {
	if it.Backlog && !it.FirstPublished.IsZero() {
		return it.FirstPublished
	}
	return latest(it.FirstPublished, it.FirstSeen)
}

// before is the newest page that has an item which a document does not hold, ""
// when it holds all: with the pages from there on, nothing is missing.
func (a archive) before(held map[domain.ItemID]bool) string {
	for i := range a {
		if slices.ContainsFunc(a[i].items, func(id domain.ItemID) bool { return !held[id] }) {
			return a[i].name
		}
	}
	return ""
}

// older is the page before the i-th.
func (a archive) older(i int) string {
	if i+1 < len(a) {
		return a[i+1].name
	}
	return ""
}

// BuildPage makes one page of the feed's archive, as Build makes the feed:
// domain.ErrNotFound when there is no page of that name.
func (s *Spec) BuildPage(ctx context.Context, store Store, to domain.Readers, now time.Time, name string) (Built, error) {
	v := s.view(to, now)
	b, err := v.page(ctx, store, name)
	if err != nil {
		return Built{}, fmt.Errorf("build page %q of feed %s for %s: %w", name, s.Name, v.audience.Key(), err)
	}
	return b, nil
}

func (v *view) page(ctx context.Context, store Store, name string) (Built, error) {
	if v.Entries == config.EntriesEditions {
		return Built{}, fmt.Errorf("%w: editions have an archive of their own", domain.ErrNotFound)
	}
	pages, err := v.archive(ctx, store)
	if err != nil {
		return Built{}, err
	}
	i := slices.IndexFunc(pages, func(p page) bool { return p.name == name })
	if i < 0 {
		return Built{}, domain.ErrNotFound
	}
	q := v.query(0)
	q.IDs = pages[i].items
	items, err := store.Items(ctx, q)
	if err != nil {
		return Built{}, err
	}
	choices, _ := v.judge(items, len(items))
	b := v.built(choices)
	b.Document.Page, b.Document.Older, b.Grows = name, pages.older(i), i == 0
	return b, nil
}
