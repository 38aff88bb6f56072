package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/source"
	"marquee/internal/store"
)

func gatherTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"whole item comes back":        wholeItem,
		"bare item comes back":         bareItem,
		"state belongs to its source":  sourceState,
		"items by guid":                itemsByGUID,
		"withdrawn guids do not stand": withdrawnGUIDs,
		"saving is all or nothing":     savingIsAtomic,
		"failures count in a row":      failuresInARow,
		"foreign text is kept whole":   foreignText,
		"unchanged keeps the problems": unchangedSource,
		"owed details":                 owedDetails,
	}
}

// full is an item with every field set.
func full() domain.Item {
	rating := &domain.Rating{Value: 3.5, Best: 4, Step: 0.5}
	image := &domain.Image{URL: "https://example.com/a.jpg", Type: "image/jpeg", Width: 600, Height: 900, Alt: "“A” & <b>"}
	at := instant()
	return domain.Item{
		ID: domain.NewItemID("reviews", "full"), Source: "reviews", GUID: "full", Kind: domain.Review, Series: "The Definitives",
		Title: "Größe & <Maß> ☃", URL: "https://example.com/full", Author: "A. Critic", Language: "en-US", Tags: []string{"noir", "B&W"},
		Teaser: "<p>Short & sweet</p>", Body: "<p>Long \u2028 \u0000 text</p>", Image: image,
		Film: &domain.Film{
			Title: "Copperwire", Year: 2026, Directors: []string{"Ines Vardo"}, Writers: []string{"W"}, Cast: []string{"C", "D"},
			Genres: []string{"Drama"}, Runtime: 98 * time.Minute, ContentRating: "PG-13",
			Released: domain.Date{Year: 2026, Month: 11, Day: 20}, Rating: rating, Poster: image, Still: image, TMDB: "1", IMDB: "tt1",
		},
		Picks: []domain.Pick{{
			Title: "P", Year: 1959, Directors: []string{"X"}, Service: "S", Access: domain.Rent, Region: "US", Why: "<p>w</p>",
			Rating: rating, URL: "https://example.com/p", Review: "https://example.com/r", From: domain.Date{Year: 2026, Month: 1, Day: 2},
			Leaves: domain.Date{Year: 2026, Month: 11, Day: 30}, TMDB: "2", IMDB: "tt2", Image: image,
		}},
		Release:   domain.Ladder{{To: "Screenwriter"}, {To: domain.ToEveryone, After: 48 * time.Hour}},
		Exclusive: true, Published: at, Updated: at.Add(time.Microsecond),
		ItemHistory: domain.ItemHistory{
			FirstPublished: at.Add(-time.Hour), FirstSeen: at.Add(2 * time.Second), Changed: at.Add(3 * time.Second),
			Opened: at.Add(4 * time.Second), Withdrawn: at.Add(5 * time.Second), Settles: at.Add(6 * time.Second), Backlog: true,
			Pictures: []domain.Picture{{URL: image.URL, Key: "k", Width: 600, Height: 900}, {URL: "https://example.com/gone.jpg"}}, Illustrated: true,
		},
	}
}

// What is owed is replaced piece by piece, for each source by itself, with a read
// that brings nothing else too.
func owedDetails(t *testing.T, s store.Store) {
	at := instant()
	owe := func(name string, owed ...gather.Owed) {
		check(t, s.SaveGathered(t.Context(), gather.Gathered{Source: name, At: at, State: source.State("1"), Unchanged: true, Owed: owed}))
	}
	want := func(name string, limit int, owed ...gather.Owed) {
		t.Helper()
		if diff := cmp.Diff(owed, must(s.DetailsOwed(t.Context(), name, limit))(t)); diff != "" {
			t.Errorf("%s owes (-want +got):\n%s", name, diff)
		}
	}
	want("reviews", 9)
	a, b := gather.Owed{GUID: "a", Tries: 1, Due: at.Add(time.Hour)}, gather.Owed{GUID: "b", Due: at}
	owe("reviews", a, b)
	owe("blog", a)
	want("reviews", 9, b, a)
	want("reviews", 1, b)
	b = gather.Owed{GUID: "b", Tries: 2, Due: at.Add(2 * time.Hour)}
	owe("reviews", b, gather.Owed{GUID: "never"})
	want("reviews", 9, a, b)
	owe("reviews", gather.Owed{GUID: "a"})
	owe("reviews")
	want("reviews", 9, b)
	want("blog", 9, a)
}

