package storetest

import (
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/patron"
	"marquee/internal/store"
)

// crowd is how many patrons the benchmarks have.
const crowd = 100_000

// Bench measures what an edition to a hundred thousand patrons costs, and what
// a source's items do.
func Bench(b *testing.B, open Open) {
	b.Run("Import", func(b *testing.B) { benchImport(b, open) })
	b.Run("CreateEdition", func(b *testing.B) { benchCreate(b, open(b)) })
	for _, group := range []int{16, 64} {
		b.Run(fmt.Sprintf("Cycle%d", group), func(b *testing.B) { benchCycle(b, open(b), group, false) })
		b.Run(fmt.Sprintf("Apart%d", group), func(b *testing.B) { benchCycle(b, open(b), group, true) })
	}
	b.Run("Deferrals", func(b *testing.B) { benchDeferrals(b, open(b)) })
	b.Run("SaveItems", func(b *testing.B) { benchItems(b, open(b)) })
}

// spent is the processor time of this process so far. A server's is not in it.
func spent(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	check(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// each reports the time and the processor time of one of n things.
func each(b *testing.B, n int, what string, before time.Duration) {
	b.Helper()
	b.ReportMetric(float64((spent(b)-before).Microseconds())/float64(n), "cpu-µs/"+what)
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n), "µs/"+what)
}

// slot is the nth slot of the benchmarks' digest.
func slot(n int) domain.Slot {
	return domain.Slot(instant().AddDate(0, 0, 7*n).Format(domain.SlotLayout))
}

// benchImport brings a roster of everybody into an empty store.
func benchImport(b *testing.B, open Open) {
	add := make([]domain.Patron, crowd)
	for i := range add {
		add[i] = whole(fmt.Sprintf("patron%d", i))
	}
	var cpu time.Duration
	for b.Loop() {
		b.StopTimer()
		s, before := open(b), spent(b)
		b.StartTimer()
		check(b, s.ApplyDifference(b.Context(), "patreon", patron.Difference{Add: add}))
		cpu += spent(b) - before
	}
	each(b, b.N*crowd, "patron", spent(b)-cpu)
}

// benchCreate freezes an edition for everybody.
func benchCreate(b *testing.B, s store.Store) {
	enroll(b, s, crowd, reader)
	weeks, before := 0, spent(b)
	for b.Loop() {
		must(s.CreateEdition(b.Context(), frozen(slot(weeks), reader)))(b)
		weeks++
	}
	each(b, weeks*crowd, "patron", before)
}

// benchCycle carries deliveries from queued to sent. They are claimed many at a
// time and written in groups. The outcomes of one group go into the transaction
// of the next one's doubts, as a busy book does it, or are written apart.
func benchCycle(b *testing.B, s store.Store, group int, apart bool) {
	r := crowded(b, s)
	messages, before := 0, spent(b)
	var outcomes []delivery.Outcome
	for b.Loop() {
		for claims := range slices.Chunk(r.claims(b), group) {
			through := must(s.Post(b.Context(), r.lease, outcomes, claims))(b)
			if len(through) != len(claims) {
				b.Fatalf("%d of %d went through", len(through), len(claims))
			}
			outcomes = outcomes[:0]
			for _, c := range claims {
				outcomes = append(outcomes, outcome(c, domain.Sent))
			}
			if apart {
				r.record(b, outcomes...)
				outcomes = outcomes[:0]
			}
			messages += len(claims)
		}
		before += r.next(b)
	}
	each(b, messages, "message", before)
}

// benchDeferrals puts everybody off, each to another time.
func benchDeferrals(b *testing.B, s store.Store) {
	r := crowded(b, s)
	messages, before := 0, spent(b)
	var outcomes []delivery.Outcome
	for b.Loop() {
		for claims := range slices.Chunk(r.claims(b), 64) {
			outcomes = outcomes[:0]
			for _, c := range claims {
				at := future().Add(time.Duration(c.Patron) * time.Second)
				outcomes = append(outcomes, delivery.Outcome{
					Patron: c.Patron, State: domain.Deferred, NextAt: at, Class: "server", Reason: "451 4.7.1 Greylisted", Tried: true,
				})
			}
			r.record(b, outcomes...)
			messages += len(claims)
		}
		before += r.next(b)
	}
	each(b, messages, "message", before)
}

// crowdedRun goes through shards of editions for everybody.
type crowdedRun struct {
	*run
	weeks   int
	shards  []delivery.Shard
	after   domain.PatronID
	through bool
}

func crowded(b *testing.B, s store.Store) *crowdedRun {
	b.Helper()
	enroll(b, s, crowd, reader)
	r := &crowdedRun{run: &run{Store: s}, through: true}
	r.next(b)
	return r
}

// claims are the next that are due of the shard, as a run reads them.
func (r *crowdedRun) claims(b *testing.B) []delivery.Claim {
	b.Helper()
	claims := must(r.Claim(b.Context(), r.lease, r.after, 128))(b)
	if len(claims) > 0 {
		r.after = claims[len(claims)-1].Patron
	}
	r.through = len(claims) == 0
	return claims
}

// next leases the next shard when this one is through, of another edition when
// there is none, and says what that cost.
func (r *crowdedRun) next(b *testing.B) time.Duration {
	b.Helper()
	if !r.through {
		return 0
	}
	b.StopTimer()
	defer b.StartTimer()
	before := spent(b)
	if len(r.shards) == 0 {
		must(r.CreateEdition(b.Context(), frozen(slot(r.weeks), reader)))(b)
		must(r.StartDue(b.Context(), future()))(b)
		r.shards = must(r.IdleShards(b.Context(), future()))(b)
		r.weeks++
	}
	r.lease = must(r.Lease(b.Context(), r.shards[0], "bench", time.Hour))(b)
	r.shards, r.after = r.shards[1:], 0
	return spent(b) - before
}

// benchItems stores a hundred changed items at a time.
func benchItems(b *testing.B, s store.Store) {
	items := make([]domain.Item, 100)
	for i := range items {
		items[i] = full()
		items[i].GUID = fmt.Sprint(i)
		items[i].ID = domain.NewItemID(items[i].Source, items[i].GUID)
	}
	before := spent(b)
	for b.Loop() {
		for i := range items {
			items[i].Changed = items[i].Changed.Add(time.Second)
		}
		keep(b, s, items[0].Source, items...)
	}
	each(b, b.N*len(items), "item", before)
}
