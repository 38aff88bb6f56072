package csvfile_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"marquee/internal/domain"
	"marquee/internal/patron"
	"marquee/internal/patron/csvfile"
)

// FuzzRead: whoever is read can be mailed, is there once, has a standing and
// reads the same again; what is said of rows holds no address.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("../../../testdata/patrons/*.csv")
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("Email,Patron Status\n\"a@b.example,Active patron\n"))
	f.Add([]byte("\ufeff\"Email\",Patron Status,Name\na@b.example,Active patron,\"=1\x00\""))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := csvfile.Read(bytes.NewReader(data), tiers(), now())
		if err != nil {
			return
		}
		checkPeople(t, l)
		for _, p := range append(l.Skipped, l.Noted...) {
			if p.Line < 2 || strings.Contains(p.Reason, "@") {
				t.Errorf("problem is %+v", p)
			}
		}
		d, err := patron.DefaultPolicy().Diff(patron.Known{Patrons: l.People}, l)
		if err != nil || !d.Empty() || d.Unchanged != len(l.People) {
			t.Errorf("the same listing once more differs: %+v", d)
		}
	})
}

func checkPeople(t *testing.T, l patron.Listing) {
	t.Helper()
	addresses, ids := map[string]bool{}, map[string]bool{"": false}
	for _, p := range l.People {
		key := domain.EmailKey(p.Email)
		if addresses[key] || ids[p.External] {
			t.Errorf("%+v is there twice", p)
		}
		addresses[key], ids[p.External] = true, p.External != ""
		if !strings.Contains(p.Email, "@") || strings.ContainsAny(p.Email, "\r\n") || strings.Contains(p.Name, "\n") || !utf8.ValidString(p.Name) {
			t.Errorf("%+v cannot be mailed", p)
		}
		if p.Standing == domain.Public || p.Tier != "" && (p.Standing != domain.Active || tiers().Rank(p.Tier) == 0) {
			t.Errorf("%+v stands nowhere", p)
		}
	}
}
