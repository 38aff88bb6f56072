package jobs_test

import (
	"context"
	"errors"
	"testing"

	"github.com/riverqueue/river"
)

// teller stands for our hub.
type teller struct {
	due  bool
	err  error
	told chan struct{}
}

func (f *teller) Due(context.Context) (bool, error) { return f.due, f.err }

func (f *teller) Tell(context.Context) error {
	f.told <- struct{}{}
	return nil
}

// TestTeller: the hub is told when there is something, once a minute, and its
// trouble is nobody else's.
func TestTeller(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hub := &teller{told: make(chan struct{}, 9)}
	w.Teller = hub
	w.clock.set(t, "2026-11-20 10:07:00")
	w.tick(t)
	if jobs := w.listed(t); len(jobs) != 0 {
		t.Errorf("nothing to tell: %v", jobs)
	}
	hub.err = errors.New("disk on fire")
	if err := w.Tick(t.Context(), w.queue); !errors.Is(err, hub.err) {
		t.Errorf("trouble: %v", err)
	}
	hub.err, hub.due = nil, true
	w.tick(t)
	w.tick(t)
	if jobs := w.listed(t); len(jobs) != 1 {
		t.Errorf("within a minute: %v", jobs)
	}
	events := w.start(t)
	if e := <-events; e.Kind != river.EventKindJobCompleted {
		t.Errorf("the job ended as %s", e.Kind)
	}
	<-hub.told
}
