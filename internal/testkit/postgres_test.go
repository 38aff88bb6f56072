package testkit_test

import (
	"os"
	"strings"
	"testing"

	"marquee/internal/testkit"
)

func TestPostgresCopiesTemplate(t *testing.T) {
	t.Parallel()
	var cluster testkit.Postgres
	t.Cleanup(cluster.Stop) // registered first, so that it runs after the databases are dropped
	prepared := 0
	prepare := func(string) error {
		prepared++
		return nil
	}
	one, two := cluster.Database(t, prepare), cluster.Database(t, prepare)
	if one == two || prepared != 1 {
		t.Errorf("databases %q and %q, prepared %d times", one, two, prepared)
	}
	if _, err := os.Stat(socketDir(one)); err != nil {
		t.Errorf("socket directory: %v", err)
	}
}

func TestPostgresLeavesNothing(t *testing.T) {
	t.Parallel()
	var cluster testkit.Postgres
	t.Cleanup(cluster.Stop)
	var dsn string
	t.Run("use", func(t *testing.T) {
		dsn = cluster.Database(t, func(string) error { return nil })
	})
	if dsn == "" {
		t.Skip("no PostgreSQL server")
	}
	cluster.Stop()
	if _, err := os.Stat(socketDir(dsn)); !os.IsNotExist(err) {
		t.Errorf("%s after Stop: %v, want it gone", socketDir(dsn), err)
	}
}

func socketDir(dsn string) string {
	host, _, _ := strings.Cut(strings.TrimPrefix(dsn, "host="), " ")
	return host
}
