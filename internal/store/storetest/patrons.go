package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/patron"
	"marquee/internal/store"
)

func patronTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"added and updated":               addedAndUpdated,
		"many at once":                    manyPatrons,
		"addresses are unique":            addressesUnique,
		"addresses may be swapped":        addressesSwapped,
		"only the roster's own":           onlyOwnPatrons,
		"found by address":                patronByEmail,
		"suppressing keeps the first":     suppressingKeepsFirst,
		"suppressions outlive addresses":  suppressionsOutlive,
		"suppressions follow people":      suppressionsFollow,
		"lifted only for the same reason": liftedForSameReason,
	}
}

func whole(name string) domain.Patron {
	return domain.Patron{
		Roster: "patreon", External: "ext-" + name, Email: name + "@Example.com", Name: name, Audience: writer, Since: instant(),
	}
}

func addedAndUpdated(t *testing.T, s store.Store) {
	ctx := t.Context()
	check(t, s.ApplyDifference(ctx, "patreon", patron.Difference{Add: []domain.Patron{whole("a"), {Email: "b@example.com"}}}))
	got := must(s.PatronsOf(ctx, "patreon"))(t)
	want := []domain.Patron{whole("a"), {Roster: "patreon", Email: "b@example.com"}}
	for i := range got {
		if want[i].ID = got[i].ID; got[i].ID == 0 {
			t.Error("a patron has no ID")
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("added (-want +got):\n%s", diff)
	}
	after := whole("c")
	after.ID, after.Audience, after.Since = got[0].ID, former, time.Time{}
	check(t, s.ApplyDifference(ctx, "patreon", patron.Difference{
		Update: []patron.Update{{Before: got[0], After: after}}, Add: []domain.Patron{whole("a")}, // whose address is free by now
	}))
	want[0] = after
	got = must(s.AllPatrons(ctx))(t)
	if diff := cmp.Diff(want, got[:2]); diff != "" || len(got) != 3 || got[2].ID <= got[1].ID {
		t.Errorf("updated (-want +got):\n%s\n%v", diff, got)
	}
	if none := must(s.PatronsOf(ctx, "csv"))(t); len(none) != 0 {
		t.Errorf("another roster brought %v", none)
	}
}

func manyPatrons(t *testing.T, s store.Store) {
	all := enroll(t, s, 1201, reader)
	if len(all) != 1201 {
		t.Fatalf("%d patrons", len(all))
	}
	for i, p := range all {
		if want := fmt.Sprintf("Patron%d@example.com", i); p.Email != want || i > 0 && p.ID <= all[i-1].ID {
			t.Fatalf("patron %d is %+v, want %s by ID", i, p, want)
		}
	}
}

func addressesUnique(t *testing.T, s store.Store) {
	ctx := t.Context()
	check(t, s.ApplyDifference(ctx, "csv", patron.Difference{Add: []domain.Patron{whole("a"), whole("b")}}))
	a := must(s.PatronByEmail(ctx, "a@example.com"))(t)
	for name, d := range map[string]patron.Difference{
		"of another roster": {Add: []domain.Patron{whole("c"), {Email: " A@example.COM "}}},
		"twice":             {Add: []domain.Patron{whole("d"), whole("d")}},
	} {
		err := s.ApplyDifference(ctx, "patreon", d)
		t.Log(name, err)
		wants(t, err, domain.ErrConflict)
	}
	taken := a
	taken.Email = "B@example.com"
	err := s.ApplyDifference(ctx, "csv", patron.Difference{Add: []domain.Patron{whole("e")}, Update: []patron.Update{{Before: a, After: taken}}})
	wants(t, err, domain.ErrConflict)
	if all := must(s.AllPatrons(ctx))(t); len(all) != 2 || all[0] != a {
		t.Errorf("patrons %v, want nothing done", all)
	}
}

func addressesSwapped(t *testing.T, s store.Store) {
	ctx := t.Context()
	all := enroll(t, s, 2, reader)
	one, two := all[0], all[1]
	one.Email, two.Email = two.Email, one.Email
	check(t, s.ApplyDifference(ctx, "test", patron.Difference{Update: []patron.Update{{Before: all[0], After: one}, {Before: all[1], After: two}}}))
	if got := must(s.PatronByEmail(ctx, one.Email))(t); got != one {
		t.Errorf("%+v has the address, want %+v", got, one)
	}
}

func onlyOwnPatrons(t *testing.T, s store.Store) {
	p := enroll(t, s, 1, reader)[0]
	after := p
	after.Name, after.Email = "Stolen", "stolen@example.com"
	err := s.ApplyDifference(t.Context(), "other", patron.Difference{Update: []patron.Update{{Before: p, After: after}}})
	wants(t, err, domain.ErrNotFound)
	if got := must(s.PatronByEmail(t.Context(), p.Email))(t); got != p {
		t.Errorf("patron %+v, want %+v", got, p)
	}
}

func patronByEmail(t *testing.T, s store.Store) {
	p := enroll(t, s, 2, reader)[1]
	if got := must(s.PatronByEmail(t.Context(), "  PATRON1@example.com"))(t); got != p {
		t.Errorf("patron %+v, want %+v", got, p)
	}
	_, err := s.PatronByEmail(t.Context(), "nobody@example.com")
	wants(t, err, domain.ErrNotFound)
}

func suppressingKeepsFirst(t *testing.T, s store.Store) {
	ctx := t.Context()
	p := enroll(t, s, 1, reader)[0]
	check(t, s.SuppressPatron(ctx, p.ID, domain.Unsubscribed))
	first := must(s.Suppressions(ctx))(t)
	check(t, s.SuppressPatron(ctx, p.ID, domain.Bounced))
	check(t, s.SuppressPatron(ctx, p.ID, domain.Complained))
	if diff := cmp.Diff(first, must(s.Suppressions(ctx))(t)); diff != "" {
		t.Errorf("suppressions after the second (-want +got):\n%s", diff)
	}
	sup := first["patron0@example.com"]
	if sup.Reason != domain.Unsubscribed || sup.EmailKey != "patron0@example.com" || time.Since(sup.At).Abs() > 24*time.Hour {
		t.Errorf("suppressions %+v", first)
	}
	wants(t, s.SuppressPatron(ctx, p.ID+1, domain.Bounced), domain.ErrNotFound)
}

// suppressionsOutlive: an address is suppressed whoever had it.
func suppressionsOutlive(t *testing.T, s store.Store) {
	ctx := t.Context()
	p := enroll(t, s, 1, reader)[0]
	check(t, s.SuppressPatron(ctx, p.ID, domain.Complained))
	after := p
	after.Email = "new@example.com"
	check(t, s.ApplyDifference(ctx, "test", patron.Difference{Update: []patron.Update{{Before: p, After: after}}}))
	if sups := must(s.Suppressions(ctx))(t); sups["patron0@example.com"].Reason != domain.Complained {
		t.Errorf("suppressions %v", sups)
	}
}

// suppressionsFollow: what somebody said themselves holds wherever they move to; it
// goes to nobody else, and a dead address is left behind.
func suppressionsFollow(t *testing.T, s store.Store) {
	ctx := t.Context()
	all := enroll(t, s, 4, reader)
	for i, reason := range []domain.SuppressionReason{domain.Unsubscribed, domain.Bounced, domain.Complained} {
		check(t, s.SuppressPatron(ctx, all[i].ID, reason))
	}
	var d patron.Difference
	for i, p := range all {
		after := p
		after.Email = fmt.Sprintf("moved%d@example.com", i)
		if i == 3 {
			after.Email = "New@example.com"
		}
		d.Update = append(d.Update, patron.Update{Before: p, After: after})
	}
	d.Update[2].After.Email = all[3].Email // somebody else's until today
	check(t, s.ApplyDifference(ctx, "test", d))
	want := map[string]domain.SuppressionReason{
		"patron0@example.com": domain.Unsubscribed, "moved0@example.com": domain.Unsubscribed, "patron1@example.com": domain.Bounced,
		"patron2@example.com": domain.Complained, "patron3@example.com": domain.Complained,
	}
	got := map[string]domain.SuppressionReason{}
	for key, sup := range must(s.Suppressions(ctx))(t) {
		got[key] = sup.Reason
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("suppressions (-want +got):\n%s", diff)
	}
	check(t, s.Unsuppress(ctx, all[0].ID, domain.Unsubscribed))
	if sups := must(s.Suppressions(ctx))(t); sups["moved0@example.com"].Reason != "" {
		t.Error("who moved cannot come back")
	}
}

func liftedForSameReason(t *testing.T, s store.Store) {
	ctx := t.Context()
	all := enroll(t, s, 2, reader)
	check(t, s.Unsuppress(ctx, all[0].ID, domain.Unsubscribed))
	for _, p := range all {
		check(t, s.SuppressPatron(ctx, p.ID, domain.Unsubscribed))
	}
	check(t, s.Unsuppress(ctx, all[0].ID, domain.Bounced))
	if n := len(must(s.Suppressions(ctx))(t)); n != 2 {
		t.Errorf("%d suppressions, want 2", n)
	}
	check(t, s.Unsuppress(ctx, all[0].ID, domain.Unsubscribed))
	if sups := must(s.Suppressions(ctx))(t); len(sups) != 1 || sups["patron1@example.com"].EmailKey == "" {
		t.Errorf("suppressions %v, want the other's", sups)
	}
}