func wholeItem(t *testing.T, s store.Store) {
	it := full()
	keep(t, s, it.Source, it)
	if diff := cmp.Diff(it, must(s.Item(t.Context(), it.ID))(t)); diff != "" {
		t.Errorf("stored and read (-want +got):\n%s", diff)
	}
	bare := domain.Item{ID: it.ID, Source: it.Source, GUID: it.GUID, Kind: domain.Essay}
	keep(t, s, it.Source, bare)
	if diff := cmp.Diff(bare, must(s.Item(t.Context(), it.ID))(t)); diff != "" {
		t.Errorf("every field is replaced (-want +got):\n%s", diff)
	}
}

func bareItem(t *testing.T, s store.Store) {
	_, err := s.Item(t.Context(), domain.NewItemID("a", "b"))
	wants(t, err, domain.ErrNotFound)
	it := domain.Item{ID: domain.NewItemID("a", "b"), Source: "a", GUID: "b", Kind: domain.Post}
	it.Published = time.Date(1959, 3, 1, 12, 0, 0, 0, time.FixedZone("", -6*3600))
	keep(t, s, "a", it)
	got := must(s.Item(t.Context(), it.ID))(t)
	if !got.Published.Equal(it.Published) || got.Published.Location() != time.UTC {
		t.Errorf("published %v, want %v in UTC", got.Published, it.Published)
	}
	it.Published = got.Published
	if diff := cmp.Diff(it, got); diff != "" {
		t.Errorf("stored and read (-want +got):\n%s", diff)
	}
}

func sourceState(t *testing.T, s store.Store) {
	ctx := t.Context()
	if state := must(s.SourceState(ctx, "reviews"))(t); state != nil {
		t.Errorf("state before the first read: %q", state)
	}
	check(t, s.SaveFailure(ctx, gather.Failure{Source: "reviews", At: past(), Err: "timeout"}))
	if state := must(s.SourceState(ctx, "reviews"))(t); state != nil {
		t.Errorf("state after a failure: %q", state)
	}
	check(t, s.SaveGathered(ctx, gather.Gathered{Source: "reviews", At: past(), State: source.State("\x00\xff1")}))
	check(t, s.SaveGathered(ctx, gather.Gathered{Source: "picks", At: past(), State: source.State("p")}))
	check(t, s.SaveFailure(ctx, gather.Failure{Source: "reviews", At: past(), Err: "timeout"}))
	if state := must(s.SourceState(ctx, "reviews"))(t); string(state) != "\x00\xff1" {
		t.Errorf("state %q, want what was saved", state)
	}
}

func itemsByGUID(t *testing.T, s store.Store) {
	gone := post("a", "gone", past())
	gone.Withdrawn = instant()
	keep(t, s, "a", post("a", "1", past()), post("a", "2", past()), gone)
	keep(t, s, "b", post("b", "1", future()))
	ask := []string{"1", "gone", "never"}
	for range 2000 { // more than fit one statement
		ask = append(ask, "never either")
	}
	got := must(s.ItemsByGUID(t.Context(), "a", ask))(t)
	if len(got) != 2 || got["1"].Source != "a" || got["gone"].Withdrawn.IsZero() {
		t.Errorf("got %v, want 1 and gone of source a", got)
	}
	if got := must(s.ItemsByGUID(t.Context(), "a", nil))(t); len(got) != 0 {
		t.Errorf("asked for none, got %v", got)
	}
}

func withdrawnGUIDs(t *testing.T, s store.Store) {
	gone := post("a", "gone", past())
	gone.Withdrawn = instant()
	keep(t, s, "a", post("a", "2", past()), post("a", "1", past()), gone)
	keep(t, s, "b", post("b", "3", past()))
	if diff := cmp.Diff([]string{"1", "2"}, must(s.SourceGUIDs(t.Context(), "a"))(t)); diff != "" {
		t.Errorf("guids (-want +got):\n%s", diff)
	}
}

