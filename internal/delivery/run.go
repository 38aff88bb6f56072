package delivery

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"marquee/internal/domain"
)

// run is one turn over one shard.
type run struct {
	*Runner
	lease Lease // as taken; its Until is out of date
	press *press
	end   time.Time // of the edition's life
	book  *book
	tally tally

	mu      sync.Mutex
	trouble error // with a relay, since the run began
}

// carry hands over what is due until nothing is, the turn is over or nothing can
// be handed over any more, and waits for the outcomes of all that it started.
func (r *run) carry(ctx context.Context) error {
	writing := context.WithoutCancel(ctx) // what has begun gets its outcome
	closeBook := r.book.open(writing)
	over := make(chan struct{})
	parts, working := errgroup.WithContext(ctx)
	parts.Go(func() error {
		defer close(over)
		err := errors.Join(r.handOver(working), closeBook())
		if len(r.book.owed) > 0 {
			r.debts.leave(r.lease, r.book.owed)
		}
		return err
	})
	parts.Go(func() error { return r.keep(writing, over) })
	parts.Go(func() error {
		r.report(over)
		return nil
	})
	return parts.Wait()
}

// handOver lets connections work for a turn: one at first, and one more whenever
// one leaves something to do. So a server that takes fewer gets fewer.
func (r *run) handOver(ctx context.Context) error {
	connections, working := errgroup.WithContext(ctx)
	turn, stop := context.WithTimeout(working, r.cfg.Turn)
	defer stop()
	batches := make(chan []Claim)
	w := &work{
		run: r, group: connections, stop: stop,
		desk: &desk{domains: r.domains, batches: batches, now: r.cfg.Now, settle: func(o []Outcome) { r.settle(ctx, o) }},
	}
	connections.Go(func() error { return r.feed(turn, batches) })
	w.grow(working, turn)
	err := connections.Wait()
	switch {
	case err != nil:
		return err
	case w.rest != nil:
		w.rest.cause = cmp.Or(w.rest.cause, r.trouble)
		return w.rest
	case !w.had && errors.Is(turn.Err(), context.DeadlineExceeded):
		return fmt.Errorf("open session: no relay answered within %s: %w", r.cfg.Turn, turn.Err())
	}
	return nil
}

// feed reads what is due, in the order of patrons, until nothing is or the turn
// is over.
func (r *run) feed(turn context.Context, batches chan<- []Claim) error {
	defer close(batches)
	for after := domain.PatronID(0); ; {
		batch, err := r.cfg.Ledger.Claim(turn, r.lease, after, claimSize)
		switch {
		case turn.Err() != nil:
			return nil // that is all the error says
		case err != nil:
			return fmt.Errorf("claim: %w", err)
		case len(batch) == 0:
			return nil
		}
		after = batch[len(batch)-1].Patron
		select {
		case batches <- batch:
		case <-turn.Done():
			return nil
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

// judgeBounces draws the conclusions from what servers said of people, before
// the edition is done: so they are drawn for certain before the next one.
func (r *run) judgeBounces(ctx context.Context) error {
	n, err := r.cfg.Ledger.JudgeBounces(ctx, r.lease.Edition, r.cfg.Rules)
	if n > 0 {
		r.cfg.Log.InfoContext(ctx, "addresses suppressed", "edition", r.lease.Edition, "count", n)
	}
	return err
}

// finish gives the lease up and finds out what is left.
func (r *run) finish(ctx context.Context) (Result, error) {
	if err := r.cfg.Ledger.Release(ctx, r.lease); err != nil {
		return Result{}, fmt.Errorf("release lease: %w", err)
	}
	if err := r.judgeBounces(ctx); err != nil {
		return Result{}, err
	}
	done, err := r.cfg.Ledger.Finish(ctx, r.lease.Edition)
	if err != nil || done {
		return Result{Done: done}, err
	}
	again, err := r.cfg.Ledger.NextDue(ctx, r.lease.Shard)
	return Result{Again: again}, err
}
