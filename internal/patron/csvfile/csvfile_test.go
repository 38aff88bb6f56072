package csvfile_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/patron"
	"marquee/internal/patron/csvfile"
)

func open(t *testing.T, options, dir string) (patron.Roster, error) {
	t.Helper()
	opts, err := config.ParseOptions(options, dir)
	if err != nil {
		t.Fatal(err)
	}
	return csvfile.Kind().New(patron.Env{Tiers: tiers(), Now: now}, opts)
}

func TestList(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	roster, err := open(t, "path: members.csv", dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := roster.List(t.Context()); !errors.Is(err, domain.ErrNotFound) || !strings.Contains(err.Error(), "members.csv not found: export") {
		t.Errorf("without a file: %v", err)
	}
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "members.csv"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("Email,Patron Status\na@b.example,Active patron\n")
	l, err := roster.List(t.Context())
	if err != nil || len(l.People) != 1 || l.Complete {
		t.Errorf("List = %+v, %v", l, err)
	}
	write("Name\n")
	if _, err := roster.List(t.Context()); !errors.Is(err, domain.ErrInvalid) || !strings.HasPrefix(err.Error(), "read members.csv: ") {
		t.Errorf("of another file: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := roster.List(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("after its context: %v", err)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for options, want := range map[string]string{
		"{}":                      "path: missing: write the name of the file",
		"path: [a]":               "path: must be text",
		"{path: a, campaign: 12}": "campaign: unknown key",
	} {
		roster, err := open(t, options, ".")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: roster %v, error %v, want %s", options, roster, err, want)
		}
	}
}
