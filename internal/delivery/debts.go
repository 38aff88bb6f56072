package delivery

import (
	"context"
	"fmt"
	"sync"

	"marquee/internal/domain"
)

// debts are what this process still has to write down: runs that could not write
// to the ledger for longer than they could wait leave outcomes here. They are
// written before anything else is done, or who got a letter could get it again.
type debts struct {
	mu   sync.Mutex
	busy map[Shard]bool // runs of this process
	owed []debt
}

// debt is what one run left.
type debt struct {
	lease    Lease
	outcomes []Outcome
}

// enter keeps other runs of this process from a shard until leave is called. The
// lease alone does not: it runs out while the ledger cannot be written, when this
// run still has outcomes in hand. domain.ErrConflict when another is at work.
func (d *debts) enter(s Shard) (leave func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.busy[s] {
		return nil, fmt.Errorf("%w: another run of this process has the shard", domain.ErrConflict)
	}
	d.busy[s] = true
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.busy, s)
	}, nil
}

// leave takes over what a run could not write.
func (d *debts) leave(l Lease, outcomes []Outcome) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.owed = append(d.owed, debt{l, outcomes})
}

// pay writes all that is owed. What could not be written stays owed.
func (d *debts) pay(ctx context.Context, ledger Ledger) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for len(d.owed) > 0 {
		first := d.owed[0]
		if _, err := ledger.Post(ctx, first.lease, first.outcomes, nil); err != nil {
			return fmt.Errorf("write what an earlier run left: %w", err)
		}
		d.owed = d.owed[1:]
	}
	return nil
}
