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
	Left     int // of the edition's deliveries, not looked at yet
	Elapsed  time.Duration
}

// Rate is how many letters leave in a second.
func (p Progress) Rate() float64 { return float64(p.Sent) / max(p.Elapsed.Seconds(), 0.001) }

// TimeLeft is how long the rest takes at this rate; zero when nobody can tell.
func (p Progress) TimeLeft() time.Duration {
	done := p.Sent + p.Failed + p.Deferred
	if done == 0 {
		return 0
	}
	return time.Duration(float64(p.Elapsed) / float64(done) * float64(p.Left)).Round(time.Second)
}

// tally counts a run's outcomes.
type tally struct {
	mu      sync.Mutex
	p       Progress
	started time.Time
}

func (t *tally) add(outcomes []Outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, o := range outcomes {
		switch o.State {
		case domain.Sent:
			t.p.Sent++
		case domain.Failed:
			t.p.Failed++
		case domain.Deferred, domain.InDoubt:
			t.p.Deferred++
		default: // as if nothing had been
			continue
		}
		t.p.Left = max(t.p.Left-1, 0)
	}
}

func (t *tally) now(now time.Time) Progress {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.p
	p.Elapsed = now.Sub(t.started)
	return p
}