func savingIsAtomic(t *testing.T, s store.Store) {
	ctx := t.Context()
	keep(t, s, "a", post("a", "1", past()))
	before := must(s.ItemsVersion(ctx))(t)
	broken := post("a", "3", past())
	broken.ID = domain.NewItemID("a", "1") // another item's
	err := s.SaveGathered(ctx, gather.Gathered{
		Source: "a", At: future(), State: source.State("new"), Items: []domain.Item{post("a", "2", past()), broken},
	})
	wants(t, err, domain.ErrConflict)
	if guids := must(s.SourceGUIDs(ctx, "a"))(t); len(guids) != 1 {
		t.Errorf("guids %v, want none added", guids)
	}
	if state := must(s.SourceState(ctx, "a"))(t); len(state) != 0 {
		t.Errorf("state %q, want none", state)
	}
	if after := must(s.ItemsVersion(ctx))(t); after != before {
		t.Errorf("version moved from %d to %d", before, after)
	}
}

func failuresInARow(t *testing.T, s store.Store) {
	ctx := t.Context()
	fail := gather.Failure{Source: "b", At: instant(), Err: "timeout", NotBefore: future()}
	check(t, s.SaveFailure(ctx, fail))
	check(t, s.SaveFailure(ctx, fail))
	gone := post("a", "2", past())
	gone.Withdrawn = past()
	check(t, s.SaveGathered(ctx, gather.Gathered{
		Source: "a", At: instant(), Items: []domain.Item{post("a", "1", past()), gone}, Problems: []string{"item 3: no title"},
	}))
	want := []domain.SourceStatus{
		{Source: "a", Items: 1, Succeeded: instant(), Problems: []string{"item 3: no title"}},
		{Source: "b", Failed: instant(), Error: "timeout", Failures: 2, Since: instant(), NotBefore: future()},
	}
	if diff := cmp.Diff(want, must(s.Sources(ctx))(t)); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
	check(t, s.SaveFailure(ctx, gather.Failure{Source: "a", At: instant().Add(time.Hour), Err: "gone"}))
	check(t, s.SaveGathered(ctx, gather.Gathered{Source: "b", At: instant()}))
	want[0].Failed, want[0].Error, want[0].Failures = instant().Add(time.Hour), "gone", 1
	want[0].Since = want[0].Failed
	want[1] = domain.SourceStatus{Source: "b", Succeeded: instant()}
	if diff := cmp.Diff(want, must(s.Sources(ctx))(t)); diff != "" {
		t.Errorf("sources after a failure and a success (-want +got):\n%s", diff)
	}
}

func unchangedSource(t *testing.T, s store.Store) {
	ctx := t.Context()
	want := domain.SourceStatus{Source: "a", Succeeded: instant(), Problems: []string{"item 3: no title"}}
	check(t, s.SaveGathered(ctx, gather.Gathered{Source: "a", At: past(), State: source.State("1"), Problems: want.Problems}))
	check(t, s.SaveGathered(ctx, gather.Gathered{Source: "a", At: instant(), State: source.State("2"), Unchanged: true}))
	if diff := cmp.Diff([]domain.SourceStatus{want}, must(s.Sources(ctx))(t)); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
	if state := must(s.SourceState(ctx, "a"))(t); string(state) != "2" {
		t.Errorf("state %q", state)
	}
	check(t, s.SaveGathered(ctx, gather.Gathered{Source: "a", At: instant()}))
	want.Problems = nil
	if diff := cmp.Diff([]domain.SourceStatus{want}, must(s.Sources(ctx))(t)); diff != "" {
		t.Errorf("sources after a read without problems (-want +got):\n%s", diff)
	}
}

func foreignText(t *testing.T, s store.Store) {
	ctx := t.Context()
	strange := "answer \xff\x00 end"
	it := post("a", "1", past())
	it.Title, it.Body = strange, strange
	keep(t, s, "a", it)
	check(t, s.SaveFailure(ctx, gather.Failure{Source: "a", At: past(), Err: errors.New(strange).Error()}))
	if got := must(s.Item(ctx, it.ID))(t).Title; got != "answer \uFFFD\uFFFD end" {
		t.Errorf("title %q", got)
	}
}
