package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/likeness"
	"marquee/internal/store"
)

func copyTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"copies come back":             copiesComeBack,
		"items by key":                 itemsByKey,
		"twins are refused":            twinsRefused,
		"events newest first":          eventsNewestFirst,
		"held items are accepted":      heldAccepted,
		"settled of late is news":      settledIsNews,
		"what is missing":              missingItems,
		"what is to be checked":        itemsToCheck,
		"a source's items are its own": sharedItem,
	}
}

// second is how another source tells an item.
func second(it domain.Item, guid string) gather.Copy {
	other := it
	other.Source, other.GUID, other.Title = "b", guid, "As b tells it"
	other.ItemHistory = domain.ItemHistory{Changed: it.Changed}
	return gather.Copy{Of: it.ID, Item: other}
}

func firstCopy(it domain.Item) gather.Copy {
	it.ItemHistory = domain.ItemHistory{Changed: it.Changed, Withdrawn: it.Withdrawn}
	return gather.Copy{Of: it.ID, Item: it}
}

func copiesComeBack(t *testing.T, s store.Store) {
	ctx := t.Context()
	it := full()
	it.Withdrawn, it.Opened = time.Time{}, time.Time{}
	a, b := firstCopy(it), second(it, "b1")
	a.Withdrawn = instant()
	check(t, s.SaveGathered(ctx, gather.Gathered{Source: "b", At: instant(), Items: []domain.Item{it}, Copies: []gather.Copy{a, b}}))
	known := must(s.ItemsByGUID(ctx, "b", []string{"b1", "b2"}))(t)["b1"]
	a.Pictures, b.Pictures = it.Pictures, nil
	want := []domain.Item{b.Item, a.Item}
	if want[0].Source > want[1].Source {
		want[0], want[1] = want[1], want[0]
	}
	if diff := cmp.Diff(want, known.Copies, cmpopts.IgnoreFields(domain.Item{}, "Pictures")); diff != "" || known.ID != it.ID {
		t.Errorf("copies (-want +got):\n%s", diff)
	}
	moved := second(it, "b2")
	check(t, s.SaveGathered(ctx, gather.Gathered{Source: "b", At: instant(), Copies: []gather.Copy{
		moved, {Of: it.ID, Item: domain.Item{Source: "b", GUID: "b1"}, Former: true},
	}}))
	both := must(s.ItemsByGUID(ctx, "b", []string{"b1", "b2"}))(t)
	if both["b1"].ID != it.ID || both["b2"].ID != it.ID || len(both["b1"].Copies) != 2 {
		t.Errorf("after the guid has changed: %+v", both)
	}
	if diff := cmp.Diff([]string{"b2"}, must(s.SourceGUIDs(ctx, "b"))(t)); diff != "" {
		t.Errorf("guids of b (-want +got):\n%s", diff)
	}
	if guids := must(s.SourceGUIDs(ctx, it.Source))(t); len(guids) != 0 {
		t.Errorf("guids of what has taken it back: %v", guids)
	}
}

// named is a post at an address of its own.
func named(source, guid, title string) domain.Item {
	it := post(source, guid, past())
	it.Title, it.URL = title, "https://example.com/"+guid
	return it
}

func itemsByKey(t *testing.T, s store.Store) {
	ctx := t.Context()
	one, two := named("a", "1", "One"), named("a", "2", "Two")
	keep(t, s, "a", one, two)
	ask := named("x", "1", "Other")
	ask.URL = "http://www.example.com/2/?utm_source=feed"
	if found := must(s.ItemsByKey(ctx, likeness.KeysOf(&ask), 10))(t); len(found) != 1 || found[0].ID != two.ID {
		t.Errorf("by address: %+v", found)
	}
	ask.URL, ask.Title = "", "“ONE”"
	if found := must(s.ItemsByKey(ctx, likeness.KeysOf(&ask), 10))(t); len(found) != 1 || found[0].ID != one.ID {
		t.Errorf("by title: %+v", found)
	}
	if found := must(s.ItemsByKey(ctx, append(likeness.KeysOf(&one), likeness.KeysOf(&two)...), 1))(t); len(found) != 1 {
		t.Errorf("at most one: %+v", found)
	}
	b := second(one, "b1")
	b.URL = "https://elsewhere.example/b1"
	check(t, s.SaveGathered(ctx, gather.Gathered{Source: "b", At: instant(), Copies: []gather.Copy{firstCopy(one), b}}))
	if found := must(s.ItemsByKey(ctx, likeness.KeysOf(&b.Item), 10))(t); len(found) != 1 || found[0].ID != one.ID || len(found[0].Copies) != 2 {
		t.Errorf("by a copy's address: %+v", found)
	}
}

