package feedtest

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/feed"
)

var update = flag.Bool("update", false, "rewrite golden files")

// goldenDir holds the sample in every format; formats' packages lie three
// directories below the module's root.
const goldenDir = "../../../testdata/golden/feed"

// legible is body with its members on lines of their own if it is JSON.
func legible(body []byte) []byte {
	var b bytes.Buffer
	if json.Indent(&b, body, "", " ") != nil {
		return body
	}
	return b.Bytes()
}

// golden compares the sample as everyone and as patrons get it with files that
// people have read.
func golden(t *testing.T, f feed.Format) {
	for _, a := range []domain.Audience{{}, {Standing: domain.Active, Tier: "Screenwriter"}} {
		body, err := f.Encode(Document(t, a))
		if err != nil {
			t.Fatal(err)
		}
		got := legible(body)
		name := filepath.Join(goldenDir, a.Key()+"."+f.Name())
		if *update {
			if err := os.WriteFile(name, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-want +got), rewrite with -update:\n%s", name, diff)
		}
	}
}
