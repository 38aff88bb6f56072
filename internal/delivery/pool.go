package delivery

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"golang.org/x/sync/errgroup"
)

// pool is a run's connections: one at first, and one more whenever a claim
// finds none free, up to the limit. So a server that takes fewer gets fewer.
type pool struct {
	claims chan Claim
	limit  int
	serve  func() error // one connection, for as long as there are claims
	stop   func()       // ends the turn
	group  *errgroup.Group
	log    *slog.Logger

	started int  // connections; by hand alone
	stuck   bool // a claim was not taken; by hand alone

	mu      sync.Mutex
	living  int   // connections that have not given up
	refusal error // why the last of them gave up; nil while there are others
}

// hand gives a claim to a free connection. It reports false when the turn ended
// before there was one.
func (p *pool) hand(turn context.Context, c Claim) bool {
	select {
	case p.claims <- c:
		return true
	default:
		p.grow()
	}
	select {
	case p.claims <- c:
		return true
	case <-turn.Done():
		p.stuck = true
		return false
	}
}

// grow starts one more connection, if there may be one.
func (p *pool) grow() {
	if p.started == p.limit {
		return
	}
	p.started++
	p.mu.Lock()
	p.living++
	p.mu.Unlock()
	p.group.Go(p.serve)
}

// retire is called by a connection that cannot be had. The others go on: they
// may be all that the server allows. After the last the turn is over.
func (p *pool) retire(ctx context.Context, why error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.living--
	if p.living == 0 {
		p.refusal = why
		p.stop()
		return
	}
	p.log.WarnContext(ctx, "connection refused", "left", p.living, "err", why)
}

// close lets the connections end, and returns what broke them: the first error
// of serve, or why none could be had for a claim.
func (p *pool) close() error {
	close(p.claims)
	if err := p.group.Wait(); err != nil {
		return err
	}
	if p.stuck && p.refusal != nil {
		return fmt.Errorf("open session: %w", p.refusal)
	}
	return nil
}
