package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/patron"
	"marquee/internal/store"
)

func rosterTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"no listing yet":             noListing,
		"attendance":                 attendance,
		"all or nothing":             attendanceAllOrNothing,
		"one of several":             oneListingOfSeveral,
		"listings are numbered":      listingsNumbered,
		"addresses elsewhere":        addressesElsewhere,
		"many have no address":       manyWithoutAddress,
		"brought into step, by hand": syncedTwice,
	}
}

func noListing(t *testing.T, s store.Store) {
	enroll(t, s, 2, active)
	if a := must(s.Attendance(t.Context(), "test"))(t); a.Listings != 0 || !a.At.IsZero() || len(a.Absent) != 0 {
		t.Errorf("attendance %+v", a)
	}
}

func attendance(t *testing.T, s store.Store) {
	ctx := t.Context()
	all := enroll(t, s, 3, active)
	other := whole("other")
	check(t, s.ApplyDifference(ctx, "patreon", patron.Difference{Add: []domain.Patron{other}}))
	other = must(s.PatronsOf(ctx, "patreon"))(t)[0]

	check(t, s.ApplyDifference(ctx, "patreon", patron.Difference{Listing: 1, At: past(), Absent: []domain.PatronID{other.ID}}))
	check(t, s.ApplyDifference(ctx, "test", patron.Difference{Listing: 1, At: instant(), Absent: []domain.PatronID{all[0].ID, all[1].ID}}))
	later := instant().Add(time.Hour)
	check(t, s.ApplyDifference(ctx, "test", patron.Difference{
		Listing: 2, At: later, Absent: []domain.PatronID{all[0].ID, all[2].ID}, Back: []domain.PatronID{all[1].ID},
	}))
	want := patron.Attendance{Listings: 2, At: later, Absent: map[domain.PatronID]patron.Absence{
		all[0].ID: {Since: instant(), Listing: 1}, // from its beginning
		all[2].ID: {Since: later, Listing: 2},
	}}
	if diff := cmp.Diff(want, must(s.Attendance(ctx, "test"))(t)); diff != "" {
		t.Errorf("attendance (-want +got):\n%s", diff)
	}
	check(t, s.ApplyDifference(ctx, "test", patron.Difference{Back: []domain.PatronID{all[0].ID}})) // by a file
	if a := must(s.Attendance(ctx, "test"))(t); len(a.Absent) != 1 || a.Listings != 2 {
		t.Errorf("attendance %+v", a)
	}
	if a := must(s.Attendance(ctx, "patreon"))(t); len(a.Absent) != 1 || a.Absent[other.ID].Since != past() {
		t.Errorf("attendance of the other roster %+v", a)
	}
}

func attendanceAllOrNothing(t *testing.T, s store.Store) {
	ctx := t.Context()
	p := enroll(t, s, 1, active)[0]
	stranger := p
	stranger.ID += 100
	wants(t, s.ApplyDifference(ctx, "test", patron.Difference{
		Listing: 1, At: instant(), Absent: []domain.PatronID{p.ID}, Update: []patron.Update{{Before: stranger, After: stranger}},
	}), domain.ErrNotFound)
	if a := must(s.Attendance(ctx, "test"))(t); a.Listings != 0 || len(a.Absent) != 0 {
		t.Errorf("attendance %+v", a)
	}
}

func listingsNumbered(t *testing.T, s store.Store) {
	ctx := t.Context()
	for _, step := range []struct {
		number int
		ok     bool
	}{{2, false}, {1, true}, {1, false}, {3, false}, {2, true}, {3, true}} {
		err := s.ApplyDifference(ctx, "test", patron.Difference{Listing: step.number, At: instant()})
		if step.ok {
			check(t, err)
		} else {
			wants(t, err, domain.ErrConflict)
		}
	}
}

func oneListingOfSeveral(t *testing.T, s store.Store) {
	var trying sync.WaitGroup
	var mu sync.Mutex
	well := 0
	for i := range 8 {
		trying.Go(func() {
			err := s.ApplyDifference(t.Context(), "test", patron.Difference{
				Listing: 1, At: instant(), Add: []domain.Patron{{Email: string(rune('a'+i)) + "@example.com"}},
			})
			if err == nil {
				mu.Lock()
				well++
				mu.Unlock()
			}
		})
	}
	trying.Wait()
	if n := len(must(s.PatronsOf(t.Context(), "test"))(t)); well != 1 || n != 1 {
		t.Errorf("%d listings were applied, and brought %d patrons", well, n)
	}
}

func addressesElsewhere(t *testing.T, s store.Store) {
	ctx := t.Context()
	check(t, s.ApplyDifference(ctx, "csv", patron.Difference{Add: []domain.Patron{whole("a"), whole("b")}}))
	check(t, s.ApplyDifference(ctx, "patreon", patron.Difference{Add: []domain.Patron{whole("c")}}))
	keys := []string{"a@example.com", "c@example.com", "d@example.com"}
	if got := must(s.Elsewhere(ctx, "patreon", keys))(t); len(got) != 1 || !got["a@example.com"] {
		t.Errorf("elsewhere %v", got)
	}
	if got := must(s.Elsewhere(ctx, "patreon", nil))(t); len(got) != 0 {
		t.Errorf("elsewhere of nothing %v", got)
	}
}

func manyWithoutAddress(t *testing.T, s store.Store) {
	ctx := t.Context()
	all := enroll(t, s, 3, active)
	var d patron.Difference
	for _, p := range all {
		after := p
		after.Email, after.Name, after.Audience = "", "", former
		d.Update = append(d.Update, patron.Update{Before: p, After: after})
	}
	check(t, s.ApplyDifference(ctx, "test", d))
	for _, p := range must(s.PatronsOf(ctx, "test"))(t) {
		if p.Email != "" || p.Standing != domain.Former {
			t.Errorf("patron %+v", p)
		}
	}
	_, err := s.PatronByEmail(ctx, "")
	wants(t, err, domain.ErrNotFound)
	back := patron.Update{Before: d.Update[1].After, After: all[1]}
	check(t, s.ApplyDifference(ctx, "test", patron.Difference{Update: []patron.Update{back}}))
	if got := must(s.PatronByEmail(ctx, all[1].Email))(t); got != all[1] {
		t.Errorf("who is back is %+v", got)
	}
}

// syncedTwice imports listings as the daemon does.
func syncedTwice(t *testing.T, s store.Store) {
	ctx := t.Context()
	list := func(day int, people ...domain.Patron) patron.Listing {
		for i := range people {
			people[i].Roster = ""
		}
		return patron.Listing{People: people, Complete: true, At: instant().AddDate(0, 0, day)}
	}
	for day := range 6 {
		people := []domain.Patron{whole("a"), whole("b"), whole("c")}
		if day > 0 {
			people = people[1:]
		}
		d := must(patron.Import(ctx, s, "patreon", list(day, people...)))(t)
		if len(d.Update) != 0 {
			t.Fatalf("day %d: %+v", day, d)
		}
	}
	d := must(patron.Import(ctx, s, "patreon", list(6, whole("b"), whole("c"))))(t)
	if len(d.Update) != 1 || must(s.PatronByEmail(ctx, "a@example.com"))(t).Standing != domain.Former {
		t.Errorf("after five days and more: %+v", d)
	}
	if a := must(s.Attendance(ctx, "patreon"))(t); a.Listings != 7 || len(a.Absent) != 0 {
		t.Errorf("attendance %+v", a)
	}
}
