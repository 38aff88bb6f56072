package storetest

import (
	netmail "net/mail"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/patron"
	"marquee/internal/store"
)

func peopleTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"how rosters go":            rosterStatus,
		"hooks are noted once":      hooksOnce,
		"forgotten":                 forgotten,
		"forgotten for every sync":  forgottenForSyncs,
		"an import undone":          importUndone,
		"tiers given and ended":     tiersGiven,
		"readers become patrons":    readersAdopted,
		"the record of somebody":    recordOfSomebody,
		"preferences":               preferences,
		"readership":                readership,
		"sign-ups":                  signups,
		"undone after an edition":   undoneAfterEdition,
		"given to roster's patrons": givenToListed,
	}
}

func rosterStatus(t *testing.T, s store.Store) {
	ctx := t.Context()
	well := domain.RosterStatus{Roster: "members", Synced: instant(), Remarks: []string{"tier Producer is not configured"}}
	check(t, s.SetRosterStatus(ctx, well))
	check(t, s.SetRosterStatus(ctx, domain.RosterStatus{Roster: "members", Failed: future(), Error: "no\x00 answer", Braked: true}))
	want := well
	want.Failed, want.Error, want.Braked = future(), "no\uFFFD answer", true
	if diff := cmp.Diff([]domain.RosterStatus{want}, must(s.RosterStatuses(ctx))(t)); diff != "" {
		t.Errorf("after a failure (-want +got):\n%s", diff)
	}
	check(t, s.SetRosterStatus(ctx, well))
	if diff := cmp.Diff([]domain.RosterStatus{well}, must(s.RosterStatuses(ctx))(t)); diff != "" {
		t.Errorf("after a success (-want +got):\n%s", diff)
	}
	check(t, s.ApplyDifference(ctx, "members", patron.Difference{Listing: 1, At: instant()})) // the row serves both
}

func hooksOnce(t *testing.T, s store.Store) {
	ctx := t.Context()
	month := 30 * 24 * time.Hour
	for _, at := range []time.Duration{0, time.Hour, month - time.Second, month + time.Second} {
		check(t, s.NoteHook(ctx, "key", instant().Add(at), []string{"members"}))
	}
	check(t, s.NoteHook(ctx, "other", instant(), nil))
}

func forgotten(t *testing.T, s store.Store) {
	ctx := t.Context()
	all := enroll(t, s, 2, writer)
	e := must(s.CreateEdition(ctx, frozen("2026-11-20T17:00", writer)))(t)
	check(t, s.SuppressPatron(ctx, all[0].ID, domain.Unsubscribed))
	_ = must(s.CreateNotice(ctx, domain.Notice{Kind: "links", Key: "k", To: netmail.Address{Address: all[0].Email}, Created: instant()}))(t)
	codes := must(s.Erasures(ctx))(t).Codes(&all[0])
	check(t, s.ErasePatron(ctx, all[0].ID, codes, instant()))
	wants(t, s.ErasePatron(ctx, all[0].ID, codes, instant()), domain.ErrNotFound)
	if left := must(s.AllPatrons(ctx))(t); len(left) != 1 || left[0] != all[1] {
		t.Errorf("left are %+v", left)
	}
	if len(must(s.Suppressions(ctx))(t)) != 0 {
		t.Error("the suppression holds the address")
	}
	_, err := s.Notice(ctx, 1)
	wants(t, err, domain.ErrNotFound)
	_, err = s.PatronByEmail(ctx, all[0].Email)
	wants(t, err, domain.ErrNotFound)
	_, err = s.PatronRecord(ctx, all[0].ID, 0)
	wants(t, err, domain.ErrNotFound)
	if b := must(s.Balance(ctx, e.ID))(t); b.Entitled != 2 {
		t.Errorf("balance %s", b)
	}
	if found := must(s.Prove(ctx))(t); len(found) != 0 {
		t.Errorf("proof: %v", found)
	}
	if erasures := must(s.Erasures(ctx))(t); !erasures.Covers("any", &all[0]) || erasures.Covers("test", &all[1]) {
		t.Error("the erasure does not cover them alone")
	}
	check(t, s.LiftErasure(ctx, codes))
	if must(s.Erasures(ctx))(t).Covers("any", &all[0]) {
		t.Error("it is not lifted")
	}
}

