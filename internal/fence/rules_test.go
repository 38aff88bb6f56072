package fence_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
)

// A fresh database gets its file without a word, and goes on from run to run,
// from process to process, from week to week.
func TestGoes(t *testing.T) {
	t.Parallel()
	p := open(t)
	for week := range 3 {
		id := p.starts(domain.Slot(fmt.Sprintf("2026-11-%d0T17:00", week+1)))
		p.run(id, 4)
		p.restart()
		p.run(id, patrons)
		if state := p.db.find(id).State; state != domain.EditionDone {
			t.Fatalf("week %d is %s", week, state)
		}
	}
	info, err := os.Stat(p.file)
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("file: %v, %v", info, err)
	}
}

// What may go on: things that happen to a database that was never copied.
func TestGoesOn(t *testing.T) {
	t.Parallel()
	for name, happens := range map[string]func(p *place, id domain.EditionID){
		"held by the operator": func(p *place, id domain.EditionID) {
			p.db.find(id).State = domain.EditionHeld
			if err := p.Release(p.t.Context(), id); err != nil {
				p.t.Fatal(err)
			}
			p.db.start(id, p.clock.Add(time.Hour))
		},
		"the missed are sent again": func(p *place, id domain.EditionID) {
			p.db.find(id).rows[9] = domain.Failed
			p.run(id, patrons)
			p.db.resend(id, *p.clock)
		},
		"the missed are sent again by another process": func(p *place, id domain.EditionID) {
			p.db.find(id).rows[9] = domain.Failed
			p.run(id, patrons)
			p.restart()
			p.starts(nextWeek)
			p.run(2, 1)
			p.db.resend(id, *p.clock)
		},
		"cancelled, then the rest is sent": func(p *place, id domain.EditionID) {
			p.db.cancel(id)
			p.run(p.starts(nextWeek), 1)
			p.db.resend(id, *p.clock)
		},
		"what was in doubt failed": func(p *place, id domain.EditionID) {
			p.db.find(id).rows[8] = domain.InDoubt
			if err := p.End(p.t.Context(), id); err != nil {
				p.t.Fatal(err)
			}
			p.db.find(id).rows[8] = domain.Failed
		},
		"what was in doubt was never begun": func(p *place, id domain.EditionID) {
			p.db.find(id).rows[8] = domain.InDoubt
			if err := p.End(p.t.Context(), id); err != nil {
				p.t.Fatal(err)
			}
			p.db.find(id).rows[8] = domain.Queued
		},
		"nothing was sent for a week": func(p *place, _ domain.EditionID) { *p.clock = p.clock.Add(7 * 24 * time.Hour) },
		"a draft was left by a crash": func(p *place, _ domain.EditionID) {
			if err := os.WriteFile(p.file+".new", []byte(`{"version":1,"gener`), 0o600); err != nil {
				p.t.Fatal(err)
			}
		},
		"marquee release --sure without need": func(p *place, id domain.EditionID) {
			p.db.find(id).State = domain.EditionHeld
			p.accepted(id)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t)
			p.run(p.starts(lastWeek), patrons)
			id := p.starts(friday)
			p.run(id, 4)
			happens(p, id)
			p.restart()
			p.goes(id)
			p.goes(p.starts("2026-12-04T17:00"))
		})
	}
}

