package storetest

import (
	"slices"
	"testing"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/patron"
	"marquee/internal/store"
)

// run is a sending edition with a lease on its only shard.
type run struct {
	store.Store
	edition domain.EditionID
	lease   delivery.Lease
	patrons []domain.Patron
}

// sending freezes an edition for n readers, sends it and leases it.
func sending(tb testing.TB, s store.Store, n int) *run {
	tb.Helper()
	r := &run{Store: s, patrons: enroll(tb, s, n, reader)}
	r.edition = must(s.CreateEdition(tb.Context(), frozen("2026-11-20T17:00", reader)))(tb).ID
	r.move(tb, domain.EditionFrozen, domain.EditionSending)
	r.take(tb, "first", time.Hour)
	return r
}

func (r *run) shard() delivery.Shard { return delivery.Shard{Edition: r.edition} }

func (r *run) move(tb testing.TB, from, to domain.EditionState) {
	tb.Helper()
	check(tb, r.SetEditionState(tb.Context(), r.edition, []domain.EditionState{from}, to, ""))
}

// take leases the shard; a ttl that is not positive is a lease that has run out.
func (r *run) take(tb testing.TB, owner string, ttl time.Duration) {
	tb.Helper()
	r.lease = must(r.Lease(tb.Context(), r.shard(), owner, ttl))(tb)
}

// crash lets the lease run out, as a process does that dies, and gives it to
// another owner.
func (r *run) crash(tb testing.TB) (lost delivery.Lease) {
	tb.Helper()
	lost = r.lease
	r.take(tb, lost.Owner, -time.Hour)
	r.take(tb, lost.Owner+"'", time.Hour)
	return lost
}

// claim reads the first n rows that are due.
func (r *run) claim(tb testing.TB, n int) []delivery.Claim {
	tb.Helper()
	return must(r.Claim(tb.Context(), r.lease, 0, n))(tb)
}

// doubt marks claims and returns those that went through.
func (r *run) doubt(tb testing.TB, claims ...delivery.Claim) []domain.PatronID {
	tb.Helper()
	return must(r.Post(tb.Context(), r.lease, nil, claims))(tb)
}

func (r *run) record(tb testing.TB, outcomes ...delivery.Outcome) {
	tb.Helper()
	must(r.Post(tb.Context(), r.lease, outcomes, nil))(tb)
}

// change edits a patron, as a sync with their roster does.
func (r *run) change(tb testing.TB, i int, edit func(*domain.Patron)) {
	tb.Helper()
	before := r.patrons[i]
	edit(&r.patrons[i])
	check(tb, r.ApplyDifference(tb.Context(), before.Roster, patron.Difference{Update: []patron.Update{{Before: before, After: r.patrons[i]}}}))
}

// states are the states of all deliveries, by patron; on the way it checks that
// the balance and the reasons tell the same.
func (r *run) states(tb testing.TB) []domain.DeliveryState {
	tb.Helper()
	var all []domain.DeliveryState
	count := map[domain.DeliveryState]int{}
	for _, d := range must(r.Deliveries(tb.Context(), r.edition))(tb) {
		all = append(all, d.State)
		count[d.State]++
	}
	b := must(r.Balance(tb.Context(), r.edition))(tb)
	pending := count[domain.Queued] + count[domain.InDoubt] + count[domain.Deferred]
	if !b.Balances() || b.Entitled != len(all) || b.Sent != count[domain.Sent] || b.Failed != count[domain.Failed] ||
		b.Skipped != count[domain.Skipped] || b.Pending != pending || b.InDoubt < count[domain.InDoubt] || b.InDoubt > pending {
		tb.Errorf("balance %v, but deliveries are %v", b, count)
	}
	for _, c := range must(r.Reasons(tb.Context(), r.edition))(tb) {
		count[c.State] -= c.Count
	}
	for state, n := range count {
		if n != 0 {
			tb.Errorf("the reasons of what is %s count %d less", state, n)
		}
	}
	return all
}

// expect compares the states of all deliveries.
func (r *run) expect(tb testing.TB, want ...domain.DeliveryState) {
	tb.Helper()
	if got := r.states(tb); !slices.Equal(got, want) {
		tb.Errorf("deliveries are %v, want %v", got, want)
	}
}

func (r *run) delivery(tb testing.TB, patron domain.PatronID) domain.Delivery {
	tb.Helper()
	all := must(r.Deliveries(tb.Context(), r.edition))(tb)
	i := slices.IndexFunc(all, func(d domain.Delivery) bool { return d.Patron == patron })
	if i < 0 {
		tb.Fatalf("patron %d has no delivery", patron)
	}
	return all[i]
}

func ids(claims []delivery.Claim) []domain.PatronID {
	var all []domain.PatronID
	for _, c := range claims {
		all = append(all, c.Patron)
	}
	return all
}

// outcome is one of a state for a claim's patron, after a server was asked.
func outcome(c delivery.Claim, state domain.DeliveryState) delivery.Outcome {
	return delivery.Outcome{Patron: c.Patron, State: state, Tried: true}
}