// forgottenForSyncs: neither a new address nor a new listing brings them back.
func forgottenForSyncs(t *testing.T, s store.Store) {
	ctx := t.Context()
	list := func(day int, people ...domain.Patron) patron.Listing {
		return patron.Listing{People: people, Complete: true, At: instant().AddDate(0, 0, day)}
	}
	a, b := whole("a"), whole("b")
	must(patron.Import(ctx, s, "patreon", list(0, a, b)))(t)
	is := must(s.PatronByEmail(ctx, a.Email))(t)
	check(t, s.ErasePatron(ctx, is.ID, must(s.Erasures(ctx))(t).Codes(&is), instant()))
	moved := a
	moved.Email = "elsewhere@example.com"
	for day, who := range []domain.Patron{a, moved} {
		d := must(patron.Import(ctx, s, "patreon", list(day+1, who, b)))(t)
		if d.Erased != 1 || !d.Empty() || len(d.Missing) != 0 {
			t.Errorf("day %d: %+v", day, d)
		}
	}
	file := a
	file.External = ""
	if d := must(patron.Import(ctx, s, "csv", patron.Listing{People: []domain.Patron{file}}))(t); d.Erased != 1 || !d.Empty() {
		t.Errorf("a file: %+v", d)
	}
}

func importUndone(t *testing.T, s store.Store) {
	ctx := t.Context()
	a, b := whole("a"), whole("b")
	_, err := patron.Undo(ctx, s, "csv")
	wants(t, err, domain.ErrNotFound)
	must(patron.Import(ctx, s, "csv", patron.Listing{People: []domain.Patron{a, b}}))(t)
	before := must(s.PatronsOf(ctx, "csv"))(t)
	a.Name, b.Audience = "Ada", former
	must(patron.Import(ctx, s, "csv", patron.Listing{People: []domain.Patron{a, b, whole("c"), whole("d")}}))(t)
	must(s.GiveTier(ctx, domain.Patron{Email: whole("d").Email, Audience: writer}, time.Time{}))(t)
	d := must(patron.Undo(ctx, s, "csv"))(t)
	if len(d.Update) != 2 || len(d.Remove) != 1 || d.Changed != 1 {
		t.Errorf("undone: %+v", d)
	}
	if diff := cmp.Diff(before, must(s.PatronsOf(ctx, "csv"))(t)); diff != "" {
		t.Errorf("after it (-want +got):\n%s", diff)
	}
	_, err = patron.Undo(ctx, s, "csv")
	wants(t, err, domain.ErrNotFound)
}

func undoneAfterEdition(t *testing.T, s store.Store) {
	ctx := t.Context()
	must(patron.Import(ctx, s, "csv", patron.Listing{People: []domain.Patron{whole("a")}}))(t)
	_ = must(s.CreateEdition(ctx, frozen("2026-11-20T17:00", writer)))(t)
	must(patron.Undo(ctx, s, "csv"))(t)
	if p := must(s.PatronByEmail(ctx, whole("a").Email))(t); p.Audience != former {
		t.Errorf("they are %+v", p)
	}
	if found := must(s.Prove(ctx))(t); len(found) != 0 {
		t.Errorf("proof: %v", found)
	}
}

func tiersGiven(t *testing.T, s store.Store) {
	ctx := t.Context()
	until := instant().Add(time.Hour)
	id := must(s.GiveTier(ctx, domain.Patron{Email: "Ada@example.com", Name: "Ada", Audience: writer}, until))(t)
	p := must(s.PatronByEmail(ctx, "ada@example.com"))(t)
	if p.ID != id || p.Audience != writer || p.Roster != domain.RosterByHand || p.Name != "Ada" {
		t.Errorf("patron %+v", p)
	}
	if r := must(s.PatronRecord(ctx, id, 0))(t); r.Complimentary == nil || !r.Complimentary.Until.Equal(until) {
		t.Errorf("record %+v", r)
	}
	for _, step := range []struct {
		at   time.Time
		ends int
	}{{until.Add(-time.Microsecond), 0}, {until, 1}, {until, 0}} {
		if n := must(s.EndTiers(ctx, step.at, 0))(t); n != step.ends {
			t.Errorf("%s: %d end", step.at, n)
		}
	}
	if p = must(s.PatronByEmail(ctx, "ada@example.com"))(t); p.Audience != former || p.Roster != domain.RosterByHand {
		t.Errorf("afterwards %+v", p)
	}
	must(s.GiveTier(ctx, domain.Patron{Email: "ada@example.com", Audience: active}, time.Time{}))(t)
	if n := must(s.EndTiers(ctx, future(), 0))(t); n != 0 {
		t.Errorf("for good ended %d times", n)
	}
	if n := must(s.EndTiers(ctx, past(), id))(t); n != 1 {
		t.Errorf("taken back %d times", n)
	}
}

