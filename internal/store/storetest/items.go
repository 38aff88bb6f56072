package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/store"
)

func itemTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"newest first":                     newestFirst,
		"selections":                       selections,
		"brief answers":                    briefAnswers,
		"version grows only with a change": versionGrows,
	}
}

// library are items of all sorts, oldest first.
func library() []domain.Item {
	items := make([]domain.Item, 4)
	for i := range items {
		items[i] = post("a", string(rune('0'+i)), past().Add(time.Duration(i)*time.Microsecond))
	}
	items[1].Kind, items[1].Series = domain.Review, "The Definitives"
	items[2].Kind, items[2].Withdrawn = domain.Review, future()
	items[3].Kind = domain.Essay
	return items
}

func guids(items []domain.Item) []string {
	var all []string
	for _, it := range items {
		all = append(all, it.Source+it.GUID)
	}
	return all
}

func newestFirst(t *testing.T, s store.Store) {
	keep(t, s, "a", library()...)
	twin := post("b", "3", library()[3].Published)
	keep(t, s, "b", twin)
	want := []string{"b3", "a3", "a1", "a0"}
	if domain.NewItemID("a", "3") < twin.ID {
		want[0], want[1] = want[1], want[0]
	}
	if diff := cmp.Diff(want, guids(must(s.Items(t.Context(), domain.ItemQuery{}))(t))); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
}

func selections(t *testing.T, s store.Store) {
	keep(t, s, "a", library()...)
	keep(t, s, "b", post("b", "0", past().Add(-time.Hour)))
	for name, test := range map[string]struct {
		q    domain.ItemQuery
		want []string
	}{
		"limit":           {domain.ItemQuery{Limit: 2}, []string{"a3", "a1"}},
		"kinds":           {domain.ItemQuery{Kinds: []domain.ItemKind{domain.Review, domain.Essay}}, []string{"a3", "a1"}},
		"series":          {domain.ItemQuery{Series: []string{"The Definitives"}}, []string{"a1"}},
		"sources":         {domain.ItemQuery{Sources: []string{"b", "c"}}, []string{"b0"}},
		"all at once":     {domain.ItemQuery{Kinds: []domain.ItemKind{domain.Post}, Sources: []string{"a"}, Series: []string{""}, Limit: 9}, []string{"a0"}},
		"ids":             {domain.ItemQuery{IDs: []domain.ItemID{domain.NewItemID("b", "0"), domain.NewItemID("a", "3"), domain.NewItemID("a", "2")}}, []string{"a3", "b0"}},
		"brief":           {domain.ItemQuery{Brief: true, Limit: 2}, []string{"a3", "a1"}},
		"nothing matches": {domain.ItemQuery{Kinds: []domain.ItemKind{domain.Poll}}, nil},
	} {
		if diff := cmp.Diff(test.want, guids(must(s.Items(t.Context(), test.q))(t))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func briefAnswers(t *testing.T, s store.Store) {
	it := full()
	it.Withdrawn = time.Time{}
	keep(t, s, it.Source, it)
	got := must(s.Items(t.Context(), domain.ItemQuery{Brief: true}))(t)
	if len(got) != 1 || got[0].Body != "" || got[0].Film != nil {
		t.Fatalf("got %+v", got)
	}
	if got[0].ID != it.ID || got[0].Kind != it.Kind || !got[0].FirstSeen.Equal(it.FirstSeen) || got[0].Backlog != it.Backlog {
		t.Errorf("got %+v, want the columns of %+v", got[0], it)
	}
}

func versionGrows(t *testing.T, s store.Store) {
	it := full()
	last := must(s.ItemsVersion(t.Context()))(t)
	for _, step := range []struct {
		name  string
		edit  func()
		grows bool
	}{
		{"new item", func() {}, true},
		{"same again", func() {}, false},
		{"other title", func() { it.Title += "!" }, true},
		{"other body", func() { it.Body += "!" }, true},
		{"changed at", func() { it.Changed = it.Changed.Add(time.Microsecond) }, true},
		{"same after that", func() {}, false},
		{"stands again", func() { it.Withdrawn = time.Time{} }, true},
		{"no backlog", func() { it.Backlog = false }, true},
		{"same in the end", func() {}, false},
	} {
		step.edit()
		keep(t, s, it.Source, it)
		version := must(s.ItemsVersion(t.Context()))(t)
		if grew := version > last; grew != step.grows || version < last {
			t.Errorf("%s: version %d after %d", step.name, version, last)
		}
		last = version
	}
	keep(t, s, "empty")
	sending(t, s, 3)
	if version := must(s.ItemsVersion(t.Context()))(t); version != last {
		t.Errorf("version %d after %d without a change to an item", version, last)
	}
}
