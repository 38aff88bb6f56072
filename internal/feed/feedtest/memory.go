package feedtest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"marquee/internal/domain"
	"marquee/internal/feed"
)

// Memory is a feed.Store that holds its items in memory. The zero Memory is
// empty and ready. It may be used by several goroutines.
type Memory struct {
	mu      sync.Mutex
	items   []domain.Item
	version int64
	err     error
	reads   int
}

var _ feed.Store = (*Memory)(nil)

// Set replaces all items and moves the version.
func (m *Memory) Set(items ...domain.Item) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.items = slices.Clone(items)
	m.version++
}

// Fail makes Items return err from now on; nil heals it.
func (m *Memory) Fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = err
}

// Reads is how often Items was called.
func (m *Memory) Reads() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.reads
}

// ItemsVersion counts the calls of Set.
func (m *Memory) ItemsVersion(ctx context.Context) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.version, ctx.Err()
}

// Items answers as domain.ItemQuery says.
func (m *Memory) Items(ctx context.Context, q domain.ItemQuery) ([]domain.Item, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads++
	if err := cmp.Or(m.err, ctx.Err()); err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(slices.Clone(m.items), func(it domain.Item) bool { return !matches(q, &it) })
	slices.SortFunc(found, func(a, b domain.Item) int {
		return cmp.Or(b.Published.Compare(a.Published), strings.Compare(string(a.ID), string(b.ID)))
	})
	if q.Brief {
		for i := range found {
			found[i] = brief(&found[i])
		}
	}
	if q.Limit > 0 && len(found) > q.Limit {
		found = found[:q.Limit]
	}
	return found, nil
}

// brief is what a brief query answers of an item.
func brief(it *domain.Item) domain.Item {
	return domain.Item{
		ID: it.ID, Source: it.Source, GUID: it.GUID, Kind: it.Kind, Series: it.Series, Title: it.Title,
		Published: it.Published, Updated: it.Updated, ItemHistory: it.ItemHistory, Exclusive: it.Exclusive,
	}
}

func matches(q domain.ItemQuery, it *domain.Item) bool {
	return it.Withdrawn.IsZero() &&
		(len(q.Kinds) == 0 || slices.Contains(q.Kinds, it.Kind)) &&
		(len(q.Series) == 0 || slices.Contains(q.Series, it.Series)) &&
		(len(q.IDs) == 0 || slices.Contains(q.IDs, it.ID)) &&
		(len(q.Sources) == 0 || slices.Contains(q.Sources, it.Source))
}
