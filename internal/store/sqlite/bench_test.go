package sqlite

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/patron"
)

// BenchmarkPartition finds who of 100,000 patrons belongs to an edition's audiences,
// as freezing one does before it queues their letters.
func BenchmarkPartition(b *testing.B) {
	s, err := Open(b.Context(), filepath.Join(b.TempDir(), "a.db"), Options{Exclusive: true, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	tiers := []domain.Audience{{Standing: domain.Reader}, {Standing: domain.Active, Tier: "Matinee"}, {Standing: domain.Active, Tier: "Screenwriter"}}
	const all = 100_000
	var d patron.Difference
	for n := range all {
		d.Add = append(d.Add, domain.Patron{Email: fmt.Sprintf("patron%d@example.com", n), Audience: tiers[n%len(tiers)]})
	}
	if err := s.ApplyDifference(b.Context(), "members", d); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var n int
		err := s.read.QueryRowContext(b.Context(), `select count(*) from patrons where (standing, tier) in
			(select value ->> 0, value ->> 1 from json_each('[["reader",""],["active","Matinee"],["active","Screenwriter"]]'))`).Scan(&n)
		if err != nil || n != all {
			b.Fatal(n, err)
		}
	}
}
