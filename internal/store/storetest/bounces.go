package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/store"
)

func bounceTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"dead at once":                   deadAtOnce,
		"dead twice":                     deadTwice,
		"counted once":                   countedOnce,
		"a key counts once":              keyCountsOnce,
		"soft ones in a row":             softInARow,
		"an arrival starts over":         arrivalStartsOver,
		"ours touches nobody":            oursTouchesNobody,
		"ours since the rest":            oursSinceRest,
		"complaints unsubscribe":         complaintsUnsubscribe,
		"wishes beat bounces":            wishesBeatBounces,
		"an earlier address":             earlierAddress,
		"lifted counts no more":          liftedCountsNoMore,
		"forgotten people":               forgottenBounces,
		"refusals at delivery":           refusalsAtDelivery,
		"an edition's figures":           editionsBounces,
		"letters that nobody knows of":   unknownLetters,
		"judged after the run has ended": judgedLate,
	}
}

func rules() domain.BounceRules { return domain.DefaultBounceRules() }

// sent freezes and delivers an edition for everybody of the run.
func (r *run) sent(tb testing.TB) {
	tb.Helper()
	claims := r.claim(tb, len(r.patrons))
	r.doubt(tb, claims...)
	outcomes := make([]delivery.Outcome, len(claims))
	for i, c := range claims {
		outcomes[i] = delivery.Outcome{Patron: c.Patron, State: domain.Sent, Tried: true}
	}
	must(r.Post(tb.Context(), r.lease, outcomes, nil))(tb)
}

// next begins the edition of another slot.
func (r *run) next(tb testing.TB, week int) {
	tb.Helper()
	slot := time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC).AddDate(0, 0, 7*week).Format("2006-01-02T15:04")
	r.edition = must(r.CreateEdition(tb.Context(), frozen(domain.Slot(slot), reader)))(tb).ID
	r.move(tb, domain.EditionFrozen, domain.EditionSending)
	r.take(tb, fmt.Sprint("week", week), time.Hour)
}

// bounce tells that the letter of the edition in hand came back.
func (r *run) bounce(tb testing.TB, who int, class domain.BounceClass, at time.Time) domain.BounceTaken {
	tb.Helper()
	return must(r.TakeBounce(tb.Context(), r.fact(who, class, at), "", rules()))(tb)
}

func (r *run) fact(who int, class domain.BounceClass, at time.Time) domain.Bounce {
	return domain.Bounce{
		Patron: r.patrons[who].ID, Edition: r.edition, Class: class, Status: "5.1.1", Reason: "no such\x00 user", Way: domain.BounceMail, At: at,
	}
}

func (r *run) suppressed(tb testing.TB, who int) domain.SuppressionReason {
	tb.Helper()
	sup := must(r.PatronRecord(tb.Context(), r.patrons[who].ID, 1))(tb).Suppression
	if sup == nil {
		return ""
	}
	return sup.Reason
}

func deadAtOnce(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	r.sent(t)
	taken := r.bounce(t, 0, domain.BounceDead, instant())
	if want := (domain.BounceTaken{Fresh: true, Suppressed: domain.Bounced, Domain: "example.com"}); taken != want {
		t.Errorf("taken %+v, want %+v", taken, want)
	}
	if r.suppressed(t, 0) != domain.Bounced || r.suppressed(t, 1) != "" {
		t.Errorf("suppressed %q and %q", r.suppressed(t, 0), r.suppressed(t, 1))
	}
	rec := must(s.PatronRecord(t.Context(), r.patrons[0].ID, 1))(t)
	want := r.fact(0, domain.BounceDead, instant())
	want.Reason, want.Sent = "no such\uFFFD user", rec.Received[0].Changed
	if diff := cmp.Diff([]domain.Bounce{want}, rec.Bounces); diff != "" || want.Sent.IsZero() {
		t.Errorf("on record (-want +got):\n%s", diff)
	}
	if !rec.Suppression.At.Equal(instant()) {
		t.Errorf("suppressed at %v", rec.Suppression.At)
	}
}

