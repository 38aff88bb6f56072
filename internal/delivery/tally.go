package delivery

import (
	"sync"
	"time"

	"marquee/internal/domain"
)

// Progress is how a run goes.
type Progress struct {
	Edition  domain.EditionID
	Sent     int
	Failed   int
	Deferred int // or in doubt
	Elapsed  time.Duration
}

// tally counts a run's outcomes.
type tally struct {
	mu      sync.Mutex
	p       Progress
	started time.Time
}

func (t *tally) add(state domain.DeliveryState) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch state {
	case domain.Sent:
		t.p.Sent++
	case domain.Failed:
		t.p.Failed++
	case domain.Deferred, domain.InDoubt:
		t.p.Deferred++
	case domain.Queued, domain.Claimed, domain.Skipped:
	}
}

func (t *tally) now(now time.Time) Progress {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.p
	p.Elapsed = now.Sub(t.started)
	return p
}
