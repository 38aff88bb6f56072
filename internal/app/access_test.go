package app_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marquee/internal/app"
	"marquee/internal/domain"
)

// One process at a time gathers, compiles and delivers on a SQLite file; others
// may look and make small changes.
func TestOneExclusiveAppAtATime(t *testing.T) {
	t.Parallel()
	p := publish(t, "sources: {picks: {kind: markdown, path: picks}}")
	p.write(t, "picks/2026-11-20.md", handPicks, slotTime.Add(-time.Hour))
	first := p.open(t, slotTime)
	if _, err := p.start(t.Context(), slotTime, app.Exclusive); !errors.Is(err, domain.ErrConflict) || !strings.Contains(err.Error(), "marquee.db is in use by process") {
		t.Errorf("the second exclusive one: %v", err)
	}
	shared, err := p.start(t.Context(), slotTime, app.Shared)
	if err != nil {
		t.Fatal(err)
	}
	first.gather(t)
	if s := shared.status(t, "picks"); !s.Succeeded.Equal(slotTime) {
		t.Errorf("the shared one sees %+v", s)
	}
	shared.close(t)
	first.close(t)
	p.open(t, slotTime).close(t)
}

// Several exclusive ones work on one PostgreSQL database: leases keep them apart.
func TestPostgresIsSharedByNature(t *testing.T) {
	t.Parallel()
	p := publish(t, postgresStore(t), "sources: {picks: {kind: markdown, path: picks}}")
	p.write(t, "picks/2026-11-20.md", handPicks, slotTime.Add(-time.Hour))
	first, second := p.open(t, slotTime), p.open(t, slotTime)
	first.gather(t)
	second.gather(t)
	if s := first.status(t, "picks"); !s.Succeeded.Equal(slotTime) {
		t.Errorf("status %+v", s)
	}
}

// A database that a newer program made is left alone.
func TestNewerDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	p := publish(t, "sources: {picks: {kind: markdown, path: picks}}")
	p.open(t, slotTime).close(t)
	db, err := sql.Open("sqlite", filepath.Join(p.dir, "marquee.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "insert into goose_db_version (version_id, is_applied) values (9999, 1)"); err != nil {
		t.Fatal(err)
	}
	for _, access := range []app.Access{app.Exclusive, app.Shared} {
		_, err := p.start(t.Context(), slotTime, access)
		if !errors.Is(err, domain.ErrInvalid) || !strings.Contains(err.Error(), "made by a newer marquee") || !strings.Contains(err.Error(), "marquee.db") {
			t.Errorf("access %d: %v", access, err)
		}
	}
}
