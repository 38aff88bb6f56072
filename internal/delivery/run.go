package delivery

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"marquee/internal/domain"
)

// run is one turn over one shard.
type run struct {
	cfg   Config
	lease Lease // as taken; its Until is out of date
	press *press
	book  *book
	tally tally
}

func newRun(cfg Config, lease Lease, p *press) *run {
	r := &run{cfg: cfg, lease: lease, press: p, book: newBook(cfg.Ledger, lease)}
	r.tally.started = cfg.Now()
	r.tally.p.Edition = lease.Edition
	return r
}

// carry hands over what is due until nothing is, the turn is over or nothing can
// be handed over any more, and waits for the outcomes of all that it started.
func (r *run) carry(ctx context.Context) error {
	defer r.book.open(context.WithoutCancel(ctx))() // what has begun gets its outcome
	parts, working := errgroup.WithContext(ctx)
	over := make(chan struct{})
	parts.Go(func() error {
		defer close(over)
		return r.handOver(working)
	})
	parts.Go(func() error { return r.keep(context.WithoutCancel(ctx), over) })
	parts.Go(func() error {
		r.report(over)
		return nil
	})
	return parts.Wait()
}

// handOver feeds the connections for a turn.
func (r *run) handOver(ctx context.Context) error {
	connections, working := errgroup.WithContext(ctx)
	turn, stop := context.WithTimeout(working, r.cfg.Turn)
	defer stop()
	p := &pool{claims: make(chan Claim), limit: r.cfg.Connections, stop: stop, group: connections, log: r.cfg.Log}
	p.serve = func() error { return (&connection{run: r}).serve(working, turn, p) }
	err := r.feed(turn, p)
	stop()
	if broken := p.close(); broken != nil {
		return broken
	}
	return err
}

// feed claims what is due and hands it out, until nothing is due or the turn is
// over. What it has not handed out goes back with the lease.
func (r *run) feed(turn context.Context, p *pool) error {
	for {
		batch, err := r.cfg.Ledger.Claim(turn, r.lease, claimSize)
		switch {
		case turn.Err() != nil:
			return nil //nolint:nilerr // the turn is over, and that is all the error says
		case err != nil:
			return fmt.Errorf("claim: %w", err)
		case len(batch) == 0:
			return nil
		}
		for _, c := range batch {
			if !p.hand(turn, c) {
				return nil
			}
		}
	}
}

// keep extends the lease until the run is over: the answer to a final dot may
// take longer than a lease lasts. Its error ends the run.
func (r *run) keep(ctx context.Context, over <-chan struct{}) error {
	tick := time.NewTicker(leaseTTL / 5)
	defer tick.Stop()
	for {
		select {
		case <-over:
			return nil
		case <-tick.C:
			if err := r.extend(ctx); err != nil {
				return fmt.Errorf("extend lease: %w", err)
			}
		}
	}
}

// extend fails when the lease has run out meanwhile, as it does when the machine
// was asleep: what the run holds is not its own then.
func (r *run) extend(ctx context.Context) error {
	lease, err := r.cfg.Ledger.Lease(ctx, r.lease.Shard, r.lease.Owner, leaseTTL)
	if err != nil || lease.Fence == r.lease.Fence {
		return err
	}
	return errors.Join(fmt.Errorf("%w: it ran out", domain.ErrConflict), r.cfg.Ledger.Release(ctx, lease))
}

// report tells how the run goes, until it is over.
func (r *run) report(over <-chan struct{}) {
	tick := time.NewTicker(progressTick)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			r.cfg.Progress(r.tally.now(r.cfg.Now()))
		case <-over:
			r.cfg.Progress(r.tally.now(r.cfg.Now()))
			return
		}
	}
}

// end gives the lease up and finds out what is left.
func (r *run) end(ctx context.Context) (Result, error) {
	if err := r.cfg.Ledger.Release(ctx, r.lease); err != nil {
		return Result{}, fmt.Errorf("release lease: %w", err)
	}
	done, err := r.cfg.Ledger.Finish(ctx, r.lease.Edition)
	if err != nil || done {
		return Result{Done: done}, err
	}
	again, err := r.cfg.Ledger.NextDue(ctx, r.lease.Shard)
	return Result{Again: again}, err
}
