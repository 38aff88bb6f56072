package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/delivery"
	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/store"
)

func digestTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"candidates by date":        candidatesByDate,
		"candidates of editions":    candidatesOfEditions,
		"edition comes back":        editionComesBack,
		"a slot has one edition":    oneEditionPerSlot,
		"one edition made at once":  oneEditionAtOnce,
		"an item is in one edition": itemInOneEdition,
		"recipients get deliveries": recipientsGetDeliveries,
		"skipped has no deliveries": skippedEdition,
		"when it was last frozen":   lastFrozen,
		"renditions by readers":     renditionsByReaders,
		"wishes":                    wishes,
		"shards grow with patrons":  shardsGrow,
		"ids grow":                  idsNeverReused,
	}
}

// candidatesByDate: what was published of late, or came to light.
func candidatesByDate(t *testing.T, s store.Store) {
	at, hour := instant(), time.Hour
	item := func(guid string, published, seen time.Time, backlog bool) domain.Item {
		it := post("a", guid, published)
		it.FirstSeen, it.Backlog = seen, backlog
		return it
	}
	gone, opened := item("gone", at.Add(-time.Minute), at, false), item("opened", past().Add(time.Minute), past(), true)
	gone.Withdrawn, opened.Opened = at, at
	keep(t, s, "a", gone, opened,
		item("ahead", at.Add(hour), past(), false),
		item("since", at.Add(-hour), past(), true), item("before", at.Add(-hour-time.Microsecond), past(), false),
		item("late", past(), at, false), item("backlog", past(), at, true),
		item("late, on the dot", past(), at.Add(-time.Minute), false), item("very old", time.Unix(-1e9, 0), past(), false))
	for name, test := range map[string]struct {
		published, seen time.Time
		want            []string
	}{
		"published":        {at.Add(-hour), time.Time{}, []string{"aahead", "agone", "asince"}},
		"or came to light": {at.Add(-hour), at.Add(-time.Minute), []string{"aahead", "agone", "asince", "aopened", "alate"}},
	} {
		q := digest.CandidateQuery{Digest: "weekly", Published: test.published, Seen: test.seen}
		if diff := cmp.Diff(test.want, candidates(must(s.Candidates(t.Context(), q))(t))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	ever := must(s.Candidates(t.Context(), digest.CandidateQuery{Digest: "weekly"}))(t)
	if len(ever) != 9 || ever[8].GUID != "very old" {
		t.Errorf("of all times %v", candidates(ever))
	}
}

func candidates(found []digest.Candidate) []string {
	var items []domain.Item
	for _, c := range found {
		items = append(items, c.Item)
	}
	return guids(items)
}

// candidatesOfEditions: each digest knows which of its editions has an item.
func candidatesOfEditions(t *testing.T, s store.Store) {
	keep(t, s, "a", post("a", "1", past()), post("a", "2", past()))
	e := frozen("2026-11-20T17:00")
	e.Edition.Items = []domain.ItemID{domain.NewItemID("a", "1")}
	must(s.CreateEdition(t.Context(), e))(t)
	for name, want := range map[string]string{"weekly": "weekly-2026-11-20-1700", "monthly": ""} {
		q := digest.CandidateQuery{Digest: name, Published: past()}
		for _, c := range must(s.Candidates(t.Context(), q))(t) {
			if c.GUID == "1" && c.Edition != want || c.GUID == "2" && c.Edition != "" {
				t.Errorf("%s: %s is in %q, want %q", name, c.GUID, c.Edition, want)
			}
		}
	}
}

func editionComesBack(t *testing.T, s store.Store) {
	ctx := t.Context()
	keep(t, s, "a", post("a", "1", past()), post("a", "2", past()))
	n := frozen("2026-11-20T17:00")
	n.Edition.Reason = "because"
	n.Edition.Items = []domain.ItemID{domain.NewItemID("a", "2"), domain.NewItemID("a", "1")}
	made := must(s.CreateEdition(ctx, n))(t)
	if made.ID == 0 {
		t.Error("the edition has no ID")
	}
	want := n.Edition
	want.ID = made.ID
	for name, got := range map[string]domain.Edition{
		"made": made, "by ID": must(s.Edition(ctx, made.ID))(t),
		"by slot": must(s.EditionBySlot(ctx, "weekly", want.Slot))(t), "by slug": must(s.EditionBySlug(ctx, want.Slug()))(t),
	} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	_, err := s.EditionBySlot(ctx, "weekly", "2026-11-27T17:00")
	wants(t, err, domain.ErrNotFound)
}

// oneEditionPerSlot also proves that what fails leaves nothing behind.
func oneEditionPerSlot(t *testing.T, s store.Store) {
	ctx := t.Context()
	enroll(t, s, 3, reader)
	keep(t, s, "a", post("a", "1", past()))
	first := must(s.CreateEdition(ctx, frozen("2026-11-20T17:00", reader)))(t)
	again := frozen("2026-11-20T17:00", reader)
	again.Edition.Items = []domain.ItemID{domain.NewItemID("a", "1")}
	_, err := s.CreateEdition(ctx, again)
	wants(t, err, domain.ErrConflict)
	if all := must(s.AllEditions(ctx, 10))(t); len(all) != 1 || all[0].ID != first.ID {
		t.Errorf("editions %v, want the first one only", all)
	}
	if b := must(s.Balance(ctx, first.ID))(t); b.Entitled != 3 {
		t.Errorf("balance %v", b)
	}
	if got := must(s.Candidates(ctx, digest.CandidateQuery{Digest: "weekly", Published: past()}))(t); len(got) != 1 || got[0].Edition != "" {
		t.Error("the item went into an edition that was not made")
	}
	other := frozen("2026-11-20T17:00", reader)
	other.Edition.Digest = "monthly"
	must(s.CreateEdition(ctx, other))(t)
}

func oneEditionAtOnce(t *testing.T, s store.Store) {
	enroll(t, s, 3, reader)
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Go(func() { _, errs[i] = s.CreateEdition(t.Context(), frozen("2026-11-20T17:00", reader)) })
	}
	wg.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
			continue
		}
		wants(t, err, domain.ErrConflict)
	}
	if made != 1 {
		t.Errorf("%d editions made, want 1", made)
	}
}