func twinsRefused(t *testing.T, s store.Store) {
	ctx := t.Context()
	one := named("a", "1", "One")
	keep(t, s, "a", one)
	twin := named("b", "1", "One")
	g := gather.Gathered{Source: "b", At: instant(), State: []byte("1"), Items: []domain.Item{twin}, New: []domain.ItemID{twin.ID}}
	wants(t, s.SaveGathered(ctx, g), domain.ErrConflict)
	if state := must(s.SourceState(ctx, "b"))(t); state != nil {
		t.Errorf("state %q of what was refused", state)
	}
	g.Seen = []domain.ItemID{one.ID}
	check(t, s.SaveGathered(ctx, g))
	if found := must(s.ItemsByKey(ctx, likeness.KeysOf(&twin), 10))(t); len(found) != 2 {
		t.Errorf("%d items", len(found))
	}
}

func eventsNewestFirst(t *testing.T, s store.Store) {
	ctx := t.Context()
	it := post("a", "1", past())
	at := instant()
	events := []domain.Event{
		{At: at, Kind: domain.EventNew, Item: it.ID, Source: "a"},
		{At: at, Kind: domain.EventFirstLook, Item: it.ID, Source: "a"},
		{At: at.Add(time.Microsecond), Kind: domain.EventChanged, Item: it.ID, Source: "b"},
	}
	for range 2 {
		check(t, s.SaveGathered(ctx, gather.Gathered{Source: "a", At: at, Items: []domain.Item{it}, Events: events}))
	}
	newest := []domain.Event{events[2], events[1], events[0]}
	for _, tt := range []struct {
		q    domain.EventQuery
		want []domain.Event
	}{
		{domain.EventQuery{}, newest},
		{domain.EventQuery{Item: it.ID}, newest},
		{domain.EventQuery{Source: "a"}, newest[1:]},
		{domain.EventQuery{Kinds: []domain.EventKind{domain.EventNew, domain.EventChanged}}, []domain.Event{events[2], events[0]}},
		{domain.EventQuery{Since: at.Add(time.Microsecond)}, newest[:1]},
		{domain.EventQuery{Limit: 2}, newest[:2]},
		{domain.EventQuery{Item: "none"}, nil},
	} {
		if diff := cmp.Diff(tt.want, must(s.Events(ctx, tt.q))(t)); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", tt.q, diff)
		}
	}
	if got := must(s.Sources(ctx))(t)[0].Events; got[domain.EventNew] != 1 || got[domain.EventChanged] != 0 {
		t.Errorf("counted %v", got)
	}
}

func heldAccepted(t *testing.T, s store.Store) {
	ctx := t.Context()
	held, other := post("a", "1", past()), post("a", "2", past())
	held.Backlog, other.Backlog = true, true
	check(t, s.SaveGathered(ctx, gather.Gathered{
		Source: "a", At: past(), Items: []domain.Item{held, other},
		Events: []domain.Event{{At: past(), Kind: domain.EventHeld, Item: held.ID, Source: "a"}},
	}))
	if st := must(s.Sources(ctx))(t)[0]; st.Held != 1 {
		t.Errorf("%d held", st.Held)
	}
	q := digest.CandidateQuery{Digest: "weekly", Published: future(), Seen: held.FirstSeen.Add(-time.Second)}
	if found := must(s.Candidates(ctx, q))(t); len(found) != 1 || found[0].ID != held.ID || !found[0].Held {
		t.Errorf("held: %+v", found)
	}
	q.Seen = instant().Add(-time.Second)
	version := must(s.ItemsVersion(ctx))(t)
	if n := must(s.AcceptHeld(ctx, "b", instant()))(t); n != 0 || must(s.ItemsVersion(ctx))(t) != version {
		t.Errorf("another source's: %d", n)
	}
	if n := must(s.AcceptHeld(ctx, "a", instant()))(t); n != 1 || must(s.ItemsVersion(ctx))(t) == version {
		t.Errorf("accepted %d", n)
	}
	if n := must(s.AcceptHeld(ctx, "a", instant()))(t); n != 0 {
		t.Errorf("accepted %d again", n)
	}
	if st := must(s.Sources(ctx))(t)[0]; st.Held != 0 {
		t.Errorf("%d still held", st.Held)
	}
	if found := must(s.Candidates(ctx, q))(t); len(found) != 1 || found[0].ID != held.ID || found[0].Backlog || found[0].Held {
		t.Errorf("news: %+v", found)
	}
}

