package entitle_test

import (
	"testing"

	"marquee/internal/domain"
)

// BenchmarkDecide is one answer for a piece with a ladder of three steps that is
// found by its kind, past two series.
func BenchmarkDecide(b *testing.B) {
	p := policy()
	p.Kinds[domain.Review] = ladders()["the usual"].steps
	p.Series["Reader's Choice"] = domain.Ladder{}
	it := &domain.Item{Kind: domain.Review, Series: "Short Takes", Source: "site", Published: first(), ItemHistory: domain.ItemHistory{FirstPublished: first()}}
	who, now := audiences()["matinee"], first().Add(hour)
	b.ReportAllocs()
	for b.Loop() {
		p.Decide(who, it, now)
	}
}

// An answer costs no memory: feeds and letters ask for every piece and everybody.
func TestDecideAllocatesNothing(t *testing.T) {
	p := policy()
	for name, l := range ladders() {
		it := &domain.Item{Kind: domain.Review, Release: l.steps, Published: first(), ItemHistory: domain.ItemHistory{FirstPublished: first()}}
		for _, who := range audiences() {
			if n := testing.AllocsPerRun(10, func() { p.Decide(who, it, first().Add(hour)) }); n > 0 {
				t.Errorf("%s: %v allocations", name, n)
			}
		}
	}
}
