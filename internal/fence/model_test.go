package fence_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"marquee/internal/domain"
)

const noteEvery = 5 * time.Second

// world is what really happens: letters arrive, whatever databases believe.
type world struct {
	*place
	r       *rapid.T
	copies  []*database
	arrived map[string]int       // copies by slot and patron
	sure    map[domain.Slot]bool // the operator said so
	rough   map[domain.Slot]bool // a process was killed before it could note what it sent
	honest  bool                 // no database or file was ever replaced
	weeks   int
}

// TestModel lets anything happen, in any order. Nobody gets a letter twice,
// unless the operator was sure of its edition; and as long as nobody meddles with
// databases and files, no edition is ever held.
func TestModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		w := &world{place: open(t), r: r, arrived: map[string]int{}, sure: map[domain.Slot]bool{}, rough: map[domain.Slot]bool{}, honest: true}
		meddling := rapid.Bool().Draw(r, "meddling")
		acts := map[string]func(*rapid.T){
			"new edition": w.newEdition, "run": w.run, "restart": func(*rapid.T) { w.restart() },
			"copy": func(*rapid.T) { w.copies = append(w.copies, w.db.copy()) }, "resend": w.resend, "cancel": w.cancel, "hold and release": w.holdAndRelease, "fail": w.fail,
		}
		if meddling {
			acts["put a copy back"], acts["restore"], acts["clone"] = w.putBack, w.restore, w.clone
			acts["spoil the file"], acts["accept"], acts["move"] = w.spoil, w.accept, w.move
		}
		r.Repeat(acts)
	})
}

func (w *world) pick() domain.EditionID {
	if len(w.db.editions) == 0 {
		w.r.Skip("no edition")
	}
	return domain.EditionID(rapid.IntRange(1, len(w.db.editions)).Draw(w.r, "edition"))
}

func (w *world) newEdition(*rapid.T) {
	*w.clock = w.clock.Add(time.Hour)
	if rapid.Bool().Draw(w.r, "new") || w.weeks == 0 { // or a slot that a restored database compiles again
		w.weeks++
	}
	w.db.compile(domain.Slot(time.Date(2026, 1, 1+w.weeks, 17, 0, 0, 0, time.UTC).Format(domain.SlotLayout)), 5)
}

// run is a run of a few windows, which may be killed before a note.
func (w *world) run(*rapid.T) {
	id := w.pick()
	*w.clock = w.clock.Add(time.Minute)
	w.db.start(id, *w.clock)
	e := w.db.find(id)
	if e.State != domain.EditionSending {
		return
	}
	w.forget()
	if err := w.Begin(w.t.Context(), id); err != nil {
		w.objected(err)
		return
	}
	for range rapid.IntRange(0, 3).Draw(w.r, "windows") {
		for _, patron := range w.db.send(id, rapid.IntRange(1, 2).Draw(w.r, "letters")) {
			w.arrives(e.Slot, patron)
		}
		if rapid.IntRange(0, 9).Draw(w.r, "kill") == 0 {
			w.rough[e.Slot] = true
			w.restart()
			return
		}
		*w.clock = w.clock.Add(noteEvery)
		w.Note(w.t.Context(), id)
	}
	w.db.finish(id)
	if err := w.End(w.t.Context(), id); err != nil {
		w.r.Fatal(err)
	}
}

// forget excuses what nobody could know: a copy from before the first letter,
// carried to where there is no file, is a fresh installation.
func (w *world) forget() {
	_, err := os.Stat(w.file)
	if w.honest || err == nil || w.db.marks["fence/"+w.name] != "" {
		return
	}
	for _, e := range w.db.editions {
		if len(w.db.marks) > 0 && !e.Started.IsZero() && slices.Contains(e.rows, domain.Sent) {
			return
		}
	}
	clear(w.arrived)
}

func (w *world) arrives(slot domain.Slot, patron int) {
	key := fmt.Sprint(slot, patron)
	w.arrived[key]++
	if w.arrived[key] > 1 && !w.sure[slot] && !w.rough[slot] {
		w.r.Fatalf("patron %d got the edition of %s twice", patron, slot)
	}
}

// objected fails the test if there was no reason.
func (w *world) objected(err error) {
	if w.honest || !errors.Is(err, domain.ErrConflict) {
		w.r.Fatalf("objection: %v", err)
	}
}

func (w *world) resend(*rapid.T) { w.db.resend(w.pick(), *w.clock) }
func (w *world) cancel(*rapid.T) { w.db.cancel(w.pick()) }

func (w *world) fail(*rapid.T) {
	e := w.db.find(w.pick())
	if i := rapid.IntRange(0, len(e.rows)-1).Draw(w.r, "patron"); e.rows[i] == domain.Queued {
		e.rows[i] = domain.Failed
	}
}

func (w *world) holdAndRelease(*rapid.T) {
	e := w.db.find(w.pick())
	if e.State != domain.EditionSending && e.State != domain.EditionFrozen {
		return
	}
	e.State = domain.EditionHeld
	if err := w.Release(w.t.Context(), e.ID); err != nil {
		w.objected(err)
	}
}

func (w *world) accept(*rapid.T) {
	e := w.db.find(w.pick())
	w.sure[e.Slot] = true
	if err := w.Accept(w.t.Context(), e.ID); err != nil {
		w.r.Fatal(err)
	}
}

func (w *world) older() *database {
	if len(w.copies) == 0 {
		w.r.Skip("no copy")
	}
	return rapid.SampledFrom(w.copies).Draw(w.r, "copy").copy()
}

func (w *world) putBack(*rapid.T) {
	w.honest = false
	w.use(w.older())
}

func (w *world) restore(*rapid.T) {
	w.honest = false
	w.use(w.older().restored())
	if rapid.Bool().Draw(w.r, "told") {
		if err := w.Restored(w.t.Context()); err != nil {
			w.r.Fatal(err)
		}
	}
}

// clone goes on elsewhere, with a copy of the database and perhaps of the file.
func (w *world) clone(*rapid.T) {
	w.honest = false
	q := w.elsewhere(w.db.copy())
	q.name = fmt.Sprint("clone", rapid.IntRange(1, 1000).Draw(w.r, "name"))
	if rapid.Bool().Draw(w.r, "without file") {
		_ = os.Remove(q.file)
	}
	q.restart()
	w.place = q
}

func (w *world) move(*rapid.T) {
	w.honest = false
	w.name += "/moved"
	w.restart()
}

func (w *world) spoil(*rapid.T) {
	w.honest = false
	if _, err := os.Stat(w.file); err != nil {
		w.r.Skip("no file")
	}
	if rapid.Bool().Draw(w.r, "delete") {
		w.remove()
		return
	}
	w.write(w.text()[:len(w.text())/2])
}
