package sqlite_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"marquee/internal/store"
	"marquee/internal/store/sqlite"
	"marquee/internal/store/storetest"
)

// template is an empty database, migrated: that takes most of a test's time.
var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "marquee-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "marquee.db")
	s, err := sqlite.Open(context.Background(), file, options(true))
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// empty is a path with a migrated database.
func empty(tb testing.TB) string {
	tb.Helper()
	data, err := template()
	if err != nil {
		tb.Fatal(err)
	}
	file := filepath.Join(tb.TempDir(), "marquee.db")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		tb.Fatal(err)
	}
	return file
}

func open(tb testing.TB) store.Store {
	tb.Helper()
	return openAt(tb, empty(tb))
}

func openAt(tb testing.TB, path string) *sqlite.Store {
	tb.Helper()
	return openWith(tb, path, options(true))
}

func openWith(tb testing.TB, path string, o sqlite.Options) *sqlite.Store {
	tb.Helper()
	s, err := sqlite.Open(tb.Context(), path, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func options(exclusive bool) sqlite.Options {
	return sqlite.Options{Exclusive: exclusive, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
}

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, open)
}

func BenchmarkStore(b *testing.B) { storetest.Bench(b, open) }
