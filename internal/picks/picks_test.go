package picks_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"marquee/internal/domain"
	"marquee/internal/picks"
)

var update = flag.Bool("update", false, "write the golden files anew")

var friday = domain.Date{Year: 2026, Month: 11, Day: 20}

// told is what was made out of a post, as text that people can compare.
func told(found picks.Found) string {
	var out strings.Builder
	for _, p := range found.Picks {
		fmt.Fprintf(&out, "%s (%d)", p.Title, p.Year)
		for _, f := range []struct{ name, value string }{
			{"dir", strings.Join(p.Directors, "+")},
			{"on", p.Service},
			{"as", string(p.Access)},
			{"in", p.Region},
			{"from", p.From.String()},
			{"leaves", p.Leaves.String()},
			{"url", p.URL},
			{"review", p.Review},
			{"imdb", p.IMDB},
			{"tmdb", p.TMDB},
		} {
			if f.value != "" {
				fmt.Fprintf(&out, " | %s %s", f.name, f.value)
			}
		}
		if p.Rating != nil {
			fmt.Fprintf(&out, " | stars %v/%v", p.Rating.Value, p.Rating.Best)
		}
		if p.Image != nil {
			fmt.Fprintf(&out, " | image %s", p.Image.URL)
		}
		fmt.Fprintf(&out, "\n    %s\n", p.Why)
	}
	if found.Note != "" {
		fmt.Fprintf(&out, "note: %s\n", found.Note)
	}
	return out.String()
}

// Each file in testdata is a post of a critic with habits of their own, and what is
// made of it; nothing is where it cannot be made out.
func TestPosts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/posts/*.txtar")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d posts, %v", len(files), err)
	}
	r := picks.NewReader()
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			ar, err := txtar.ParseFile(file)
			if err != nil || len(ar.Files) != 2 {
				t.Fatal(err, len(ar.Files))
			}
			got := "nothing\n"
			if found, ok := r.Read(picks.Post{
				HTML: string(ar.Files[0].Data), Day: friday, Own: []string{"https://www.lanternscreen.example/"},
			}); ok {
				got = told(found)
			}
			if *update {
				ar.Files[1].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(ar), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(ar.Files[1].Data), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
