package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/delivery"
	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/store"
)

func correctionTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"for those who have the edition": correctionForHolders,
		"the same words are one":         correctionOnce,
		"it touches no slot":             correctionTouchesNoSlot,
		"who has an edition":             holders,
		"it stands where it was sent":    correctionInOrder,
	}
}

// correction is one of an edition, of the weekly's slot on the 20th.
func correction(of domain.EditionID, key string, to ...domain.Audience) digest.NewEdition {
	n := frozen(domain.Slot("2026-11-20T17:00").Correction(key), to...)
	n.Edition.Corrects, n.Edition.Subject = of, "Correction"
	n.Edition.Frozen, n.Edition.Due = instant().Add(72*time.Hour), instant().Add(73*time.Hour)
	return n
}

// correctionForHolders: what is failed, skipped, deferred or in doubt is not had,
// and who gets no letters any more is skipped in its turn.
func correctionForHolders(t *testing.T, s store.Store) {
	ctx := t.Context()
	r := sending(t, s, 8)
	claims := r.claim(t, 8)
	r.doubt(t, claims[0], claims[1], claims[2], claims[3], claims[4])
	r.record(t, outcome(claims[0], domain.Sent), outcome(claims[1], domain.Sent), outcome(claims[2], domain.Sent), outcome(claims[3], domain.Sent),
		delivery.Outcome{Patron: claims[5].Patron, State: domain.Failed, Class: "refused", Reason: "554 no", Tried: true}, delivery.Outcome{Patron: claims[6].Patron, State: domain.Deferred, NextAt: future()})
	r.change(t, 1, func(p *domain.Patron) { p.Audience = former })
	enroll(t, s, 1, reader)
	k := must(s.CreateEdition(ctx, correction(r.edition, "words", reader, writer)))(t)
	if k.Corrects != r.edition || len(k.Items) > 0 {
		t.Errorf("the correction is %+v", k)
	}
	check(t, s.SuppressPatron(ctx, r.patrons[2].ID, domain.Unsubscribed))
	check(t, s.SetPreferences(ctx, r.patrons[3].ID, domain.Preferences{Declines: []string{"weekly"}}))
	check(t, s.SetEditionState(ctx, k.ID, []domain.EditionState{domain.EditionFrozen}, domain.EditionSending, ""))
	is := &run{Store: s, edition: k.ID, patrons: r.patrons}
	is.take(t, "second", time.Hour)
	got := is.claim(t, 10)
	if len(got) != 1 || got[0].Patron != r.patrons[0].ID {
		t.Errorf("it goes to %v, want the first patron", ids(got))
	}
	is.doubt(t, got...)
	is.record(t, outcome(got[0], domain.Sent))
	is.expect(t, domain.Sent, domain.Skipped, domain.Skipped)
	if d := is.delivery(t, r.patrons[3].ID); d.Class != "declined" {
		t.Errorf("skipped as %q", d.Class)
	}
	expect(t, s)
}

func correctionOnce(t *testing.T, s store.Store) {
	ctx := t.Context()
	r := sending(t, s, 1)
	first := must(s.CreateEdition(ctx, correction(r.edition, "words", reader)))(t)
	_, err := s.CreateEdition(ctx, correction(r.edition, "words", reader))
	wants(t, err, domain.ErrConflict)
	second := must(s.CreateEdition(ctx, correction(r.edition, "others", reader)))(t)
	want := []domain.Edition{first, second}
	if diff := cmp.Diff(want, must(s.Corrections(ctx, r.edition))(t)); diff != "" {
		t.Errorf("corrections (-want +got):\n%s", diff)
	}
	if none := must(s.Corrections(ctx, first.ID))(t); len(none) != 0 {
		t.Errorf("corrections of a correction: %v", none)
	}
	if got := must(s.EditionBySlug(ctx, "weekly-2026-11-20-1700-correction-words"))(t); got.ID != first.ID {
		t.Errorf("found %+v", got)
	}
}

// correctionTouchesNoSlot: neither the edition of the slot, nor when the digest was
// frozen, nor what succeeds an edition is a correction's.
func correctionTouchesNoSlot(t *testing.T, s store.Store) {
	ctx := t.Context()
	r := sending(t, s, 1)
	before := must(s.LastFrozen(ctx, "weekly", "2026-11-27T17:00"))(t)
	k := must(s.CreateEdition(ctx, correction(r.edition, "words", reader)))(t)
	check(t, s.SetEditionState(ctx, k.ID, []domain.EditionState{domain.EditionFrozen}, domain.EditionSending, ""))
	if e := must(s.EditionBySlot(ctx, "weekly", "2026-11-20T17:00"))(t); e.ID != r.edition {
		t.Errorf("the slot's edition is %+v", e)
	}
	if after := must(s.LastFrozen(ctx, "weekly", "2026-11-27T17:00"))(t); !after.Equal(before) {
		t.Errorf("last frozen %v, and %v without a correction", after, before)
	}
	if at := must(s.Successor(ctx, r.edition))(t); !at.IsZero() {
		t.Errorf("the correction is taken for the next edition, of %v", at)
	}
	next := must(s.CreateEdition(ctx, frozen("2026-11-27T17:00", reader)))(t)
	check(t, s.SetEditionState(ctx, next.ID, []domain.EditionState{domain.EditionFrozen}, domain.EditionSending, ""))
	for _, id := range []domain.EditionID{r.edition, k.ID} {
		if at := must(s.Successor(ctx, id))(t); at.IsZero() {
			t.Errorf("edition %d has no successor", id)
		}
	}
}

func holders(t *testing.T, s store.Store) {
	ctx := t.Context()
	r := sending(t, s, 5)
	if none := must(s.Holders(ctx, r.edition))(t); len(none) != 0 {
		t.Errorf("held by %v before anything was sent", none)
	}
	claims := r.claim(t, 5)
	r.doubt(t, claims[:4]...)
	for _, c := range claims[:4] {
		r.record(t, outcome(c, domain.Sent))
	}
	r.change(t, 0, func(p *domain.Patron) { p.Audience = writer })
	check(t, s.SuppressPatron(ctx, r.patrons[1].ID, domain.Bounced))
	for _, i := range []int{1, 2} {
		check(t, s.SetPreferences(ctx, r.patrons[i].ID, domain.Preferences{Declines: []string{"weekly"}}))
	}
	want := []domain.Holders{{Audience: writer, Letters: 1}, {Audience: reader, Letters: 3, Suppressed: 1, Declined: 1}}
	if diff := cmp.Diff(want, must(s.Holders(ctx, r.edition))(t)); diff != "" {
		t.Errorf("holders (-want +got):\n%s", diff)
	}
}

// correctionInOrder: lists have it where it was sent, after what was sent before it.
func correctionInOrder(t *testing.T, s store.Store) {
	ctx := t.Context()
	var want []domain.EditionID
	for i, slot := range []domain.Slot{"2026-11-13T17:00", "2026-11-20T17:00", "2026-11-27T17:00"} {
		n := frozen(slot)
		n.Edition.Due = instant().AddDate(0, 0, 7*i-7)
		want = append([]domain.EditionID{must(s.CreateEdition(ctx, n))(t).ID}, want...)
	}
	late := correction(want[1], "words")
	late.Edition.Due = instant().AddDate(0, 0, 8)
	want = append([]domain.EditionID{must(s.CreateEdition(ctx, late))(t).ID}, want...)
	var got []domain.EditionID
	for _, e := range must(s.AllEditions(ctx, 10))(t) {
		got = append(got, e.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("editions (-want +got):\n%s", diff)
	}
}