func itemInOneEdition(t *testing.T, s store.Store) {
	keep(t, s, "a", post("a", "1", past()))
	n := frozen("2026-11-20T17:00")
	n.Edition.Items = []domain.ItemID{domain.NewItemID("a", "1")}
	must(s.CreateEdition(t.Context(), n))(t)
	n.Edition.Slot = "2026-11-27T17:00"
	_, err := s.CreateEdition(t.Context(), n)
	wants(t, err, domain.ErrConflict)
	_, err = s.EditionBySlot(t.Context(), "weekly", n.Edition.Slot)
	wants(t, err, domain.ErrNotFound)
}

func recipientsGetDeliveries(t *testing.T, s store.Store) {
	ctx := t.Context()
	enroll(t, s, 2, reader)
	enroll(t, s, 2, former)
	enroll(t, s, 2, active)
	all := enroll(t, s, 2, writer)
	check(t, s.SuppressPatron(ctx, all[0].ID, domain.Bounced)) // is skipped later, with a reason
	e := must(s.CreateEdition(ctx, frozen("2026-11-20T17:00", reader, writer)))(t)
	enroll(t, s, 2, reader) // too late
	var got []domain.PatronID
	for _, d := range must(s.Deliveries(ctx, e.ID))(t) {
		if d.State != domain.Queued || d.Attempts != 0 || d.Edition != e.ID {
			t.Errorf("delivery %+v, want it queued", d)
		}
		got = append(got, d.Patron)
	}
	if diff := cmp.Diff([]domain.PatronID{all[0].ID, all[1].ID, all[6].ID, all[7].ID}, got); diff != "" {
		t.Errorf("deliveries by patron (-want +got):\n%s", diff)
	}
	if b := must(s.Balance(ctx, e.ID))(t); b != (domain.Balance{Entitled: 4, Pending: 4}) {
		t.Errorf("balance %v", b)
	}
}

