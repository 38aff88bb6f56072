package digest_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"marquee/internal/digest"
	"marquee/internal/domain"
)

// BenchmarkCompile freezes an edition of 25 items for five audiences: a page and
// a letter for each of the four that get mail, and the public's page. What
// composing the letters as mail takes is in BenchmarkEdition of internal/app.
func BenchmarkCompile(b *testing.B) {
	b.Run("one language", func(b *testing.B) { benchmarkCompile(b) })
	b.Run("three languages", func(b *testing.B) { benchmarkCompile(b, "de", "ja") })
}

// benchmarkCompile compiles for audiences that want dates in languages, too.
func benchmarkCompile(b *testing.B, languages ...string) {
	b.Helper()
	var wishes []domain.Readers
	for _, l := range languages {
		for _, a := range policy().Recipients(domain.ToEveryone) {
			wishes = append(wishes, domain.Readers{Audience: a, Dates: l})
		}
	}
	items := []domain.Item{picksItem(b)}
	for i := range 24 {
		items = append(items, reviewItem(b, fmt.Sprintf("Reel Number %d", i+1), time.Duration(i+1)*time.Hour))
	}
	c := newCompiler(b, forgetful{&fakeStore{items: items, wishes: wishes}}, func(c *digest.Config) {
		c.Sections = []digest.Block{reviews(b, "max: 25"), picks(b, "")}
	})
	for b.Loop() {
		if e, err := c.Compile(b.Context(), slot); err != nil || len(e.Items) != 25 {
			b.Fatal(len(e.Items), err)
		}
	}
}

// forgetful is a store that keeps no edition, so that each is the first.
type forgetful struct{ *fakeStore }

func (forgetful) CreateEdition(_ context.Context, e digest.NewEdition) (domain.Edition, error) {
	return e.Edition, nil
}
