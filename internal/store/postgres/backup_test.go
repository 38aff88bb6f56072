package postgres_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/store/postgres"
	"marquee/internal/store/storetest"
)

// vacated waits until no process has a database open: the server takes a moment
// to notice.
func vacated(t *testing.T, dsn string) {
	t.Helper()
	until(t, func() bool { return postgres.PresentAt(t.Context(), dsn) == 0 })
}

func TestBackup(t *testing.T) {
	t.Parallel()
	dsn := cluster.Database(t, migrated)
	file := filepath.Join(t.TempDir(), "backup")
	s, err := postgres.Open(t.Context(), dsn, quiet())
	if err != nil {
		t.Fatal(err)
	}
	check := storetest.Backup(t, s, file)
	if err := postgres.Restore(t.Context(), dsn, file); !errors.Is(err, domain.ErrConflict) || !strings.Contains(err.Error(), "in use by 1 processes") {
		t.Errorf("restored while it is open: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	vacated(t, dsn)
	if err := postgres.Restore(t.Context(), dsn, file); err != nil {
		t.Fatal(err)
	}
	check(openAt(t, dsn))
}

// TestRestoreOlder puts a backup of the first release over a newer database.
func TestRestoreOlder(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "backup")
	if err := postgres.Dump(t.Context(), firstRelease(t), file); err != nil {
		t.Fatal(err)
	}
	dsn := cluster.Database(t, migrated)
	if err := postgres.Restore(t.Context(), dsn, file); err != nil {
		t.Fatal(err)
	}
	storetest.Upgraded(t, openAt(t, dsn))
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	other, newer, broken := filepath.Join(dir, "other"), filepath.Join(dir, "newer"), filepath.Join(dir, "broken")
	strange := bare(t)
	execute(t, strange, "create table patrons (id bigint)")
	future := cluster.Database(t, migrated)
	execute(t, future, "insert into goose_db_version (version_id, is_applied) values (9999, true)")
	for file, dsn := range map[string]string{other: strange, newer: future} {
		if err := postgres.Dump(t.Context(), dsn, file); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(newer)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(broken, data[:len(data)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	dsn := cluster.Database(t, migrated)
	s := openAt(t, dsn)
	before, err := s.Generation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	vacated(t, dsn)
	for file, says := range map[string]string{other: "no backup of marquee", newer: "newer marquee", broken: "pg_restore", dir: "pg_restore", "none": "pg_restore"} {
		if err := postgres.Restore(t.Context(), dsn, file); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("restored %s: %v", filepath.Base(file), err)
		}
	}
	if after, err := openAt(t, dsn).Generation(t.Context()); err != nil || after != before {
		t.Errorf("generation %s, %v after what was refused, %s before", after, err, before)
	}
}

// TestToolsKnowTheWay: what they learn from their environment is not in their
// arguments, which everybody on the machine can read.
func TestToolsKnowTheWay(t *testing.T) {
	t.Parallel()
	for dsn, want := range map[string]string{
		"postgres://u:p@h:6/d?sslmode=require&pool_max_conns=3":              "PGHOST=h PGPORT=6 PGUSER=u PGPASSWORD=p PGDATABASE=d PGSSLMODE=require",
		`host=h port=6 user=u password='p \'q' dbname=d sslmode = 'disable'`: "PGHOST=h PGPORT=6 PGUSER=u PGPASSWORD=p 'q PGDATABASE=d PGSSLMODE=disable",
		"host=h user=u dbname=d": "PGHOST=h PGPORT=5432 PGUSER=u PGPASSWORD= PGDATABASE=d",
	} {
		if got := postgres.Environment(dsn); got != want {
			t.Errorf("%s:\n%s, want\n%s", dsn, got, want)
		}
	}
}
