package patreon_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"marquee/internal/patron"
	"marquee/internal/store/sqlite"
	"marquee/internal/testkit"
)

// BenchmarkSync is a sync of 100,000 members when nothing has changed, with
// Patreon in the same process and the patrons in SQLite. It reports how large the
// heap is at most, with all garbage and without what Patreon keeps of its
// members, and how many of a thousand patrons are written.
func BenchmarkSync(b *testing.B) {
	const members = 100_000
	w := newWorld(b, testkit.PatreonConfig{}, "campaign: \"700142\"")
	w.campaign.Populate(members)
	theirs := heap()
	store := &counting{Store: open(b)}
	sync := func() patron.Difference {
		d, err := patron.Import(b.Context(), store, "patreon", w.list(b))
		if err != nil {
			b.Fatal(err)
		}
		return d
	}
	if d := sync(); len(d.Add) != members {
		b.Fatalf("%d patrons", len(d.Add))
	}
	store.rows = 0
	peak := watch(b)
	b.ReportAllocs()
	for b.Loop() {
		w.Advance(time.Hour)
		if d := sync(); d.Unchanged != members {
			b.Fatalf("%d unchanged", d.Unchanged)
		}
	}
	b.ReportMetric(float64(peak()-theirs)/(1<<20), "peak-MB")
	b.ReportMetric(float64(store.rows)/float64(b.N)/members*1000, "writes/1000")
}

func open(b *testing.B) patron.Store {
	b.Helper()
	store, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "marquee.db"),
		sqlite.Options{Exclusive: true, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	return store
}

// counting counts the rows that a store is asked to write.
type counting struct {
	patron.Store

	rows int
}

func (c *counting) ApplyDifference(ctx context.Context, roster string, d patron.Difference) error {
	c.rows += 1 + len(d.Add) + len(d.Update) + len(d.Absent) + len(d.Back)
	return c.Store.ApplyDifference(ctx, roster, d)
}

// heap is how large the heap is without garbage.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// watch samples the heap until it is asked for the peak.
func watch(b *testing.B) func() uint64 {
	b.Helper()
	done, ended := make(chan struct{}), make(chan uint64)
	go func() {
		var peak uint64
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse+m.StackInuse)
			select {
			case <-done:
				ended <- peak
				return
			case <-tick.C:
			}
		}
	}()
	return func() uint64 { close(done); return <-ended }
}
