// Package clock judges this machine's clock by what others say in passing: web
// servers that are asked for something anyway tell when they answer. It asks
// nobody.
package clock

import (
	"maps"
	"slices"
	"sync"
	"time"
)

const (
	// Tolerance is how far the clock may be off.
	Tolerance = 10 * time.Minute

	remember = 24 * time.Hour // a word counts
	step     = time.Minute    // by which a clock was set, or its machine asleep
	most     = 100            // hosts whose word is remembered
)

// Judge remembers what others say. Any number of goroutines may use it.
type Judge struct {
	now  func() time.Time
	pace func() time.Duration

	mu   sync.Mutex
	said map[string]word
}

// word is what a host said, when by our clock, and when by the pace.
type word struct {
	said, heard time.Time
	pace        time.Duration
}

// New returns a judge of a clock that nobody has said anything about. pace is how
// much time has passed, since whenever: it goes on evenly when the clock is set.
func New(now func() time.Time, pace func() time.Duration) *Judge {
	return &Judge{now: now, pace: pace, said: map[string]word{}}
}

// Hear notes what a host takes the time for at this moment. Of what one says, the
// latest time counts: an answer may be older than it looks, and never younger.
func (j *Judge) Hear(host string, said time.Time) {
	j.mu.Lock()
	defer j.mu.Unlock()
	w := word{said, j.now(), j.pace()}
	j.forget()
	before, known := j.said[host]
	if known && before.off() < w.off() || !known && len(j.said) >= most {
		return
	}
	j.said[host] = w
}

// off is by how much our clock is ahead of the host's.
func (w word) off() time.Duration { return w.heard.Sub(w.said) }

// Verdict is what others think of the clock.
type Verdict struct {
	Off   time.Duration // ahead of whoever is nearest to it; negative is behind
	Hosts []string      // who say so, sorted; without any nothing is known
}

// Confirmed reports whether somebody agrees with the clock: who do not are wrong.
func (v Verdict) Confirmed() bool { return len(v.Hosts) > 0 && v.Off.Abs() <= Tolerance }

// Verdict is what is known at this moment. What was said before the clock was set,
// or its machine slept, says nothing.
func (j *Judge) Verdict() Verdict {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.forget()
	v := Verdict{Hosts: slices.Sorted(maps.Keys(j.said))}
	for i, host := range v.Hosts {
		if off := j.said[host].off(); i == 0 || off.Abs() < v.Off.Abs() {
			v.Off = off
		}
	}
	return v
}

func (j *Judge) forget() {
	now, pace := j.now().Round(0), j.pace() // what the clock shows, and nothing else
	maps.DeleteFunc(j.said, func(_ string, w word) bool {
		passed, shown := pace-w.pace, now.Sub(w.heard)
		return passed > remember || (shown-passed).Abs() > step
	})
}
