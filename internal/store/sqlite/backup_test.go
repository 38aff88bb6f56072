package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/store/sqlite"
	"marquee/internal/store/storetest"
)

func restore(t *testing.T, from, to string) (string, error) {
	t.Helper()
	return sqlite.Restore(t.Context(), from, to, options(true).Log)
}

func TestBackup(t *testing.T) {
	t.Parallel()
	path, file := empty(t), filepath.Join(t.TempDir(), "backup")
	s, err := sqlite.Open(t.Context(), path, options(true))
	if err != nil {
		t.Fatal(err)
	}
	check := storetest.Backup(t, s, file)
	if _, err := restore(t, file, path); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("restored while it is open: %v", err)
	}
	lost, err := s.AllPatrons(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{path + ".before-restore", path + ".before-restore-2"} {
		kept, err := restore(t, file, path)
		if err != nil || kept != want {
			t.Fatalf("restored, %q kept, %v; want %q", kept, err, want)
		}
		files, err := filepath.Glob(path + ".restoring*")
		if err != nil || len(files) != 0 {
			t.Errorf("restoring left %v, %v", files, err)
		}
	}
	check(openAt(t, path))
	old, err := openAt(t, path+".before-restore").AllPatrons(t.Context())
	if err != nil || len(old) != len(lost) {
		t.Errorf("%d patrons in what was kept, %v; want %d", len(old), err, len(lost))
	}
}

// TestRestoreAfterCrash: what a database's log holds is kept with it, and is no
// part of what is restored.
func TestRestoreAfterCrash(t *testing.T) {
	t.Parallel()
	path, file := empty(t), filepath.Join(t.TempDir(), "backup")
	running := openAt(t, path)
	check := storetest.Backup(t, running, file)
	if err := running.SetMark(t.Context(), "weekly", "2026-11-20T17:00"); err != nil {
		t.Fatal(err)
	}
	crashed := filepath.Join(t.TempDir(), "marquee.db")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		write(t, crashed+suffix, read(t, path+suffix))
	}
	kept, err := restore(t, file, crashed)
	if err != nil {
		t.Fatal(err)
	}
	check(openAt(t, crashed))
	if slot, err := openAt(t, kept).Mark(t.Context(), "weekly"); err != nil || slot == "" {
		t.Errorf("the log of what was kept is lost: %q, %v", slot, err)
	}
}

func TestRestoreToNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, path := filepath.Join(dir, "backup"), filepath.Join(dir, "marquee.db")
	check := storetest.Backup(t, openAt(t, empty(t)), file)
	if kept, err := restore(t, file, path); err != nil || kept != "" {
		t.Fatalf("restored, %q kept, %v", kept, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("restored with mode %v, %v", info.Mode(), err)
	}
	check(openAt(t, path))
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := empty(t)
	before := read(t, path)
	at := func(name string) string { return filepath.Join(dir, name) }
	execute(t, at("other"), "create table patrons (id integer)")
	execute(t, at("newer"), "attach '"+empty(t)+"' as m; vacuum m into '"+at("newer.db")+"'")
	execute(t, at("newer.db"), "insert into goose_db_version (version_id, is_applied) values (9999, 1)")
	write(t, at("half"), before[:len(before)/2])
	write(t, at("text"), []byte("no database"))
	write(t, at("live"), before)
	write(t, at("live-wal"), []byte("log"))
	for file, want := range map[string]struct {
		says string
		err  error
	}{
		"other": {"no database of marquee", domain.ErrInvalid}, "newer.db": {"newer marquee", domain.ErrInvalid},
		"half": {"damaged", domain.ErrInvalid}, "text": {"not a database", domain.ErrInvalid},
		"live": {"a database in use", domain.ErrInvalid}, "none": {"none", os.ErrNotExist},
	} {
		if _, err := restore(t, at(file), path); !errors.Is(err, want.err) || !strings.Contains(err.Error(), want.says) {
			t.Errorf("restored %s: %v", file, err)
		}
	}
	if string(read(t, path)) != string(before) {
		t.Error("what was refused changed the database")
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 2 { // the database and its lock
		t.Errorf("what was refused left %v, %v", entries, err)
	}
}

// TestDamaged flips bytes all over a database: it opens no more, and a backup
// helps.
func TestDamaged(t *testing.T) {
	t.Parallel()
	path, file := empty(t), filepath.Join(t.TempDir(), "backup")
	s, err := sqlite.Open(t.Context(), path, options(true))
	if err != nil {
		t.Fatal(err)
	}
	check := storetest.Backup(t, s, file)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	data := read(t, path)
	for at := 8192; at < len(data); at += 4096 {
		data[at] ^= 0xff // the first byte of a page says what it is
	}
	write(t, path, data)
	_, err = sqlite.Open(t.Context(), path, options(true))
	if !errors.Is(err, domain.ErrInvalid) || !strings.Contains(err.Error(), "restore a backup") {
		t.Errorf("opened a damaged file: %v", err)
	}
	look, err := sqlite.Open(t.Context(), path, options(false))
	if err == nil { // a look may be had
		found, err := look.Prove(t.Context())
		if err == nil && len(found) == 0 {
			t.Error("nothing is wrong with a damaged file")
		}
		if err := look.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := restore(t, file, path); err != nil {
		t.Fatal(err)
	}
	check(openAt(t, path))
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
