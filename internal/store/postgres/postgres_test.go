package postgres_test

import (
	"context"
	"log/slog"
	"os"
	"testing"

	"marquee/internal/store"
	"marquee/internal/store/postgres"
	"marquee/internal/store/storetest"
	"marquee/internal/testkit"
)

var cluster testkit.Postgres

func TestMain(m *testing.M) { os.Exit(cluster.Main(m)) }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// migrated makes a database as Open leaves it.
func migrated(dsn string) error {
	s, err := postgres.Open(context.Background(), dsn, quiet())
	if err != nil {
		return err
	}
	return s.Close()
}

func open(tb testing.TB) store.Store {
	tb.Helper()
	return openAt(tb, cluster.Database(tb, migrated))
}

func openAt(tb testing.TB, dsn string) *postgres.Store {
	tb.Helper()
	s, err := postgres.Open(tb.Context(), dsn, quiet())
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

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, open)
}

func BenchmarkStore(b *testing.B) { storetest.Bench(b, open) }
