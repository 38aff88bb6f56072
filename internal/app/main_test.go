package app_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/store/postgres"
	"marquee/internal/store/sqlite"
	"marquee/internal/testkit"
)

var cluster testkit.Postgres

func TestMain(m *testing.M) { os.Exit(cluster.Main(m)) }

// onEachEngine runs a test on SQLite and on PostgreSQL; store is the line of the
// configuration that chooses the engine.
func onEachEngine(t *testing.T, test func(t *testing.T, store string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, "store: sqlite:marquee.db")
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, postgresStore(t))
	})
}

// postgresStore is the configuration's line for a database of the test's own.
func postgresStore(t *testing.T) string {
	t.Helper()
	dsn := map[string]string{}
	for setting := range strings.FieldsSeq(cluster.Database(t, migrated)) {
		key, value, _ := strings.Cut(setting, "=")
		dsn[key] = value
	}
	return fmt.Sprintf("store: \"postgres://%s@localhost/%s?host=%s\"", dsn["user"], dsn["dbname"], url.QueryEscape(dsn["host"]))
}

// blank is a SQLite database without anything in it. Under the race detector its
// migrations are a good part of what a test costs.
var blank = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "marquee-blank-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "marquee.db")
	s, err := sqlite.Open(context.Background(), file, sqlite.Options{Exclusive: true, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// migrated makes a database as Open leaves it, for the others to be copied from.
func migrated(dsn string) error {
	s, err := postgres.Open(context.Background(), dsn, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return s.Close()
}
