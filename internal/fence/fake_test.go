package fence_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"marquee/internal/domain"
)

// database is a store as far as the fence and the letters are concerned. What it
// promises is what the real one promises: sent stays sent, a start is kept, ids
// are its own.
type database struct {
	mu         sync.Mutex
	generation string
	editions   []*edition
	marks      map[string]domain.Slot
	step       func(what string) // called before and after each change and look
}

// edition has a row for each patron.
type edition struct {
	domain.Edition
	rows []domain.DeliveryState
}

func newDatabase() *database {
	return &database{generation: rand.Text(), marks: map[string]domain.Slot{}}
}

// copy is what cp or pg_dump would make of the database at this moment.
func (d *database) copy() *database {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := &database{generation: d.generation, marks: maps.Clone(d.marks)}
	for _, e := range d.editions {
		c.editions = append(c.editions, &edition{e.Edition, slices.Clone(e.rows)})
	}
	return c
}

// restored is a copy as marquee restore puts it in the database's place.
func (d *database) restored() *database {
	c := d.copy()
	c.generation = rand.Text()
	return c
}

// at is one call: steps before and after it, and the lock around it.
func (d *database) at(what string, do func()) {
	d.stepped(what)
	d.mu.Lock()
	do()
	d.mu.Unlock()
	d.stepped("after " + what)
}

func (d *database) stepped(what string) {
	if d.step != nil {
		d.step(what)
	}
}

func (d *database) Generation(context.Context) (generation string, err error) {
	d.at("Generation", func() { generation = d.generation })
	return generation, nil
}

func (d *database) Edition(_ context.Context, id domain.EditionID) (found domain.Edition, err error) {
	d.at("Edition", func() {
		if e := d.find(id); e != nil {
			found = e.Edition
		} else {
			err = fmt.Errorf("edition %d: %w", id, domain.ErrNotFound)
		}
	})
	return found, err
}

func (d *database) find(id domain.EditionID) *edition {
	i := slices.IndexFunc(d.editions, func(e *edition) bool { return e.ID == id })
	if i < 0 {
		return nil
	}
	return d.editions[i]
}

func (d *database) AllEditions(_ context.Context, limit int) (found []domain.Edition, err error) {
	d.at("AllEditions", func() {
		for _, e := range d.editions {
			found = append(found, e.Edition)
		}
	})
	slices.SortFunc(found, func(a, b domain.Edition) int {
		if a.Slot != b.Slot {
			return -compare(a.Slot, b.Slot)
		}
		return int(b.ID - a.ID)
	})
	return found[:min(limit, len(found))], nil
}

func compare(a, b domain.Slot) int {
	if a < b {
		return -1
	}
	return 1
}

func (d *database) Balance(_ context.Context, id domain.EditionID) (b domain.Balance, err error) {
	d.at("Balance", func() {
		for _, state := range d.find(id).rows {
			b.Entitled++
			switch state {
			case domain.Sent:
				b.Sent++
			case domain.Failed:
				b.Failed++
			case domain.Skipped:
				b.Skipped++
			case domain.InDoubt:
				b.InDoubt++
				b.Pending++
			default:
				b.Pending++
			}
		}
	})
	return b, nil
}

func (d *database) SetEditionState(_ context.Context, id domain.EditionID, from []domain.EditionState, to domain.EditionState, reason string) (err error) {
	d.at("SetEditionState", func() {
		e := d.find(id)
		if !slices.Contains(from, e.State) {
			err = fmt.Errorf("set edition %d to %s: %w: it is %s", id, to, domain.ErrConflict, e.State)
			return
		}
		e.State, e.Reason = to, reason
	})
	return err
}

func (d *database) Mark(_ context.Context, name string) (slot domain.Slot, err error) {
	d.at("Mark", func() { slot = d.marks[name] })
	return slot, nil
}

func (d *database) SetMark(_ context.Context, name string, slot domain.Slot) error {
	d.at("SetMark", func() { d.marks[name] = max(slot, d.marks[name]) })
	return nil
}

// compile freezes the edition of a slot, or finds it.
func (d *database) compile(slot domain.Slot, patrons int) domain.EditionID {
	for _, e := range d.editions {
		if e.Slot == slot {
			return e.ID
		}
	}
	e := &edition{Edition: domain.Edition{
		ID: domain.EditionID(len(d.editions) + 1), Digest: "weekly", Slot: slot, State: domain.EditionFrozen,
	}}
	for range patrons {
		e.rows = append(e.rows, domain.Queued)
	}
	d.editions = append(d.editions, e)
	return e.ID
}

// start is what the tick does when an edition's time has come.
func (d *database) start(id domain.EditionID, now time.Time) {
	e := d.find(id)
	if e.State != domain.EditionFrozen {
		return
	}
	e.State = domain.EditionSending
	if e.Started.IsZero() {
		e.Started = now
	}
}

// send sends n of an edition's letters and returns whose.
func (d *database) send(id domain.EditionID, n int) (patrons []int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	e := d.find(id)
	if e == nil || e.State != domain.EditionSending {
		return nil
	}
	for i, state := range e.rows {
		if (state == domain.Queued || state == domain.InDoubt) && len(patrons) < n {
			e.rows[i] = domain.Sent
			patrons = append(patrons, i)
		}
	}
	return patrons
}

// finish ends an edition of which nothing is pending.
func (d *database) finish(id domain.EditionID) {
	e := d.find(id)
	if e.State == domain.EditionSending && !slices.Contains(e.rows, domain.Queued) && !slices.Contains(e.rows, domain.InDoubt) {
		e.State = domain.EditionDone
	}
}

// resend is marquee editions resend-missed.
func (d *database) resend(id domain.EditionID, now time.Time) {
	e := d.find(id)
	if e.State != domain.EditionDone && e.State != domain.EditionCancelled {
		return
	}
	for i, state := range e.rows {
		if state == domain.Failed || state == domain.Skipped {
			e.rows[i] = domain.Queued
		}
	}
	e.State = domain.EditionFrozen
	d.start(id, now)
}

// cancel cancels the rest of an edition.
func (d *database) cancel(id domain.EditionID) {
	e := d.find(id)
	if e.State == domain.EditionDone || e.State == domain.EditionSkipped {
		return
	}
	e.State = domain.EditionCancelled
	for i, state := range e.rows {
		if state == domain.Queued {
			e.rows[i] = domain.Skipped
		}
	}
}