func skippedEdition(t *testing.T, s store.Store) {
	ctx := t.Context()
	enroll(t, s, 2, reader)
	n := frozen("2026-11-20T17:00")
	n.Edition.State, n.Edition.Reason = domain.EditionSkipped, "nothing to say"
	e := must(s.CreateEdition(ctx, n))(t)
	if e.State != domain.EditionSkipped || e.Reason != "nothing to say" {
		t.Errorf("edition %+v", e)
	}
	if b := must(s.Balance(ctx, e.ID))(t); b != (domain.Balance{}) {
		t.Errorf("balance %v, want nothing", b)
	}
	if started := must(s.StartDue(ctx, future()))(t); len(started) != 0 {
		t.Errorf("started %v, want none", started)
	}
}

func lastFrozen(t *testing.T, s store.Store) {
	ctx := t.Context()
	for i, slot := range []domain.Slot{"2026-11-13T17:00", "2026-11-06T17:00", "2026-11-20T17:00"} {
		n := frozen(slot)
		n.Edition.Frozen = instant().Add(time.Duration(i) * time.Hour)
		must(s.CreateEdition(ctx, n))(t)
	}
	for before, want := range map[domain.Slot]time.Time{
		"2026-11-06T17:00": {}, "2026-11-13T17:00": instant().Add(time.Hour),
		"2026-11-20T17:00": instant(), "2026-12-31T17:00": instant().Add(2 * time.Hour),
	} {
		if got := must(s.LastFrozen(ctx, "weekly", before))(t); !got.Equal(want) {
			t.Errorf("before %s: %v, want %v", before, got, want)
		}
	}
	if got := must(s.LastFrozen(ctx, "monthly", "2026-12-31T17:00"))(t); !got.IsZero() {
		t.Errorf("another digest was frozen %v", got)
	}
}

// renditionsByReaders: whoever reads an edition gets it with the dates they want,
// or with the publication's.
func renditionsByReaders(t *testing.T, s store.Store) {
	ctx := t.Context()
	n := frozen("2026-11-20T17:00")
	want := map[domain.Readers]domain.Rendition{}
	german := domain.Readers{Audience: writer, Dates: "de"}
	for _, to := range []domain.Readers{{}, {Audience: active}, {Audience: writer}, german, {Audience: writer, Dates: "ja"}} {
		v := domain.Rendition{Readers: to, Subject: "S " + to.Key() + to.Dates, Preheader: "P", HTML: "<p>☃</p>", Text: "☃", Form: []byte{0, 255, 1}, Plain: []byte{2, 0}}
		n.Renditions = append(n.Renditions, v)
		want[to] = v
	}
	e := must(s.CreateEdition(ctx, n))(t)
	got := map[domain.Readers]domain.Rendition{}
	for _, v := range must(s.Renditions(ctx, e.ID))(t) {
		got[v.Readers] = v
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("renditions (-want +got):\n%s", diff)
	}
	for to, like := range map[domain.Readers]domain.Readers{
		{Audience: writer}: {Audience: writer}, german: german, {Audience: writer, Dates: "fr"}: {Audience: writer}, {Audience: active, Dates: "de"}: {Audience: active}, {Dates: "de"}: {},
	} {
		if diff := cmp.Diff(want[like], must(s.Rendition(ctx, e.ID, to))(t)); diff != "" {
			t.Errorf("rendition for %+v (-want +got):\n%s", to, diff)
		}
	}
	_, err := s.Rendition(ctx, e.ID, domain.Readers{Audience: reader, Dates: "de"})
	wants(t, err, domain.ErrNotFound)
	if none := must(s.Renditions(ctx, e.ID+1))(t); len(none) != 0 {
		t.Errorf("renditions of no edition: %v", none)
	}
}

