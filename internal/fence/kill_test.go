package fence_test

import (
	"testing"

	"marquee/internal/domain"
)

// killed is what a process ends with that is killed.
type killed struct{}

// killAt runs what a process does and kills it at its nth step; it reports
// whether it came so far. Steps are the instants before and after each call of
// the database. Within the file's replacement there is but the draft, which a
// test of what goes on leaves behind.
func (p *place) killAt(n int, does func(p *place)) (dead bool) {
	defer func() {
		p.db.step = nil
		p.restart()
		switch r := recover().(type) {
		case nil:
		case killed:
			dead = true
		default:
			panic(r)
		}
	}()
	p.db.step = func(string) {
		if n--; n < 0 {
			panic(killed{})
		}
	}
	does(p)
	return false
}

// everyStep kills a new world at every single step of what a process does, one
// after the other, and looks what is left.
func everyStep(t *testing.T, world func() *place, does, left func(p *place)) {
	t.Helper()
	for n := 0; ; n++ {
		p := world()
		dead := p.killAt(n, does)
		left(p)
		if t.Failed() {
			t.Fatalf("killed at step %d", n)
		}
		if !dead {
			if n < 5 {
				t.Fatalf("only %d steps", n)
			}
			return
		}
	}
}

// Whatever is killed, and when, an edition of a database that was never copied
// goes on.
func TestKilledGoesOn(t *testing.T) {
	t.Parallel()
	// week is a whole edition, from wherever an earlier process left it.
	week := func(p *place, slot domain.Slot) {
		id := p.db.compile(slot, patrons)
		p.db.start(id, *p.clock)
		for e := p.db.find(id); e.State == domain.EditionSending || e.State == domain.EditionHeld; {
			if e.State == domain.EditionHeld {
				check(t, p.Release(t.Context(), id))
				p.db.start(id, *p.clock)
			}
			p.goes(id)
			p.db.send(id, patrons/2)
			*p.clock = p.clock.Add(noteEvery)
			p.Note(t.Context(), id)
			if len(p.db.send(id, patrons/2)) == 0 {
				p.db.finish(id)
			} else {
				e.State = domain.EditionHeld // by the operator
			}
			check(t, p.End(t.Context(), id))
		}
	}
	life := func(p *place) {
		check(t, p.Check(t.Context()))
		week(p, friday)
		p.run(p.starts(nextWeek), 1)
	}
	everyStep(t, func() *place { return open(t) }, life, life)
}

// A killed Accept can be said again; before it is through, nothing goes.
func TestKilledAccept(t *testing.T) {
	t.Parallel()
	world := func() *place {
		p := open(t)
		id := p.starts(friday)
		p.run(id, 2)
		half := p.db.copy()
		p.run(id, 2)
		p.use(half.restored())
		p.held(id, "restored")
		return p
	}
	everyStep(t, world,
		func(p *place) { check(t, p.Accept(t.Context(), 1)) },
		func(p *place) {
			switch state := p.db.find(1).State; state {
			case domain.EditionHeld:
				p.accepted(1)
			case domain.EditionFrozen:
				p.db.start(1, *p.clock)
				p.goes(1)
			default:
				t.Errorf("the edition is %s", state)
			}
		})
}

// A restore that is killed before the fence hears of it opens nothing.
func TestKilledRestore(t *testing.T) {
	t.Parallel()
	world := func() *place {
		p := open(t)
		p.run(p.starts(lastWeek), patrons)
		backup := p.db.copy()
		p.run(p.starts(friday), 5)
		p.use(backup.restored())
		return p
	}
	everyStep(t, world,
		func(p *place) { check(t, p.Restored(t.Context())) },
		func(p *place) { p.held(p.starts(friday), "") })
}

// A hold that is killed holds the next time.
func TestKilledHold(t *testing.T) {
	t.Parallel()
	world := func() *place {
		p := open(t)
		id := p.starts(friday)
		p.run(id, 2)
		half := p.db.copy()
		p.run(id, 2)
		p.use(half)
		return p
	}
	everyStep(t, world,
		func(p *place) { _ = p.Begin(t.Context(), 1) },
		func(p *place) { p.held(1, "remembers 4 letters") })
}
