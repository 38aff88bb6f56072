package sqlite_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"marquee/internal/store"
	"marquee/internal/store/sqlite"
	"marquee/internal/store/storetest"
)

func open(tb testing.TB) store.Store {
	tb.Helper()
	return openAt(tb, filepath.Join(tb.TempDir(), "marquee.db"))
}

func openAt(tb testing.TB, path string) *sqlite.Store {
	tb.Helper()
	s, err := sqlite.Open(tb.Context(), path, options(true))
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