func deadTwice(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	r.sent(t)
	twice := rules()
	twice.Dead = 2
	day := 24 * time.Hour
	for i, wait := range []time.Duration{7 * day, 9 * day} {
		must(s.TakeBounce(t.Context(), r.fact(i, domain.BounceDead, instant()), "", twice))(t)
		second := r.fact(i, domain.BounceDead, instant().Add(wait))
		second.Edition++
		must(s.TakeBounce(t.Context(), second, "", twice))(t)
	}
	if r.suppressed(t, 0) != domain.Bounced || r.suppressed(t, 1) != "" {
		t.Errorf("after seven days %q, after nine %q", r.suppressed(t, 0), r.suppressed(t, 1))
	}
}

func countedOnce(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	r.sent(t)
	twice := rules()
	twice.Dead = 2
	for n := range 3 {
		taken := must(s.TakeBounce(t.Context(), r.fact(0, domain.BounceDead, instant().Add(time.Duration(n)*time.Minute)), "", twice))(t)
		if taken.Fresh != (n == 0) || taken.Suppressed != "" {
			t.Errorf("told for the %d. time: %+v", n+1, taken)
		}
	}
	if n := len(must(s.PatronRecord(t.Context(), r.patrons[0].ID, 1))(t).Bounces); n != 1 {
		t.Errorf("%d facts", n)
	}
}

func keyCountsOnce(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	r.sent(t)
	for who, fresh := range []bool{true, false} {
		taken := must(s.TakeBounce(t.Context(), r.fact(who, domain.BounceDead, instant()), "mailgun/1", rules()))(t)
		if taken.Fresh != fresh {
			t.Errorf("%d: %+v", who, taken)
		}
	}
	if r.suppressed(t, 1) != "" {
		t.Error("a key's second bounce had an effect")
	}
}

// softInARow backdates letters by the rules rather than by the clock: five in a
// row, however quickly.
func softInARow(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	quick := rules()
	quick.Over = 0
	classes := []domain.BounceClass{domain.BounceFull, domain.BounceTemporary, domain.BounceUnknown, domain.BounceFull, domain.BounceTemporary}
	for week, class := range classes {
		if week > 0 {
			r.next(t, week)
		}
		r.sent(t)
		if r.suppressed(t, 0) != "" {
			t.Fatalf("suppressed after %d letters", week)
		}
		must(s.TakeBounce(t.Context(), r.fact(0, class, instant()), "", quick))(t)
		r.bounce(t, 1, class, instant()) // by rules that want thirty days as well
	}
	if r.suppressed(t, 0) != domain.Bounced || r.suppressed(t, 1) != "" {
		t.Errorf("suppressed %q and %q", r.suppressed(t, 0), r.suppressed(t, 1))
	}
}

func arrivalStartsOver(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	quick := domain.BounceRules{Dead: 1, Editions: 3}
	for week := range 6 {
		if week > 0 {
			r.next(t, week)
		}
		r.sent(t)
		if week == 2 { // arrives
			continue
		}
		must(s.TakeBounce(t.Context(), r.fact(0, domain.BounceFull, instant()), "", quick))(t)
		if want := domain.SuppressionReason(""); week < 5 && r.suppressed(t, 0) != want {
			t.Fatalf("suppressed after week %d", week)
		}
	}
	if r.suppressed(t, 0) != domain.Bounced {
		t.Error("three in a row after one that arrived do not count")
	}
}

func oursTouchesNobody(t *testing.T, s store.Store) {
	r := sending(t, s, 3)
	r.sent(t)
	none := domain.BounceRules{Dead: 1, Editions: 1}
	for who := range 3 {
		taken := must(s.TakeBounce(t.Context(), r.fact(who, domain.BounceOurs, time.Now()), "", none))(t)
		if taken.Ours != who+1 || taken.Suppressed != "" {
			t.Errorf("taken %+v", taken)
		}
	}
	if n := len(must(s.Suppressions(t.Context()))(t)); n != 0 {
		t.Errorf("%d suppressed", n)
	}
	if again := must(s.TakeBounce(t.Context(), r.fact(0, domain.BounceOurs, time.Now()), "", none))(t); again.Fresh || again.Ours != 3 {
		t.Errorf("told again: %+v", again)
	}
}

func oursSinceRest(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	r.sent(t)
	check(t, s.SetPace(t.Context(), delivery.Pace{Destination: delivery.DomainDestination("Example.com"), Changed: time.Now().Add(time.Minute)}))
	if taken := r.bounce(t, 0, domain.BounceOurs, time.Now()); taken.Ours != 0 || !taken.Fresh {
		t.Errorf("a letter from before the domain rested: %+v", taken)
	}
}

