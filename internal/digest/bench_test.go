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
	items := []domain.Item{picksItem(b)}
	for i := range 24 {
		items = append(items, reviewItem(b, fmt.Sprintf("Reel Number %d", i+1), time.Duration(i+1)*time.Hour))
	}
	c := newCompiler(b, forgetful{&fakeStore{items: items}}, func(c *digest.Config) {
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
