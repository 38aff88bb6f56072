package feedlink

import (
	"sync"
	"time"

	"marquee/internal/domain"
)

const (
	// trust is how long an owner is known without asking the store: what another
	// process has changed counts after that.
	trust = 2 * time.Second
	// mostKnown bounds the memory that owners take.
	mostKnown = 4096
)

// owners are those who were asked for just now.
type owners struct {
	mu    sync.Mutex
	known map[string]known // by hash
	age   uint64           // grows when anything is forgotten
}

type known struct {
	Owner
	until time.Time
}

func (o *owners) find(hash string, now time.Time) (Owner, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	k, ok := o.known[hash]
	return k.Owner, ok && now.Before(k.until) && !now.Before(k.until.Add(-trust))
}

// generation is what keep must be told to have been before its owner was read.
func (o *owners) generation() uint64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.age
}

// keep remembers an owner who was read from the store, unless something was
// forgotten meanwhile: it may have been this one.
func (o *owners) keep(hash string, owner Owner, now time.Time, from uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.age != from {
		return
	}
	if len(o.known) >= mostKnown {
		clear(o.known)
	}
	o.known[hash] = known{owner, now.Add(trust)}
}

// forget lets go of a patron, whose link or rights have changed.
func (o *owners) forget(id domain.PatronID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.age++
	for hash, k := range o.known {
		if k.ID == id {
			delete(o.known, hash)
		}
	}
}