// What is held, and with what words. The edition of Friday had begun: 4 of its
// letters are sent, in the world. Once the operator is sure, it goes.
func TestHeld(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		happens func(p *place, before, half *database) *place
		why     string
	}{
		"older copy from before the start": {
			func(p *place, before, _ *database) *place { p.use(before); return p },
			"remembers that it began to go out at 2026-11-20 17:02 UTC (4 letters sent), which this database does not know",
		},
		"older copy, where the edition was not yet compiled": {
			func(p *place, before, _ *database) *place {
				before.editions = before.editions[:1]
				p.use(before)
				return p
			},
			"remembers that it began",
		},
		"older copy of a run": {
			func(p *place, _, half *database) *place { p.use(half); return p },
			"remembers 4 letters of it that were sent, and this database knows of 2",
		},
		"older copy after the edition ended": {
			func(p *place, _, half *database) *place {
				p.run(2, patrons)
				p.use(half)
				return p
			},
			"remembers 10 letters",
		},
		"older copy after the edition ended and the note of it was lost": {
			func(p *place, _, half *database) *place {
				p.db.send(2, patrons)
				p.db.finish(2)
				p.restart()
				p.run(p.starts(nextWeek), 1)
				half.send(2, 3)
				p.use(half)
				return p
			},
			"remembers 10 letters of it that were sent, and this database knows of 5",
		},
		"restored": {
			func(p *place, _, half *database) *place { p.use(half.restored()); return p },
			"this database was restored, or it is not the one that ",
		},
		"restored, with everything in it": {
			func(p *place, _, _ *database) *place { p.use(p.db.restored()); return p },
			"this database was restored",
		},
		"restored, and the fence was told": {
			func(p *place, _, half *database) *place {
				p.use(half.restored())
				check(p.t, p.Restored(p.t.Context()))
				return p
			},
			"it was under way when the database was restored",
		},
		"restored from before the start, and the fence was told": {
			func(p *place, before, _ *database) *place {
				before.editions = before.editions[:1]
				p.use(before.restored())
				check(p.t, p.Restored(p.t.Context()))
				return p
			},
			"remembers that it began",
		},
		"another database": {
			func(p *place, _, _ *database) *place { p.use(newDatabase()); return p },
			"it is not the one that ",
		},
		"file deleted": {
			func(p *place, _, _ *database) *place { p.remove(); return p },
			"is gone, which remembers what went out",
		},
		"clone without the file": {
			func(p *place, _, _ *database) *place {
				q := p.elsewhere(p.db.copy())
				q.remove()
				return q
			},
			"is not there: editions of this database have gone out, but none from beacon:/srv/marquee",
		},
		"clone with the file": {
			func(p *place, _, _ *database) *place { return p.elsewhere(p.db.copy()) },
			"belongs to lantern:/srv/marquee and this is beacon:/srv/marquee",
		},
		"moved folder": {
			func(p *place, _, _ *database) *place {
				p.name = "lantern:/home/mara/marquee"
				p.restart()
				return p
			},
			"it was moved or copied",
		},
		"file empty": {
			func(p *place, _, _ *database) *place { p.write(""); return p },
			"marquee.fence cannot be understood",
		},
		"file cut": {
			func(p *place, _, _ *database) *place { p.write(p.text()[:len(p.text())/2]); return p },
			"cannot be understood",
		},
		"file of something else": {
			func(p *place, _, _ *database) *place { p.write("{}"); return p },
			"cannot be understood: it is incomplete",
		},
		"file of a newer program": {
			func(p *place, _, _ *database) *place {
				p.write(strings.Replace(p.text(), `"version": 1`, `"version": 2`, 1))
				return p
			},
			"a newer Marquee wrote it",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t)
			p.run(p.starts(lastWeek), patrons)
			p.db.compile(friday, patrons)
			before := p.db.copy()
			id := p.starts(friday)
			p.run(id, 2)
			half := p.db.copy()
			p.run(id, 2)

			p = test.happens(p, before, half)
			for range 2 { // also another time, and for another process
				id = p.starts(friday)
				p.held(id, test.why)
				p.restart()
			}
			p.accepted(id)
			p.restart()
			p.run(id, patrons)
			p.run(p.starts("2026-12-04T17:00"), patrons)
		})
	}
}

// To be sure of one edition is to be sure of no other.
func TestAcceptIsForOneEdition(t *testing.T) {
	t.Parallel()
	p := open(t)
	early := p.starts(lastWeek)
	p.run(early, 3)
	late := p.starts(friday)
	p.run(late, 3)
	held := p.db.compile("2026-11-21T17:00", patrons)
	p.db.find(held).State = domain.EditionHeld
	p.use(p.db.restored())
	p.remove()

	p.held(late, "is gone")
	p.accepted(late)
	p.held(early, "it was under way when the database was restored, moved or copied")
	if err := p.Release(t.Context(), held); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("an edition that was held in the backup is released: %v", err)
	}
	p.run(p.starts(nextWeek), patrons) // never under way anywhere
	p.accepted(early)
	p.run(early, patrons)
}

