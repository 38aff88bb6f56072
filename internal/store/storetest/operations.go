package storetest

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/store"
)

func operationTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"secrets are made once":   secretsMadeOnce,
		"one generation":          oneGeneration,
		"ping reads and writes":   pingWorks,
		"closed is closed":        closedIsClosed,
		"cancelled calls give up": cancelledCalls,
	}
}

func editionTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"lists, newest first":        editionLists,
		"state moves":                editionStates,
		"starts once":                startsOnce,
		"sending enqueues its runs":  sendingEnqueues,
		"nothing is found where not": editionNotFound,
	}
}

func secretsMadeOnce(t *testing.T, s store.Store) {
	var wg sync.WaitGroup
	got := make([][]byte, 4)
	errs := make([]error, len(got))
	for i := range got {
		wg.Go(func() { got[i], errs[i] = s.Secret(t.Context(), "tokens") })
	}
	wg.Wait()
	for i := range got {
		check(t, errs[i])
		if len(got[i]) != 32 || !bytes.Equal(got[i], got[0]) {
			t.Errorf("secret %d of %d bytes differs", i, len(got[i]))
		}
	}
	if other := must(s.Secret(t.Context(), "links"))(t); bytes.Equal(other, got[0]) {
		t.Error("two names have one secret")
	}
}

func oneGeneration(t *testing.T, s store.Store) {
	first := must(s.Generation(t.Context()))(t)
	if again := must(s.Generation(t.Context()))(t); len(first) < 32 || again != first {
		t.Errorf("generation %q, then %q", first, again)
	}
}

func pingWorks(t *testing.T, s store.Store) {
	check(t, s.Ping(t.Context()))
	check(t, s.Ping(t.Context()))
}

func closedIsClosed(t *testing.T, s store.Store) {
	check(t, s.Ping(t.Context()))
	check(t, s.Close())
	if err := s.Ping(t.Context()); err == nil {
		t.Error("a closed store answers")
	}
	if err := s.SetMark(t.Context(), "a", "b"); err == nil {
		t.Error("a closed store writes")
	}
}

func cancelledCalls(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Claim(over, r.lease, 0, 1); err == nil {
		t.Error("claimed after the caller gave up")
	}
	if _, err := s.Items(over, domain.ItemQuery{}); err == nil {
		t.Error("read after the caller gave up")
	}
	r.expect(t, domain.Queued, domain.Queued)
	r.claim(t, 2)
}

func editionLists(t *testing.T, s store.Store) {
	ctx := t.Context()
	keep(t, s, "a", post("a", "1", past()))
	ids := map[domain.Slot]domain.EditionID{}
	for i, slot := range []domain.Slot{"2026-11-13T17:00", "2026-11-06T17:00", "2026-11-20T17:00", "2026-11-27T17:00"} {
		n := frozen(slot)
		if i == 0 {
			n.Edition.Items = []domain.ItemID{domain.NewItemID("a", "1")}
		}
		ids[slot] = must(s.CreateEdition(ctx, n))(t).ID
	}
	must(s.StartDue(ctx, future()))(t)
	must(s.Finish(ctx, ids["2026-11-06T17:00"]))(t)
	check(t, s.SetEditionState(ctx, ids["2026-11-20T17:00"], []domain.EditionState{domain.EditionSending}, domain.EditionCancelled, "no"))
	slots := func(es []domain.Edition) (all []string) {
		for _, e := range es {
			line := string(e.Slot)[:10] + " " + string(e.State)
			if len(e.Items) > 0 {
				line += " with items"
			}
			all = append(all, line)
		}
		return all
	}
	out := []string{"2026-11-27 sending", "2026-11-13 sending", "2026-11-06 done"}
	if diff := cmp.Diff(out, slots(must(s.Editions(ctx, 10))(t))); diff != "" {
		t.Errorf("editions that went out (-want +got):\n%s", diff)
	}
	all := []string{"2026-11-27 sending", "2026-11-20 cancelled", "2026-11-13 sending with items"}
	if diff := cmp.Diff(all, slots(must(s.AllEditions(ctx, 3))(t))); diff != "" {
		t.Errorf("all editions (-want +got):\n%s", diff)
	}
}

