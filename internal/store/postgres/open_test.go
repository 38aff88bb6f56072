package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"marquee/internal/domain"
	"marquee/internal/store/postgres"
)

func TestNewerIsRefused(t *testing.T) {
	t.Parallel()
	for what, statement := range map[string]string{
		"database": "insert into goose_db_version (version_id, is_applied) values (9999, true)",
		"queue":    "insert into river_migration (line, version) values ('main', 9999)",
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			dsn := cluster.Database(t, migrated)
			execute(t, dsn, statement)
			_, err := postgres.Open(t.Context(), dsn, quiet())
			if !errors.Is(err, domain.ErrInvalid) || !strings.Contains(err.Error(), what+" was made by a newer") {
				t.Errorf("opened: %v", err)
			}
		})
	}
}

// TestMigratingAtOnce starts several processes on an empty database.
func TestMigratingAtOnce(t *testing.T) {
	t.Parallel()
	dsn := bare(t)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			s, err := postgres.Open(t.Context(), dsn, quiet())
			if err != nil {
				t.Error(err)
				return
			}
			if err := errors.Join(s.Ping(t.Context()), s.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestCommitsAreDurable: a server that answers before it has written is told
// not to.
func TestCommitsAreDurable(t *testing.T) {
	t.Parallel()
	dsn := cluster.Database(t, migrated)
	execute(t, dsn, `do $$ begin
		execute format('alter database %I set synchronous_commit = off', current_database());
	end $$`)
	if is := openAt(t, dsn).Setting(t.Context(), "synchronous_commit"); is != "on" {
		t.Errorf("synchronous_commit is %q", is)
	}
}

func TestNoServer(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, dsn := range []string{"host=" + t.TempDir() + " user=u password=geheim dbname=d", "postgres://u:geheim@%zz/d"} {
		_, err := postgres.Open(ctx, dsn, quiet())
		if err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("opened: %v", err)
		}
	}
}

func execute(t *testing.T, dsn, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
