package fence_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"marquee/internal/domain"
)

// openTwo is two machines on one PostgreSQL, each with a file of its own, or
// none yet.
func openTwo(t *testing.T) (lantern, beacon *place) {
	t.Helper()
	lantern = open(t)
	lantern.shared = true
	lantern.restart()
	return lantern, lantern.elsewhere(lantern.db)
}

// refused fails the test unless the edition may not go from here, and is left to
// the others.
func (p *place) refused(id domain.EditionID, why string) {
	p.t.Helper()
	state := p.db.find(id).State
	err := p.Begin(p.t.Context(), id)
	if !errors.Is(err, domain.ErrConflict) || !strings.Contains(err.Error(), why) || !strings.Contains(err.Error(), " --sure") {
		p.t.Fatalf("edition %d: %v; want a conflict: %q", id, err, why)
	}
	if now := p.db.find(id).State; now != state {
		p.t.Fatalf("edition %d is %s: one that others send was touched", id, now)
	}
}

// Machines that start together, before anything was sent, need nobody's word.
func TestTogether(t *testing.T) {
	t.Parallel()
	lantern, beacon := openTwo(t)
	check(t, lantern.Check(t.Context()))
	check(t, beacon.Check(t.Context()))
	for _, slot := range []domain.Slot{lastWeek, friday} {
		id := lantern.starts(slot)
		lantern.goes(id)
		beacon.goes(id)
		beacon.run(id, 4)
		lantern.run(id, 4)
		beacon.run(id, 2)
	}
}

// Nor do machines that begin the first edition together.
func TestFirstEditionTogether(t *testing.T) {
	t.Parallel()
	lantern, beacon := openTwo(t)
	id := lantern.starts(friday)
	lantern.goes(id)
	beacon.goes(id)
	lantern.run(id, 4)
	beacon.run(id, 4)
}

// A machine that comes later is refused until the operator accepts it, and the
// others carry on meanwhile.
func TestJoin(t *testing.T) {
	t.Parallel()
	lantern, beacon := openTwo(t)
	id := lantern.starts(friday)
	lantern.run(id, 4)
	beacon.refused(id, "none from beacon:/srv/marquee")
	lantern.run(id, 2)
	check(t, beacon.Accept(t.Context(), id)) // in the middle of it
	if state := beacon.db.find(id).State; state != domain.EditionSending {
		t.Fatalf("accepting made the edition %s", state)
	}
	beacon.run(id, 2)
	lantern.run(id, 2)
	beacon.run(beacon.starts(nextWeek), 2)
}

// One can join between editions, by being sure of one that is over.
func TestJoinBetweenEditions(t *testing.T) {
	t.Parallel()
	lantern, beacon := openTwo(t)
	over := lantern.starts(lastWeek)
	lantern.run(over, patrons)
	if err := beacon.Check(t.Context()); !errors.Is(err, domain.ErrConflict) || !strings.Contains(err.Error(), "marquee editions release ID --sure") {
		t.Fatalf("check: %v", err)
	}
	check(t, beacon.Accept(t.Context(), over))
	check(t, beacon.Check(t.Context()))
	beacon.run(beacon.starts(friday), 4)
}

// A copied folder beside the first is no machine that was accepted.
func TestJoinWithCopiedFile(t *testing.T) {
	t.Parallel()
	lantern, _ := openTwo(t)
	id := lantern.starts(friday)
	lantern.run(id, 4)
	lantern.elsewhere(lantern.db).refused(id, "belongs to lantern:/srv/marquee")
}

// An accepted machine that lost its file holds: that is no newcomer.
func TestSharedFileLost(t *testing.T) {
	t.Parallel()
	lantern, beacon := openTwo(t)
	check(t, lantern.Check(t.Context()))
	check(t, beacon.Check(t.Context()))
	id := lantern.starts(friday)
	lantern.run(id, 4)
	beacon.remove()
	beacon.held(id, "is gone")
	beacon.accepted(id)
	lantern.goes(id)
}

// After a restore each machine wants to hear that the operator is sure.
func TestSharedRestore(t *testing.T) {
	t.Parallel()
	lantern, beacon := openTwo(t)
	check(t, lantern.Check(t.Context()))
	check(t, beacon.Check(t.Context()))
	id := lantern.starts(friday)
	lantern.run(id, 4)
	db := lantern.db.restored()
	lantern.use(db)
	beacon.use(db)
	for _, p := range []*place{lantern, beacon} {
		p.held(id, "was restored")
		p.accepted(id)
	}
	lantern.run(id, patrons)
}

// A machine remembers also what the others sent.
func TestSharedMemory(t *testing.T) {
	t.Parallel()
	lantern, beacon := openTwo(t)
	check(t, lantern.Check(t.Context()))
	check(t, beacon.Check(t.Context()))
	id := lantern.starts(friday)
	lantern.run(id, 4)
	half := lantern.db.copy()
	lantern.run(id, patrons)
	beacon.run(beacon.starts(nextWeek), 1)
	beacon.use(half)
	beacon.held(id, "remembers 10 letters of it that were sent, and this database knows of 4")
}

// Processes that share a file never spoil it, and lose nothing of it.
func TestOneFile(t *testing.T) {
	t.Parallel()
	p := open(t)
	check(t, p.Check(t.Context()))
	ids := []domain.EditionID{p.starts(lastWeek), p.starts(friday), p.starts(nextWeek)}
	var processes sync.WaitGroup
	for range 4 {
		q := *p
		q.restart()
		processes.Go(func() {
			for range 4 {
				for _, id := range ids {
					if err := errors.Join(q.Begin(t.Context(), id), q.End(t.Context(), id)); err != nil {
						t.Error(err)
					}
					q.db.send(id, 1)
				}
			}
		})
	}
	processes.Wait()
	for _, id := range ids {
		check(t, p.End(t.Context(), id))
	}
	var file struct{ Editions []struct{ Sent int } }
	check(t, json.Unmarshal([]byte(p.text()), &file))
	for _, e := range file.Editions {
		if e.Sent != patrons {
			t.Errorf("remembered: %s", p.text())
		}
	}
	if _, err := os.Stat(p.file + ".new"); len(file.Editions) != 3 || !os.IsNotExist(err) {
		t.Errorf("%d editions, draft %v", len(file.Editions), err)
	}
}