func givenToListed(t *testing.T, s store.Store) {
	ctx := t.Context()
	before := enroll(t, s, 1, reader)[0]
	must(s.GiveTier(ctx, domain.Patron{Email: before.Email, Audience: writer}, instant()))(t)
	must(s.GiveTier(ctx, domain.Patron{Email: before.Email, Audience: active}, instant()))(t) // another, meanwhile
	d := must(patron.Import(ctx, s, "test", patron.Listing{People: []domain.Patron{{Email: before.Email, Audience: reader}}}))(t)
	if d.Elsewhere != 1 || !d.Empty() {
		t.Errorf("a listing meanwhile: %+v", d)
	}
	must(s.EndTiers(ctx, instant(), 0))(t)
	if p := must(s.PatronByEmail(ctx, before.Email))(t); p != before {
		t.Errorf("afterwards %+v, before %+v", p, before)
	}
}

func readersAdopted(t *testing.T, s store.Store) {
	ctx := t.Context()
	check(t, s.ApplyDifference(ctx, domain.RosterReaders, patron.Difference{Add: []domain.Patron{
		{Email: "a@example.com", Name: "Signed Up", Audience: reader}, {Email: "b@example.com", Audience: reader},
	}}))
	id := must(s.PatronByEmail(ctx, "a@example.com"))(t).ID
	a, b := whole("a"), whole("b")
	b.Audience = reader
	d := must(patron.Import(ctx, s, "patreon", patron.Listing{People: []domain.Patron{a, b}, Complete: true, At: instant()}))(t)
	if len(d.Update) != 1 || d.Elsewhere != 1 || len(d.Add) != 0 {
		t.Errorf("difference %+v", d)
	}
	a.ID = id
	if p := must(s.PatronByEmail(ctx, "a@example.com"))(t); p != a {
		t.Errorf("they are %+v, want %+v", p, a)
	}
}

func recordOfSomebody(t *testing.T, s store.Store) {
	ctx := t.Context()
	all := enroll(t, s, 2, writer)
	var slugs []string
	for _, slot := range []domain.Slot{"2026-11-13T17:00", "2026-11-20T17:00"} {
		e := must(s.CreateEdition(ctx, frozen(slot, writer)))(t)
		slugs = append(slugs, e.Slug())
	}
	e := must(s.CreateEdition(ctx, frozen("2026-11-27T17:00", reader)))(t)
	r := must(s.PatronRecord(ctx, all[0].ID, 2))(t)
	if len(r.Received) != 2 || r.Received[0].Slug != e.Slug() || r.Received[0].State != "" || r.Received[1].Slug != slugs[1] || r.Received[1].State != domain.Queued {
		t.Errorf("received %+v", r.Received)
	}
	if r := must(s.PatronRecord(ctx, all[1].ID, 0))(t); len(r.Received) != 3 || r.Email != all[1].Email || r.Tier != writer.Tier {
		t.Errorf("record %+v", r)
	}
}

// readership counts whom letters reach, and how.
func readership(t *testing.T, s store.Store) {
	ctx := t.Context()
	enroll(t, s, 4, writer)
	all := enroll(t, s, 2, reader)
	gone := all[0]
	gone.Standing, gone.Tier = domain.Former, ""
	check(t, s.ApplyDifference(ctx, "test", patron.Difference{
		Update: []patron.Update{{Before: all[0], After: gone}}, At: instant(), Listing: 1, Absent: []domain.PatronID{all[5].ID},
	}))
	check(t, s.SetPreferences(ctx, all[1].ID, domain.Preferences{Plain: true}))
	check(t, s.SetPreferences(ctx, all[2].ID, domain.Preferences{Plain: true, Declines: []string{"weekly"}}))
	check(t, s.SuppressPatron(ctx, all[4].ID, domain.Unsubscribed))
	for digest, want := range map[string][]domain.Readership{
		"weekly": {{Audience: writer, People: 3, Mailed: 2, Plain: 1}, {Audience: gone.Audience, People: 1}, {Audience: reader, People: 2, Mailed: 1, Missing: 1}},
		"":       {{Audience: writer, People: 3, Mailed: 3, Plain: 2}, {Audience: gone.Audience, People: 1}, {Audience: reader, People: 2, Mailed: 1, Missing: 1}},
	} {
		if diff := cmp.Diff(want, must(s.Readership(ctx, digest))(t)); diff != "" {
			t.Errorf("readers of %q (-want +got):\n%s", digest, diff)
		}
	}
}