func editionStates(t *testing.T, s store.Store) {
	ctx := t.Context()
	e := must(s.CreateEdition(ctx, frozen("2026-11-20T17:00")))(t)
	check(t, s.SetEditionState(ctx, e.ID, []domain.EditionState{domain.EditionSending, domain.EditionFrozen}, domain.EditionHeld, "typo"))
	if got := must(s.Edition(ctx, e.ID))(t); got.State != domain.EditionHeld || got.Reason != "typo" {
		t.Errorf("edition %+v", got)
	}
	err := s.SetEditionState(ctx, e.ID, []domain.EditionState{domain.EditionSending, domain.EditionFrozen}, domain.EditionCancelled, "")
	wants(t, err, domain.ErrConflict)
	wants(t, s.SetEditionState(ctx, e.ID+1, domain.EditionStates(), domain.EditionHeld, ""), domain.ErrNotFound)
	if got := must(s.Edition(ctx, e.ID))(t); got.State != domain.EditionHeld || got.Reason != "typo" {
		t.Errorf("edition %+v after what was refused", got)
	}
}

// startsOnce: every copy of an edition has the Date of its first start.
func startsOnce(t *testing.T, s store.Store) {
	ctx := t.Context()
	due := must(s.CreateEdition(ctx, frozen("2026-11-20T17:00")))(t)
	early := must(s.CreateEdition(ctx, frozen("2026-11-27T17:00")))(t)
	if !due.Started.IsZero() {
		t.Errorf("started %v at its freeze", due.Started)
	}
	check(t, s.SetEditionState(ctx, early.ID, []domain.EditionState{domain.EditionFrozen}, domain.EditionSending, ""))
	if at := must(s.Edition(ctx, early.ID))(t).Started; time.Since(at).Abs() > 24*time.Hour {
		t.Errorf("started %v, want now", at)
	}
	must(s.StartDue(ctx, due.Due.Add(time.Hour)))(t)
	for _, step := range [][2]domain.EditionState{{domain.EditionSending, domain.EditionHeld}, {domain.EditionHeld, domain.EditionSending}} {
		check(t, s.SetEditionState(ctx, due.ID, step[:1], step[1], ""))
		if at := must(s.Edition(ctx, due.ID))(t).Started; !at.Equal(due.Due.Add(time.Hour)) {
			t.Errorf("%s: started %v, want the first time", step[1], at)
		}
	}
}

func sendingEnqueues(t *testing.T, s store.Store) {
	ctx := t.Context()
	enroll(t, s, 2, reader)
	e := must(s.CreateEdition(ctx, frozen("2026-11-20T17:00", reader)))(t)
	from := []domain.EditionState{domain.EditionFrozen, domain.EditionHeld}
	check(t, s.SetEditionState(ctx, e.ID, from, domain.EditionHeld, "wait"))
	if got := runs(t, s); len(got) != 0 {
		t.Errorf("runs %v of a held edition", got)
	}
	check(t, s.SetEditionState(ctx, e.ID, from, domain.EditionSending, ""))
	wants(t, s.SetEditionState(ctx, e.ID, from, domain.EditionSending, ""), domain.ErrConflict)
	if got := runs(t, s); len(got) != 1 || got[0].Edition != e.ID {
		t.Errorf("runs %v, want one for its shard", got)
	}
}

func editionNotFound(t *testing.T, s store.Store) {
	_, err := s.Edition(t.Context(), 1)
	wants(t, err, domain.ErrNotFound)
	_, err = s.EditionBySlug(t.Context(), "weekly-2026-11-20-1700")
	wants(t, err, domain.ErrNotFound)
	if got := must(s.AllEditions(t.Context(), 0))(t); len(got) != 0 {
		t.Errorf("editions %v", got)
	}
}
