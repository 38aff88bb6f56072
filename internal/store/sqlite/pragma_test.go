package sqlite

import (
	"database/sql"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"marquee/internal/domain"
)

func TestPragmas(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "a.db"), Options{Exclusive: true, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, want := range []struct {
		db            *sql.DB
		pragma, value string
	}{
		{s.write, "journal_mode", "wal"},
		{s.write, "synchronous", "2"},
		{s.write, "foreign_keys", "1"},
		{s.write, "busy_timeout", "1000"},
		{s.write, "secure_delete", "1"},
		{s.read, "query_only", "1"},
		{s.read, "busy_timeout", "1000"},
	} {
		var is string
		if err := want.db.QueryRowContext(t.Context(), "pragma "+want.pragma).Scan(&is); err != nil || is != want.value {
			t.Errorf("%s is %q (%v), want %q", want.pragma, is, err, want.value)
		}
	}
	if _, err := s.read.ExecContext(t.Context(), "delete from items"); err == nil {
		t.Error("a reader may write")
	}
}

func TestVerifyRefusesWeakPragmas(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		pragmas string
		want    error
	}{
		"good":            {"&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)", nil},
		"normal":          {"&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=foreign_keys(1)", domain.ErrInvalid},
		"rollback":        {"&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)", domain.ErrInvalid},
		"no foreign keys": {"&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)", domain.ErrInvalid},
	} {
		db, err := open(source(filepath.Join(t.TempDir(), "a.db"))+test.pragmas, "begin")
		if err != nil {
			t.Fatal(err)
		}
		if err := verify(t.Context(), db); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
		db.Close()
	}
}