// preferences bind what letters hold, and whether they are sent at all.
func preferences(t *testing.T, s store.Store) {
	ctx := t.Context()
	all := enroll(t, s, 3, writer)
	e := must(s.CreateEdition(ctx, frozen("2026-11-20T17:00", writer)))(t)
	check(t, s.SetPreferences(ctx, all[0].ID, domain.Preferences{Called: "Doctor Luz", Plain: true, Dates: "zh-Hant"}))
	check(t, s.SetPreferences(ctx, all[1].ID, domain.Preferences{Declines: []string{"weekly", "other"}}))
	check(t, s.SetPreferences(ctx, all[2].ID, domain.Preferences{Declines: []string{"other"}}))
	wants(t, s.SetPreferences(ctx, 4711, domain.Preferences{}), domain.ErrNotFound)
	check(t, s.SetEditionState(ctx, e.ID, []domain.EditionState{domain.EditionFrozen}, domain.EditionSending, ""))
	lease := must(s.Lease(ctx, delivery.Shard{Edition: e.ID}, "a", time.Minute))(t)
	claims := must(s.Claim(ctx, lease, 0, 10))(t)
	if len(claims) != 2 || claims[0].Called != "Doctor Luz" || !claims[0].Plain || claims[0].Dates != "zh-Hant" || claims[1].Called != "" || claims[1].Plain || claims[1].Dates != "" || claims[1].Patron != all[2].ID {
		t.Errorf("claims %+v", claims)
	}
	r := must(s.PatronRecord(ctx, all[1].ID, 0))(t)
	if got := r.Received[0]; got.State != domain.Skipped || got.Class != "declined" || got.Reason == "" || len(r.Declines) != 2 {
		t.Errorf("who declines: %+v", r)
	}
	before := must(s.PatronsOf(ctx, "test"))(t)[0]
	after := before
	after.Name = "Renamed"
	check(t, s.ApplyDifference(ctx, "test", patron.Difference{Update: []patron.Update{{Before: before, After: after}}}))
	if r := must(s.PatronRecord(ctx, before.ID, 1))(t); r.Called != "Doctor Luz" || !r.Plain || r.Dates != "zh-Hant" || r.Name != "Renamed" {
		t.Errorf("after a sync: %+v", r)
	}
}

func signups(t *testing.T, s store.Store) {
	ctx := t.Context()
	all := enroll(t, s, 2, former)
	id := must(s.Signup(ctx, "Ada@example.com", "", instant()))(t)
	if again := must(s.Signup(ctx, "ada@EXAMPLE.com", "Ada", instant()))(t); again != id {
		t.Errorf("two numbers, %d and %d", id, again)
	}
	if email := must(s.SignupEmail(ctx, id))(t); email != "Ada@example.com" {
		t.Errorf("address %s", email)
	}
	ada := must(s.ConfirmSignup(ctx, id))(t)
	want := domain.Patron{ID: ada, Roster: domain.RosterReaders, Email: "Ada@example.com", Name: "Ada", Audience: reader}
	if p := must(s.PatronByEmail(ctx, "ada@example.com"))(t); p != want {
		t.Errorf("reader %+v", p)
	}
	_, err := s.ConfirmSignup(ctx, id)
	wants(t, err, domain.ErrNotFound)

	check(t, s.SuppressPatron(ctx, all[0].ID, domain.Unsubscribed))
	check(t, s.SuppressPatron(ctx, all[1].ID, domain.Complained))
	for _, p := range all {
		must(s.ConfirmSignup(ctx, must(s.Signup(ctx, p.Email, "", instant()))(t)))(t)
		if now := must(s.PatronByEmail(ctx, p.Email))(t); now.Audience != reader || now.Roster != domain.RosterReaders || now.ID != p.ID {
			t.Errorf("who was a patron is %+v", now)
		}
	}
	if left := must(s.Suppressions(ctx))(t); len(left) != 1 {
		t.Errorf("suppressions %v", left)
	}
	old := must(s.Signup(ctx, "old@example.com", "", instant()))(t)
	must(s.Signup(ctx, "new@example.com", "", instant().AddDate(0, 0, 8)))(t)
	_, err = s.SignupEmail(ctx, old)
	wants(t, err, domain.ErrNotFound)
}