func complaintsUnsubscribe(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	r.sent(t)
	r.change(t, 0, func(p *domain.Patron) { p.Email = "moved@example.com" })
	if taken := r.bounce(t, 1, domain.Unsubscription, instant()); taken.Suppressed != domain.Unsubscribed || r.suppressed(t, 1) != domain.Unsubscribed {
		t.Errorf("taken %+v, suppressed %q", taken, r.suppressed(t, 1))
	}
	if taken := r.bounce(t, 0, domain.Complaint, instant()); taken.Suppressed != domain.Complained || r.suppressed(t, 0) != domain.Complained {
		t.Errorf("taken %+v, suppressed %q", taken, r.suppressed(t, 0))
	}
}

// wishesBeatBounces: to lift a bounce must not bring back who has unsubscribed.
func wishesBeatBounces(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	r.sent(t)
	r.bounce(t, 0, domain.BounceDead, instant())
	r.bounce(t, 0, domain.Complaint, instant())
	check(t, s.SuppressPatron(t.Context(), r.patrons[1].ID, domain.Unsubscribed))
	r.bounce(t, 1, domain.BounceDead, instant())
	if r.suppressed(t, 0) != domain.Complained || r.suppressed(t, 1) != domain.Unsubscribed {
		t.Errorf("suppressed %q and %q", r.suppressed(t, 0), r.suppressed(t, 1))
	}
}

func earlierAddress(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	r.sent(t)
	r.change(t, 0, func(p *domain.Patron) { p.Email = "moved@example.com" })
	if taken := r.bounce(t, 0, domain.BounceDead, instant()); !taken.Fresh || taken.Suppressed != "" || r.suppressed(t, 0) != "" {
		t.Errorf("taken %+v, suppressed %q", taken, r.suppressed(t, 0))
	}
	r.next(t, 1)
	r.sent(t)
	if r.bounce(t, 0, domain.BounceDead, instant()); r.suppressed(t, 0) != domain.Bounced {
		t.Error("a letter to the later address does not count")
	}
}

func liftedCountsNoMore(t *testing.T, s store.Store) {
	r := sending(t, s, 2)
	ctx := t.Context()
	r.sent(t)
	r.bounce(t, 0, domain.BounceDead, instant())
	wants(t, s.LiftSuppression(ctx, r.patrons[1].ID), domain.ErrNotFound)
	wants(t, s.LiftSuppression(ctx, r.patrons[1].ID+9), domain.ErrNotFound)
	check(t, s.LiftSuppression(ctx, r.patrons[0].ID))
	rec := must(s.PatronRecord(ctx, r.patrons[0].ID, 1))(t)
	if rec.Suppression != nil || len(rec.Bounces) != 1 || rec.Bounces[0].Lifted.IsZero() {
		t.Errorf("after it was lifted: %+v", rec)
	}
	if r.bounce(t, 0, domain.BounceDead, instant()); r.suppressed(t, 0) != "" {
		t.Error("the same letter's bounce counts once more")
	}
	r.next(t, 1)
	if c := r.claim(t, 2); len(c) != 2 {
		t.Errorf("claimed %d", len(c))
	}
	r.sent(t)
	twice := rules()
	twice.Dead = 2
	if taken := must(s.TakeBounce(ctx, r.fact(0, domain.BounceDead, instant()), "", twice))(t); !taken.Fresh || taken.Suppressed != "" {
		t.Errorf("what was lifted counts: %+v", taken)
	}
}

func forgottenBounces(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	r.sent(t)
	ctx := t.Context()
	r.bounce(t, 0, domain.BounceTemporary, instant())
	check(t, s.ErasePatron(ctx, r.patrons[0].ID, nil, instant()))
	_, err := s.TakeBounce(ctx, r.fact(0, domain.BounceDead, instant()), "", rules())
	wants(t, err, domain.ErrNotFound)
	if got := must(s.BounceCounts(ctx, r.edition))(t); !cmp.Equal(got, []domain.BounceCount{{Class: domain.BounceTemporary, Count: 1}}) {
		t.Errorf("counts %+v", got)
	}
}