func settledIsNews(t *testing.T, s store.Store) {
	frozen := instant()
	early, late := post("a", "1", past()), post("a", "2", past())
	early.Settles, late.Settles = frozen, frozen.Add(time.Microsecond)
	keep(t, s, "a", early, late)
	q := digest.CandidateQuery{Digest: "weekly", Published: future(), Seen: frozen}
	if found := must(s.Candidates(t.Context(), q))(t); len(found) != 1 || found[0].ID != late.ID {
		t.Errorf("settled after the last edition: %+v", found)
	}
}

func missingItems(t *testing.T, s store.Store) {
	ctx := t.Context()
	gone := post("a", "gone", instant())
	gone.Withdrawn = instant()
	shared := post("z", "z1", instant())
	b := second(shared, "a1")
	b.Source = "a"
	keep(t, s, "a", post("a", "1", instant()), post("a", "2", instant()), post("a", "old", past()), gone)
	check(t, s.SaveGathered(ctx, gather.Gathered{Source: "a", At: instant(), Items: []domain.Item{shared}, Copies: []gather.Copy{firstCopy(shared), b}}))
	ask := func(guids ...string) []string {
		var all []string
		for _, k := range must(s.ItemsMissing(ctx, "a", past(), instant().Add(-time.Hour), guids, 10))(t) {
			all = append(all, k.GUID)
		}
		return all
	}
	sorted := cmpopts.SortSlices(func(a, b string) bool { return a < b })
	if diff := cmp.Diff([]string{"2", "z1"}, ask("1"), sorted); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"2"}, ask("1", "a1"), sorted); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	check(t, s.SaveGathered(ctx, gather.Gathered{Source: "a", At: instant(), Checks: []gather.Check{{Item: domain.NewItemID("a", "2")}}}))
	if got := ask("1", "a1"); len(got) != 0 {
		t.Errorf("looked at already: %v", got)
	}
}

func itemsToCheck(t *testing.T, s store.Store) {
	ctx := t.Context()
	kept, opened, open := post("a", "1", instant()), post("a", "2", instant()), post("a", "3", instant())
	kept.Exclusive, opened.Exclusive, opened.Opened = true, true, past()
	keep(t, s, "a", kept, opened, open)
	ask := func(looked time.Time) []gather.Known {
		return must(s.ItemsToCheck(ctx, "a", false, past(), looked, 10))(t)
	}
	if found := ask(instant()); len(found) != 1 || found[0].ID != kept.ID || found[0].Absent != 0 || found[0].Kept {
		t.Errorf("to be checked: %+v", found)
	}
	for _, oldest := range []time.Time{kept.Published, kept.Published.Add(time.Microsecond), {}} {
		check(t, s.SaveGathered(ctx, gather.Gathered{Source: "a", At: instant(), Oldest: oldest}))
		left := must(s.ItemsToCheck(ctx, "a", true, past(), instant(), 10))(t)
		if want := !oldest.Equal(kept.Published); (len(left) == 1) != want {
			t.Errorf("the oldest is of %v: left its window %+v", oldest, left)
		}
	}
	for range 2 {
		check(t, s.SaveGathered(ctx, gather.Gathered{Source: "a", At: instant(), Checks: []gather.Check{{Item: kept.ID, Absent: 1, Kept: true}}}))
	}
	if found := ask(instant().Add(-time.Microsecond)); len(found) != 0 {
		t.Errorf("checked already: %+v", found)
	}
	if found := ask(instant()); len(found) != 1 || found[0].Absent != 1 || !found[0].Kept {
		t.Errorf("to be checked again: %+v", found)
	}
}

func sharedItem(t *testing.T, s store.Store) {
	ctx := t.Context()
	it := named("a", "1", "One")
	check(t, s.SaveGathered(ctx, gather.Gathered{Source: "a", At: instant(), Items: []domain.Item{it}}))
	version := must(s.ItemsVersion(ctx))(t)
	check(t, s.SaveGathered(ctx, gather.Gathered{Source: "b", At: instant(), Copies: []gather.Copy{firstCopy(it), second(it, "b1")}}))
	if must(s.ItemsVersion(ctx))(t) == version {
		t.Error("feeds of b do not hear of the item")
	}
	for source, want := range map[string]int{"a": 1, "b": 1, "c": 0} {
		if got := must(s.Items(ctx, domain.ItemQuery{Sources: []string{source}}))(t); len(got) != want {
			t.Errorf("source %s has %d items", source, len(got))
		}
	}
	for _, st := range must(s.Sources(ctx))(t) {
		if st.Items != 1 {
			t.Errorf("status: %+v", st)
		}
	}
}
