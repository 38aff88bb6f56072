package digest_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/digest"
	"marquee/internal/domain"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden holds what patrons see. Look at a changed file in a browser before
// accepting it.
func TestGolden(t *testing.T) {
	t.Parallel()
	many := func(t *testing.T, n int) []domain.Item {
		var items []domain.Item
		for i := range n {
			items = append(items, reviewItem(t, fmt.Sprintf("Reel Number %d", i+1), time.Duration(i+1)*6*time.Hour))
		}
		return items
	}
	tests := map[string]struct {
		items    []domain.Item
		audience domain.Audience
		dates    string
		adjust   func(*digest.Config)
	}{
		"rich":        {items: richWeek(t), audience: patron("Screenwriter")},
		"rich-reader": {items: richWeek(t), audience: reader()},
		"rich-web":    {items: richWeek(t), audience: public()},
		"rich-german": {items: richWeek(t), audience: reader(), adjust: func(c *digest.Config) { c.Publication.Language = "de-CH" }},
		"rich-arabic": {items: richWeek(t), audience: patron("Matinee"), dates: "ar"},
		"thin":        {items: richWeek(t)[1:2], audience: patron("Matinee")},
		"picks-only":  {items: []domain.Item{picksItem(t)}, audience: patron("Matinee")},
		"long": {items: many(t, 25), audience: patron("Screenwriter"), adjust: func(c *digest.Config) {
			c.Sections[0] = reviews(t, "max: 25")
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var adjust []func(*digest.Config)
			if test.adjust != nil {
				adjust = append(adjust, test.adjust)
			}
			c := newCompiler(t, &fakeStore{items: test.items}, adjust...)
			r, err := c.Preview(t.Context(), slot, domain.Readers{Audience: test.audience, Dates: test.dates})
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".html", r.HTML)
			golden(t, name+".txt", "Subject: "+r.Subject+"\nPreheader: "+r.Preheader+"\n\n"+r.Text)
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("..", "..", "testdata", "golden", "edition", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got), run with -update to accept:\n%s", name, diff)
	}
}
