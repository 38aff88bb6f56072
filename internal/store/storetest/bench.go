package storetest

import (
	"fmt"
	"testing"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/store"
)

// crowd is how many patrons the benchmarks have.
const crowd = 100_000

// Bench measures what an edition to a hundred thousand patrons costs, and what
// a source's items do.
func Bench(b *testing.B, open Open) {
	b.Run("CreateEdition", func(b *testing.B) { benchCreate(b, open(b)) })
	for _, group := range []int{16, 64} {
		b.Run(fmt.Sprintf("Cycle%d", group), func(b *testing.B) { benchCycle(b, open(b), group) })
	}
	b.Run("SaveItems", func(b *testing.B) { benchItems(b, open(b)) })
}

// slot is the nth slot of the benchmarks' digest.
func slot(n int) domain.Slot {
	return domain.Slot(instant().AddDate(0, 0, 7*n).Format(domain.SlotLayout))
}

// benchCreate freezes an edition for everybody.
func benchCreate(b *testing.B, s store.Store) {
	enroll(b, s, crowd, reader)
	weeks := 0
	for b.Loop() {
		must(s.CreateEdition(b.Context(), frozen(slot(weeks), reader)))(b)
		weeks++
	}
}

// benchCycle carries deliveries from queued to sent in groups; its figure is
// per message.
func benchCycle(b *testing.B, s store.Store, group int) {
	enroll(b, s, crowd, reader)
	var (
		shards []delivery.Shard
		r      = &run{Store: s}
		weeks  int
	)
	next := func() { // the next shard, of another edition when there is none
		b.StopTimer()
		defer b.StartTimer()
		if len(shards) == 0 {
			must(s.CreateEdition(b.Context(), frozen(slot(weeks), reader)))(b)
			must(s.StartDue(b.Context(), future()))(b)
			shards = must(s.IdleShards(b.Context(), future()))(b)
			weeks++
		}
		r.lease = must(s.Lease(b.Context(), shards[0], "bench", time.Hour))(b)
		shards = shards[1:]
	}
	next()
	messages := 0
	for b.Loop() {
		claims := r.claim(b, group)
		if len(claims) == 0 {
			next()
			continue
		}
		if marked := r.mark(b, claims...); len(marked) != len(claims) {
			b.Fatalf("%d of %d went through", len(marked), len(claims))
		}
		outcomes := make([]delivery.Outcome, len(claims))
		for i, c := range claims {
			outcomes[i] = outcome(c, domain.Sent)
		}
		r.record(b, outcomes...)
		messages += len(claims)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(messages), "µs/message")
}

// benchItems stores a hundred changed items at a time; its figure is per item.
func benchItems(b *testing.B, s store.Store) {
	items := make([]domain.Item, 100)
	for i := range items {
		items[i] = full()
		items[i].GUID = fmt.Sprint(i)
		items[i].ID = domain.NewItemID(items[i].Source, items[i].GUID)
	}
	reads := 0
	for b.Loop() {
		for i := range items {
			items[i].Changed = items[i].Changed.Add(time.Second)
		}
		keep(b, s, items[0].Source, items...)
		reads++
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(reads*len(items)), "µs/item")
}
