package gather_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/likeness"
	"marquee/internal/source"
)

// memory is a gather.Store that changes values as databases do: empty lists
// come back for nil ones, times in whole microseconds and in another zone.
type memory struct {
	gather.Store
	state    source.State
	items    map[string]domain.Item
	last     time.Time
	saved    []gather.Gathered
	failures []gather.Failure
	owed     map[string]gather.Owed
	broken   error
}

func (m *memory) SourceState(context.Context, string) (source.State, error) {
	return m.state, m.broken
}

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

func (m *memory) LastSuccess(context.Context, string) (time.Time, error) { return m.last, nil }

func (m *memory) SourceGUIDs(context.Context, string) ([]string, error) {
	var all []string
	for guid, it := range m.items {
		if it.Withdrawn.IsZero() {
			all = append(all, guid)
		}
	}
	return all, nil
}

func (m *memory) ItemsToIllustrate(_ context.Context, _ string, limit int) ([]domain.Item, error) {
	var bare []domain.Item
	for _, guid := range slices.Sorted(maps.Keys(m.items)) {
		if it := m.items[guid]; it.Withdrawn.IsZero() && !it.Illustrated && len(bare) < limit {
			bare = append(bare, it)
		}
	}
	return bare, nil
}

func (m *memory) DetailsOwed(context.Context, string, int) ([]gather.Owed, error) {
	return slices.SortedFunc(maps.Values(m.owed), func(a, b gather.Owed) int { return a.Due.Compare(b.Due) }), nil
}

func (m *memory) SaveGathered(_ context.Context, g gather.Gathered) error {
	for _, it := range g.Items {
		it.Tags = append([]string{}, it.Tags...)
		it.Picks = append([]domain.Pick{}, it.Picks...)
		it.Release = append(domain.Ladder{}, it.Release...)
		it.Published = it.Published.In(time.FixedZone("", 3600)).Truncate(time.Microsecond)
		m.items[it.GUID] = it
	}
	for _, o := range g.Owed {
		if m.owed[o.GUID] = o; o.Due.IsZero() {
			delete(m.owed, o.GUID)
		}
	}
	m.state, m.last = g.State, g.At
	m.saved = append(m.saved, g)
	return nil
}

func (m *memory) SaveFailure(ctx context.Context, f gather.Failure) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	m.failures = append(m.failures, f)
	return nil
}

// script is a reader that answers with what a test put there.
type script struct {
	res  source.Result
	err  error
	last []source.State // what it was given
}

func (s *script) Read(_ context.Context, last source.State) (source.Result, error) {
	s.last = append(s.last, last)
	return s.res, s.err
}

// bench is a gatherer of one source between a scripted reader and a store.
type bench struct {
	*testing.T
	reader *script
	store  *memory
	rules  config.Rules
	now    time.Time
	log    bytes.Buffer
	detail func(*source.Raw) error // nil makes a reader that knows no details
	album  *album                  // nil keeps no pictures
}

func newBench(t *testing.T) *bench {
	t.Helper()
	return &bench{
		T: t, reader: &script{res: source.Result{State: source.State("1")}},
		store: &memory{items: map[string]domain.Item{}, owed: map[string]gather.Owed{}}, now: time.Date(2026, 11, 20, 17, 0, 0, 123, time.UTC),
	}
}

type detailer struct {
	*script
	detail func(*source.Raw) error
}

func (d detailer) Detail(_ context.Context, raw *source.Raw) error { return d.detail(raw) }

func (b *bench) gather(ctx context.Context) (gather.Report, error) {
	var reader source.Reader = b.reader
	if b.detail != nil {
		reader = detailer{b.reader, b.detail}
	}
	var pictures gather.Pictures
	if b.album != nil {
		pictures = b.album
	}
	return gather.New(gather.Config{
		Name: "reviews", Reader: reader, Store: b.store, Pictures: pictures, Rules: b.rules,
		Publication: domain.Publication{URL: "https://www.lanternscreen.example/", Language: "en-US"},
		Now:         func() time.Time { return b.now }, Log: slog.New(slog.NewTextHandler(&b.log, nil)),
	}).Gather(ctx)
}

// reads gathers pieces an hour after the last time, and returns what was saved.
func (b *bench) reads(pieces ...source.Raw) (gather.Gathered, gather.Report) {
	b.Helper()
	b.now = b.now.Add(time.Hour)
	b.reader.res.Items = pieces
	report, err := b.gather(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return b.store.saved[len(b.store.saved)-1], report
}

// one gathers one piece as the first ever.
func one(t *testing.T, rules config.Rules, raw source.Raw) domain.Item {
	t.Helper()
	b := newBench(t)
	b.rules = rules
	if raw.GUID == "" {
		raw.GUID = "g"
	}
	saved, report := b.reads(raw)
	if len(saved.Items) != 1 || len(report.Problems) > 0 {
		t.Fatalf("got %d items and problems %v, want one item", len(saved.Items), report.Problems)
	}
	return saved.Items[0]
}

func guids(items []domain.Item) []string {
	set := map[string]bool{}
	for _, it := range items {
		set[it.GUID] = true
	}
	return slices.Sorted(maps.Keys(set))
}

var errBroken = errors.New("the disk is gone")