// wishes are told once for each audience, and of nobody else.
func wishes(t *testing.T, s store.Store) {
	ctx := t.Context()
	writers := enroll(t, s, 4, writer)
	readers := enroll(t, s, 2, reader)[len(writers):]
	for who, dates := range map[domain.PatronID]string{
		writers[0].ID: "de", writers[1].ID: "ja", writers[2].ID: "de", writers[3].ID: "", readers[0].ID: "de", readers[1].ID: "fr",
	} {
		check(t, s.SetPreferences(ctx, who, domain.Preferences{Dates: dates}))
	}
	want := []domain.Readers{{Audience: writer, Dates: "de"}, {Audience: writer, Dates: "ja"}}
	if diff := cmp.Diff(want, must(s.Wishes(ctx, []domain.Audience{writer, active}))(t)); diff != "" {
		t.Errorf("wishes (-want +got):\n%s", diff)
	}
	if none := must(s.Wishes(ctx, []domain.Audience{former}))(t); len(none) != 0 {
		t.Errorf("wishes of nobody: %v", none)
	}
	check(t, s.ErasePatron(ctx, writers[1].ID, nil, instant()))
	if diff := cmp.Diff(want[:1], must(s.Wishes(ctx, []domain.Audience{writer, former}))(t)); diff != "" {
		t.Errorf("after an erasure (-want +got):\n%s", diff)
	}
}

// shardsGrow: every shard gets a run, however its edition starts, and every
// delivery is in one of them.
func shardsGrow(t *testing.T, s store.Store) {
	ctx := t.Context()
	enroll(t, s, 5000, reader)
	one := must(s.CreateEdition(ctx, frozen("2026-11-20T17:00", reader)))(t)
	all := enroll(t, s, 1, reader)
	two := must(s.CreateEdition(ctx, frozen("2026-11-27T17:00", reader)))(t)
	must(s.StartDue(ctx, future()))(t)
	want := []delivery.Shard{{Edition: one.ID}, {Edition: two.ID}, {Edition: two.ID, Number: 1}}
	if diff := cmp.Diff(want, must(s.IdleShards(ctx, future()))(t)); diff != "" {
		t.Errorf("shards (-want +got):\n%s", diff)
	}
	if got := runs(t, s); len(got) != 3 {
		t.Errorf("runs %v, want one for each shard", got)
	}
	var claimed []domain.PatronID
	for number, n := range []int{2500, 2501} {
		l := must(s.Lease(ctx, delivery.Shard{Edition: two.ID, Number: number}, "first", time.Hour))(t)
		claims := must(s.Claim(ctx, l, 0, 6000))(t)
		if len(claims) != n {
			t.Errorf("%d claims in shard %d, want %d", len(claims), number, n)
		}
		claimed = append(claimed, ids(claims)...)
	}
	for i, id := range claimed {
		if id != all[i].ID {
			t.Fatalf("claimed patron %d, want %d", id, all[i].ID)
		}
	}
	for _, state := range []domain.EditionState{domain.EditionHeld, domain.EditionSending} {
		check(t, s.SetEditionState(ctx, two.ID, domain.EditionStates(), state, ""))
	}
	if got := runs(t, s); len(got) != 5 {
		t.Errorf("runs %v, want two more", got)
	}
}

func idsNeverReused(t *testing.T, s store.Store) {
	ctx := t.Context()
	var last domain.EditionID
	for week := range 3 {
		slot := domain.Slot(fmt.Sprintf("2026-11-%02dT17:00", 6+7*week))
		e := must(s.CreateEdition(ctx, frozen(slot)))(t)
		_, err := s.CreateEdition(ctx, frozen(slot))
		wants(t, err, domain.ErrConflict)
		if e.ID <= last {
			t.Errorf("edition %d after %d", e.ID, last)
		}
		last = e.ID
	}
}
