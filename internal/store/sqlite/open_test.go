package sqlite_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/store/sqlite"
)

func TestExclusiveKeepsOthersAway(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "marquee.db")
	s := openAt(t, path)
	_, err := sqlite.Open(t.Context(), path, options(true))
	if !errors.Is(err, domain.ErrConflict) || !strings.Contains(err.Error(), fmt.Sprintf("process %d", os.Getpid())) {
		t.Errorf("second opener: %v, want a conflict that names process %d", err, os.Getpid())
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("the first one after the second was refused: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	openAt(t, path)
}

func TestSharedOpensBesides(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "marquee.db")
	first, err := sqlite.Open(t.Context(), path, options(false)) // makes the database
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	daemon := openAt(t, path) // which the shared one does not hinder
	look, err := sqlite.Open(t.Context(), path, options(false))
	if err != nil {
		t.Fatal(err)
	}
	defer look.Close()
	if err := look.SetMark(t.Context(), "weekly", "2026-11-20T17:00"); err != nil {
		t.Fatal(err)
	}
	if slot, err := daemon.Mark(t.Context(), "weekly"); err != nil || slot != "2026-11-20T17:00" {
		t.Errorf("the other process reads %q, %v", slot, err)
	}
	if err := look.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), path, options(true)); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("after a shared one closed: %v, want the daemon's lock to hold", err)
	}
}

func TestFilesArePrivate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openAt(t, filepath.Join(dir, "marquee.db"))
	if err := s.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) < 4 {
		t.Fatalf("files %v, %v, want the database, its log, its index and its lock", entries, err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v (%v)", e.Name(), info.Mode(), err)
		}
	}
}

func TestStrangePath(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a?b#c%20 d&_txlock=x.db")
	s := openAt(t, path)
	if err := s.SetMark(t.Context(), "weekly", "2026-11-20T17:00"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		t.Fatalf("no database at the path: %v", err)
	}
	if slot, err := openAt(t, path).Mark(t.Context(), "weekly"); err != nil || slot != "2026-11-20T17:00" {
		t.Errorf("mark %q, %v after reopening", slot, err)
	}
}

func TestNewerIsRefused(t *testing.T) {
	t.Parallel()
	for what, statement := range map[string]string{
		"database": "insert into goose_db_version (version_id, is_applied) values (9999, 1)",
		"queue":    "insert into river_migration (line, version) values ('main', 9999)",
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "marquee.db")
			if err := openAt(t, path).Close(); err != nil {
				t.Fatal(err)
			}
			execute(t, path, statement)
			_, err := sqlite.Open(t.Context(), path, options(true))
			if !errors.Is(err, domain.ErrInvalid) || !strings.Contains(err.Error(), what+" was made by a newer") {
				t.Errorf("opened: %v", err)
			}
		})
	}
}

// TestOlderDaemon is an upgrade under a daemon that still runs the old program.
func TestOlderDaemon(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "marquee.db")
	openAt(t, path)
	execute(t, path, "delete from goose_db_version where version_id > 0")
	if _, err := sqlite.Open(t.Context(), path, options(false)); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("shared opener: %v, want a conflict", err)
	}
}

func TestNoDatabase(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "marquee.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the first failure must not keep the lock
		_, err := sqlite.Open(t.Context(), path, options(true))
		if err == nil || errors.Is(err, domain.ErrConflict) || !strings.Contains(err.Error(), path) {
			t.Errorf("opened: %v", err)
		}
	}
	if _, err := sqlite.Open(t.Context(), filepath.Join(path, "below", "a.db"), options(true)); err == nil {
		t.Error("opened below a file")
	}
}

func execute(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