func refusalsAtDelivery(t *testing.T, s store.Store) {
	r := sending(t, s, 4)
	ctx := t.Context()
	claims := r.claim(t, 4)
	refused := func(i int, class domain.BounceClass) delivery.Outcome {
		return delivery.Outcome{
			Patron: claims[i].Patron, State: domain.Failed, Tried: true, Class: delivery.ClassAddress, Reason: "no", Bounce: class, Status: "5.1.1",
		}
	}
	outcomes := []delivery.Outcome{
		refused(0, domain.BounceDead), refused(1, domain.BounceFull), refused(2, ""),
		{Patron: claims[3].Patron, State: domain.Sent, Tried: true},
	}
	for range 2 { // as after an outcome that could not be written at first
		must(s.Post(ctx, r.lease, outcomes, nil))(t)
	}
	if n := len(must(s.Suppressions(ctx))(t)); n != 0 {
		t.Errorf("%d suppressed before anything was judged", n)
	}
	for _, want := range []int{1, 0} {
		if n := must(s.JudgeBounces(ctx, r.edition, rules()))(t); n != want {
			t.Errorf("%d suppressed, want %d", n, want)
		}
	}
	if r.suppressed(t, 0) != domain.Bounced || len(must(s.Suppressions(ctx))(t)) != 1 {
		t.Errorf("suppressed %v", must(s.Suppressions(ctx))(t))
	}
	b := must(s.PatronRecord(ctx, r.patrons[0].ID, 1))(t).Bounces
	if len(b) != 1 || b[0].Way != domain.BounceInline || b[0].Status != "5.1.1" || b[0].Reason != "no" || b[0].At.IsZero() {
		t.Errorf("facts %+v", b)
	}
}

func editionsBounces(t *testing.T, s store.Store) {
	r := sending(t, s, 3)
	r.sent(t)
	for who, class := range []domain.BounceClass{domain.BounceFull, domain.BounceFull, domain.Complaint} {
		r.bounce(t, who, class, instant())
	}
	want := []domain.BounceCount{
		{Class: domain.BounceFull, Domain: "example.com", Count: 2}, {Class: domain.Complaint, Domain: "example.com", Count: 1},
	}
	if diff := cmp.Diff(want, must(s.BounceCounts(t.Context(), r.edition))(t)); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if none := must(s.BounceCounts(t.Context(), r.edition+1))(t); len(none) != 0 {
		t.Errorf("another edition's: %+v", none)
	}
}

func unknownLetters(t *testing.T, s store.Store) {
	r := sending(t, s, 1)
	b := r.fact(0, domain.BounceDead, instant())
	b.Edition = 0
	if taken := must(s.TakeBounce(t.Context(), b, "", rules()))(t); taken.Suppressed != domain.Bounced {
		t.Errorf("taken %+v", taken)
	}
	check(t, s.LiftSuppression(t.Context(), r.patrons[0].ID))
	for _, want := range []domain.SuppressionReason{domain.Bounced, ""} { // another letter's, and the same once more
		if taken := must(s.TakeBounce(t.Context(), b, "", rules()))(t); taken.Suppressed != want {
			t.Errorf("after it was lifted: %+v", taken)
		}
	}
	if bounces := must(s.PatronRecord(t.Context(), b.Patron, 1))(t).Bounces; len(bounces) != 1 || !bounces[0].Lifted.IsZero() {
		t.Errorf("on record: %+v", bounces)
	}
	_, err := s.TakeBounce(t.Context(), domain.Bounce{Patron: r.patrons[0].ID + 9, Class: domain.BounceDead}, "", rules())
	wants(t, err, domain.ErrNotFound)
}

// judgedLate: somebody who was forgotten between a refusal and its judgement is
// no trouble, nor are more refusals than one transaction judges.
func judgedLate(t *testing.T, s store.Store) {
	const people = 450
	r := sending(t, s, people)
	ctx := t.Context()
	var outcomes []delivery.Outcome
	for _, c := range r.claim(t, people) {
		outcomes = append(outcomes, delivery.Outcome{Patron: c.Patron, State: domain.Failed, Tried: true, Bounce: domain.BounceDead})
	}
	must(s.Post(ctx, r.lease, outcomes, nil))(t)
	check(t, s.ErasePatron(ctx, r.patrons[7].ID, nil, instant()))
	if n := must(s.JudgeBounces(ctx, r.edition, rules()))(t); n != people-1 {
		t.Errorf("%d suppressed, want %d", n, people-1)
	}
}
