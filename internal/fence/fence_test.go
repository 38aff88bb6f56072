package fence_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/fence"
)

// place is one installation: a database and a file on one machine.
type place struct {
	t      *testing.T
	name   string
	file   string
	db     *database
	shared bool
	clock  *time.Time
	*fence.Guard
}

const (
	lastWeek = domain.Slot("2026-11-13T17:00")
	friday   = domain.Slot("2026-11-20T17:00")
	nextWeek = domain.Slot("2026-11-27T17:00")
	patrons  = 10
)

// open is an installation with a fresh database.
func open(t *testing.T) *place {
	t.Helper()
	clock := time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC)
	p := &place{t: t, name: "lantern:/srv/marquee", file: filepath.Join(t.TempDir(), "marquee.fence"), db: newDatabase(), clock: &clock}
	p.restart()
	return p
}

// restart is a new process at the place: it knows what file and database know.
func (p *place) restart() {
	p.Guard = fence.New(fence.Config{
		File: p.file, Store: p.db, Place: p.name, Shared: p.shared, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return *p.clock },
	})
}

// use puts another database in the place of the one that is there.
func (p *place) use(db *database) {
	p.db = db
	p.restart()
}

// elsewhere is another machine with a database and, if it is there, a copy of
// the file.
func (p *place) elsewhere(db *database) *place {
	p.t.Helper()
	q := &place{t: p.t, name: "beacon:/srv/marquee", file: filepath.Join(p.t.TempDir(), "marquee.fence"), db: db, clock: p.clock, shared: p.shared}
	if data, err := os.ReadFile(p.file); err == nil {
		q.write(string(data))
	}
	q.restart()
	return q
}

func (p *place) write(text string) {
	p.t.Helper()
	if err := os.WriteFile(p.file, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func (p *place) remove() {
	p.t.Helper()
	if err := os.Remove(p.file); err != nil {
		p.t.Fatal(err)
	}
}

// starts compiles the slot's edition, if need be, and lets its time come.
func (p *place) starts(slot domain.Slot) domain.EditionID {
	*p.clock = p.clock.Add(time.Minute)
	id := p.db.compile(slot, patrons)
	p.db.start(id, *p.clock)
	return id
}

// run is a run over the edition: it may, sends so many letters, and ends.
func (p *place) run(id domain.EditionID, letters int) {
	p.t.Helper()
	p.goes(id)
	p.db.send(id, letters)
	p.db.finish(id)
	if err := p.End(p.t.Context(), id); err != nil {
		p.t.Fatal(err)
	}
}

// goes fails the test unless the edition may go.
func (p *place) goes(id domain.EditionID) {
	p.t.Helper()
	if err := p.Begin(p.t.Context(), id); err != nil {
		p.t.Fatalf("edition %d does not go: %v", id, err)
	}
}

// held fails the test unless the edition may not go, is held, and says why in
// these words.
func (p *place) held(id domain.EditionID, why string) {
	p.t.Helper()
	err := p.Begin(p.t.Context(), id)
	if !errors.Is(err, domain.ErrConflict) || !strings.Contains(err.Error(), why) {
		p.t.Fatalf("edition %d: %v; want a conflict: %q", id, err, why)
	}
	if strings.Contains(err.Error(), "\n") {
		p.t.Errorf("more than one reason: %v", err)
	}
	e := p.db.find(id)
	if e.State != domain.EditionHeld || !strings.Contains(e.Reason, why) || !strings.Contains(e.Reason, "marquee editions release ") {
		p.t.Fatalf("edition %d is %s, %q", id, e.State, e.Reason)
	}
	if err := p.Release(p.t.Context(), id); !errors.Is(err, domain.ErrConflict) || !strings.Contains(err.Error(), " --sure") {
		p.t.Fatalf("released all the same: %v", err)
	}
	if e.State != domain.EditionHeld {
		p.t.Fatalf("a refused release made edition %d %s", id, e.State)
	}
}

// accepted lets the operator be sure of a held edition, which then goes.
func (p *place) accepted(id domain.EditionID) {
	p.t.Helper()
	if err := p.Accept(p.t.Context(), id); err != nil {
		p.t.Fatal(err)
	}
	if e := p.db.find(id); e.State != domain.EditionFrozen || e.Reason != "" {
		p.t.Fatalf("accepted edition %d is %s, %q", id, e.State, e.Reason)
	}
	p.db.start(id, *p.clock)
	p.goes(id)
}

func (p *place) text() string {
	p.t.Helper()
	data, err := os.ReadFile(p.file)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(data)
}