// A restored database whose fence is intact mails what is new without a question.
func TestRestoredGoesOn(t *testing.T) {
	t.Parallel()
	p := open(t)
	p.run(p.starts(lastWeek), patrons)
	backup := p.db.copy()
	p.run(p.starts(friday), patrons)
	p.use(backup.restored())
	check(t, p.Restored(t.Context()))
	p.held(p.starts(friday), "remembers that it began")
	p.run(p.starts(nextWeek), patrons)
}

// A backup that is older than all fences, restored where none is: the database
// knows of no fence, but Restored says so.
func TestRestoredWithoutFence(t *testing.T) {
	t.Parallel()
	p := open(t)
	id := p.starts(friday)
	p.db.send(id, 4)
	p.use(p.db.restored())
	check(t, p.Restored(t.Context()))
	p.held(id, "have gone out, but none from lantern")
	p.accepted(id)
}

// A file from elsewhere knows nothing of what went out from here.
func TestRestoredBesideCopiedFile(t *testing.T) {
	t.Parallel()
	p := open(t)
	id := p.starts(friday)
	p.run(id, 4)
	q := p.elsewhere(p.db.restored())
	check(t, q.Restored(t.Context()))
	q.held(id, "was restored")
	q.held(q.starts(nextWeek), "was restored")
}

// Of a database with many editions the fence sees the newest. What is older is
// not believed either, when the file is lost.
func TestAcceptAmongMany(t *testing.T) {
	t.Parallel()
	p := open(t)
	day := time.Date(2025, 1, 1, 17, 0, 0, 0, time.UTC)
	for i := range 60 {
		id := p.starts(domain.Slot(day.AddDate(0, 0, i).Format(domain.SlotLayout)))
		if p.db.send(id, patrons); i != 2 {
			p.db.finish(id)
		}
	}
	p.run(60, 0)
	p.remove()
	p.db.find(60).State = domain.EditionSending
	p.held(60, "is gone")
	p.accepted(60)
	p.held(3, "older than all")
	p.goes(p.starts(friday))
}

// An older copy teaches the fence nothing, whatever becomes of editions there.
func TestOlderCopyTeachesNothing(t *testing.T) {
	t.Parallel()
	p := open(t)
	id := p.starts(friday)
	p.run(id, 2)
	half := p.db.copy()
	p.run(id, 2)
	p.use(half.copy())
	p.db.cancel(id)
	p.run(p.starts(nextWeek), patrons)
	p.use(half)
	p.held(id, "remembers 4 letters")
}

// A run that goes on while the database is replaced opens nothing.
func TestEndOfUnsure(t *testing.T) {
	t.Parallel()
	p := open(t)
	id := p.starts(friday)
	p.run(id, 2)
	p.use(p.db.restored())
	check(t, p.Restored(t.Context()))
	check(t, p.End(t.Context(), id))
	p.held(id, "under way when the database was restored")
}

// A database from a release without fences goes on in the middle of an edition.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	p := open(t)
	first := p.starts(lastWeek)
	p.db.send(first, patrons)
	p.db.finish(first)
	id := p.starts(friday)
	p.db.send(id, 4)
	copied := p.db.copy()
	p.run(id, 3)
	for _, want := range []string{`"slot": "2026-11-13T17:00"`, `"sent": 10`, `"sent": 7`} {
		if !strings.Contains(p.text(), want) {
			t.Errorf("the file does not say %s:\n%s", want, p.text())
		}
	}
	p.use(copied)
	p.held(id, "remembers 7 letters")
}

// A broken file is kept for whoever wants to look into it.
func TestBrokenFileIsKept(t *testing.T) {
	t.Parallel()
	p := open(t)
	id := p.starts(friday)
	p.run(id, 4)
	p.write("what was this?")
	p.held(id, "cannot be understood")
	if err := p.Check(t.Context()); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("check: %v", err)
	}
	if p.text() != "what was this?" {
		t.Errorf("the file was overwritten: %s", p.text())
	}
	p.accepted(id)
	kept, err := os.ReadFile(p.file + ".broken-20261120T170100")
	if err != nil || string(kept) != "what was this?" {
		t.Errorf("kept: %q, %v", kept, err)
	}
}

