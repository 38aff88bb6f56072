package sqlite

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/patron"
)

// Who is forgotten is in no byte of the file or of its log: not where they stood,
// nor where they stood before that, while the program runs.
func TestErasedBytes(t *testing.T) {
	t.Parallel()
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "a.db")
	s, err := Open(ctx, path, Options{Exclusive: true, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	const all, erasedEvery = 2000, 39
	for from := 0; from < all; from += 1000 {
		var d patron.Difference
		for n := from; n < from+1000; n++ {
			d.Add = append(d.Add, domain.Patron{Email: fmt.Sprintf("canary%dzebulon@quackenbush.example", n), Name: fmt.Sprintf("Canary%dzebulon", n), Audience: domain.Audience{Standing: domain.Active}})
		}
		must(s.ApplyDifference(ctx, "members", d))
	}
	patrons, err := s.AllPatrons(ctx)
	must(err)
	var moved patron.Difference
	for n, p := range patrons { // rows grow, and pages are divided
		if n%3 == 0 {
			after := p
			after.Name += " of the very long name that does not fit into the page where it stood before"
			after.Email = fmt.Sprintf("moved%dzebulon@quackenbush.example", n)
			moved.Update = append(moved.Update, patron.Update{Before: p, After: after})
		}
	}
	must(s.ApplyDifference(ctx, "members", moved))
	patrons, err = s.AllPatrons(ctx)
	must(err)
	for n := 0; n < all; n += erasedEvery {
		must(s.SuppressPatron(ctx, patrons[n].ID, domain.Unsubscribed))
		must(s.SetPreferences(ctx, patrons[n].ID, domain.Preferences{Called: fmt.Sprintf("Called%dzebulon", n)}))
		if _, err := s.Signup(ctx, patrons[n].Email, patrons[n].Name, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	for n := 0; n < all; n += erasedEvery {
		must(s.ErasePatron(ctx, patrons[n].ID, nil, time.Now()))
	}
	var bytesOf []byte
	for _, name := range []string{path, path + "-wal"} {
		text, err := os.ReadFile(name)
		must(err)
		bytesOf = append(bytesOf, text...)
	}
	if !bytes.Contains(bytesOf, []byte("Canary1zebulon")) {
		t.Fatal("those who stay are not found either: the test does not see what is there")
	}
	left := 0
	for n := 0; n < all; n += erasedEvery {
		for _, text := range []string{"anary%dzebulon", "moved%dzebulon", "alled%dzebulon"} {
			if text = fmt.Sprintf(text, n); bytes.Contains(bytesOf, []byte(text)) {
				left++
				if left < 10 {
					t.Errorf("the file or its log holds %q", text)
				}
			}
		}
	}
	if left > 0 {
		t.Errorf("%d texts are left", left)
	}
}
