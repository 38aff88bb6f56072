package faults

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"testing"

	"marquee/internal/store/postgres"
	"marquee/internal/testkit"
)

var (
	cluster testkit.Postgres // serves all tests
	frail   testkit.Postgres // is killed by its test
)

// TestMain lets more tests run side by side than there are processors: most of
// the time they wait for other processes.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	code := func() int {
		defer cluster.Stop()
		defer frail.Stop()
		defer programs.remove()
		return m.Run()
	}()
	os.Exit(code)
}

// scale is how hard the tests try.
type scale struct {
	large   bool
	patrons int
	kills   int
}

// size is small in CI and full when MARQUEE_FAULTS=large.
func size() scale {
	if os.Getenv("MARQUEE_FAULTS") == "large" {
		return scale{large: true, patrons: 10_000, kills: 200}
	}
	return scale{patrons: 500, kills: 20}
}

// of chooses between a small number and the full one.
func (s scale) of(small, full int) int {
	if s.large {
		return full
	}
	return small
}

// onEachEngine runs a test on SQLite and on PostgreSQL; store is the
// configuration's line that chooses the engine.
func onEachEngine(t *testing.T, test func(t *testing.T, store string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, onFile)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, onServer(t, &cluster))
	})
}

// onFile is the store of a house that has a file.
const onFile = "sqlite:marquee.db"

// onServer is a database of the test's own, as the configuration names it.
func onServer(t *testing.T, server *testkit.Postgres) string {
	t.Helper()
	dsn := map[string]string{}
	for setting := range strings.FieldsSeq(server.Database(t, migrate)) {
		key, value, _ := strings.Cut(setting, "=")
		dsn[key] = value
	}
	return fmt.Sprintf("postgres://%s@localhost/%s?host=%s", dsn["user"], dsn["dbname"], url.QueryEscape(dsn["host"]))
}

// migrate makes a database as the program leaves it, for the others to be copied
// from.
func migrate(dsn string) error {
	s, err := postgres.Open(context.Background(), dsn, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return s.Close()
}