// The file forgets what is old, and holds what is older than its memory.
func TestMemory(t *testing.T) {
	t.Parallel()
	p := open(t)
	day := time.Date(2025, 1, 1, 17, 0, 0, 0, time.UTC)
	var old *database
	for i := range 60 {
		id := p.starts(domain.Slot(day.AddDate(0, 0, i).Format(domain.SlotLayout)))
		if i == 3 {
			old = p.db.copy()
		}
		p.run(id, patrons)
	}
	if got := strings.Count(p.text(), `"digest"`); got != 50 {
		t.Errorf("%d editions are remembered", got)
	}
	p.use(old)
	p.held(4, "it is older than all that ")
	p.accepted(4)
	p.run(4, patrons)
	p.run(p.starts(nextWeek), patrons)
}

// While a run lasts the file is brought up to date every few seconds, and no
// more often.
func TestNote(t *testing.T) {
	t.Parallel()
	p := open(t)
	id := p.starts(friday)
	p.goes(id)
	counted := 0
	slow := false
	p.db.step = func(what string) {
		if what == "Balance" {
			counted++
			if slow {
				*p.clock = p.clock.Add(time.Second)
			}
		}
	}
	note := func(after time.Duration, want int) {
		t.Helper()
		*p.clock = p.clock.Add(after)
		p.db.send(id, 1)
		p.Note(t.Context(), id)
		if counted != want {
			t.Errorf("%d notes after %s, want %d", counted, after, want)
		}
	}
	note(0, 1)
	note(time.Second, 1)
	note(3*time.Second, 1)
	if !strings.Contains(p.text(), `"sent": 1`) {
		t.Errorf("noted: %s", p.text())
	}
	note(time.Second, 2)
	if !strings.Contains(p.text(), `"sent": 4`) {
		t.Errorf("noted: %s", p.text())
	}
	slow = true // a second to count
	note(5*time.Second, 3)
	note(19*time.Second, 3)
	note(time.Second, 4)
}

// A run does not make up for a file that went away, and says so.
func TestEndMissesFile(t *testing.T) {
	t.Parallel()
	p := open(t)
	id := p.starts(friday)
	p.goes(id)
	p.remove()
	if err := p.End(t.Context(), id); err == nil || errors.Is(err, domain.ErrConflict) || !strings.Contains(err.Error(), "during the run") {
		t.Errorf("End: %v", err)
	}
	p.Note(t.Context(), id)
	if _, err := os.Stat(p.file); !os.IsNotExist(err) {
		t.Errorf("the file is there again: %v", err)
	}
	for _, key := range []string{"place", "generation"} {
		p = open(t)
		id = p.starts(friday)
		p.goes(id)
		p.write(strings.Replace(p.text(), `"`+key+`": "`, `"`+key+`": "other`, 1))
		if err := p.End(t.Context(), id); err == nil {
			t.Errorf("noted in a file of others: %s", p.text())
		}
	}
}

// What is known already is not written again.
func TestNothingNew(t *testing.T) {
	t.Parallel()
	p := open(t)
	id := p.starts(friday)
	p.run(id, 4)
	before, err := os.Stat(p.file)
	check(t, err)
	p.goes(id)
	check(t, p.End(t.Context(), id))
	check(t, p.Check(t.Context()))
	if after, err := os.Stat(p.file); err != nil || !os.SameFile(before, after) {
		t.Errorf("written again: %v", err)
	}
}

// Where the fence cannot be written nothing goes, and nothing is held for it.
func TestCannotWrite(t *testing.T) {
	t.Parallel()
	p := open(t)
	id := p.starts(friday)
	p.file += "/in/no/folder"
	p.restart()
	if err := p.Begin(t.Context(), id); err == nil || errors.Is(err, domain.ErrConflict) {
		t.Errorf("Begin: %v", err)
	}
	if state := p.db.find(id).State; state != domain.EditionSending {
		t.Errorf("the edition is %s", state)
	}
	if err := p.Begin(t.Context(), 4711); err == nil {
		t.Error("an edition goes that does not exist")
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
