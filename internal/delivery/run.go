package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"marquee/internal/domain"
	"marquee/internal/mail"
)

// run is one turn over one shard.
type run struct {
	cfg     Config
	lease   Lease // as taken; its Until is out of date
	press   *press
	doubts  *group[Claim, bool]       // bool: it went through
	records *group[Outcome, struct{}] // outcomes
	tally   tally
}

func newRun(cfg Config, lease Lease, p *press) *run {
	r := &run{cfg: cfg, lease: lease, press: p}
	r.tally.started = cfg.Now()
	r.tally.p.Edition = lease.Edition
	r.doubts = newGroup(r.markInDoubt)
	r.records = newGroup(r.record)
	return r
}

// carry hands claims to the connections until nothing is due, the turn is over
// or nothing can be handed over any more.
func (r *run) carry(ctx context.Context) error {
	var transactions, connections sync.WaitGroup
	started := context.WithoutCancel(ctx) // what has begun gets its outcome
	r.doubts.run(started, &transactions)
	r.records.run(started, &transactions)

	claims := make(chan Claim)
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	for range r.cfg.Connections {
		connections.Go(func() {
			if err := r.connect(started, claims); err != nil {
				stop(err)
			}
		})
	}
	watching := r.watch(working)
	err := r.feed(working, claims)
	close(claims)
	connections.Wait()
	r.doubts.close()
	r.records.close()
	transactions.Wait()
	stop(nil)
	watching.Wait()
	return errors.Join(err, hardCause(working))
}

// hardCause is why connections gave up, nil when they did not.
func hardCause(ctx context.Context) error {
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// feed claims what is due and gives it to whichever connection is free.
func (r *run) feed(ctx context.Context, claims chan<- Claim) error {
	deadline, until := r.cfg.Now().Add(r.cfg.Turn), r.lease.Until
	for ctx.Err() == nil && r.cfg.Now().Before(deadline) {
		var err error
		if until, err = r.extend(ctx, until); err != nil {
			return err
		}
		batch, err := r.cfg.Ledger.Claim(ctx, r.lease, claimSize)
		if err != nil {
			return ignoreEnd(ctx, fmt.Errorf("claim: %w", err))
		}
		if len(batch) == 0 {
			return nil
		}
		for _, c := range batch {
			select {
			case claims <- c:
			case <-ctx.Done():
				return nil
			}
		}
	}
	return nil
}

// ignoreEnd drops an error that only says that ctx has ended.
func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// extend keeps the lease alive while there is work, and returns until when it
// lives.
func (r *run) extend(ctx context.Context, until time.Time) (time.Time, error) {
	if until.Sub(r.cfg.Now()) > leaseTTL/2 {
		return until, nil
	}
	lease, err := r.cfg.Ledger.Lease(ctx, r.lease.Shard, r.cfg.Owner, leaseTTL)
	if err != nil {
		return until, ignoreEnd(ctx, fmt.Errorf("extend lease: %w", err))
	}
	return lease.Until, nil
}

// connect serves claims through one session after another. It returns an error
// when no session can be had: then the others will fare no better.
func (r *run) connect(ctx context.Context, claims <-chan Claim) error {
	var session mail.Session
	defer func() { hangUp(session) }()
	for c := range claims {
		if session == nil || !session.Usable() {
			hangUp(session)
			var err error
			if session, err = r.cfg.Transport.Open(ctx); err != nil {
				session = nil
				return fmt.Errorf("open session: %w", err)
			}
		}
		if err := r.deliver(ctx, session, c); err != nil {
			return err
		}
	}
	return nil
}

// hangUp closes a session; what the other side says to that changes nothing.
func hangUp(s mail.Session) {
	if s != nil {
		_ = s.Close() //nolint:errcheck // every message has its outcome by now
	}
}

// deliver hands one copy over and records what came of it. Its error means
// that nothing more may be started: the ledger cannot be written, or the
// edition cannot be printed.
func (r *run) deliver(ctx context.Context, s mail.Session, c Claim) error {
	message, err := r.press.print(c)
	var theirs *mail.StampError
	switch {
	case errors.As(err, &theirs):
		return r.settle(ctx, unprintable(c, theirs))
	case err != nil: // about the edition: it would be the same for everybody
		return fmt.Errorf("print: %w", err)
	}
	message.Commit = func(ctx context.Context) error {
		through, err := r.doubts.call(ctx, c)
		if err == nil && !through {
			err = fmt.Errorf("%w: changed since it was claimed", domain.ErrNotEntitled)
		}
		return err
	}
	err = s.Send(ctx, message)
	if errors.Is(err, domain.ErrNotEntitled) { // the ledger has queued it anew
		return nil
	}
	return r.settle(ctx, judge(c, err, r.press.edition.Started, r.cfg.Now()))
}

// unprintable is the outcome of a copy that cannot be made, such as for an
// address that is none: it fails, and the others go on.
func unprintable(c Claim, err *mail.StampError) Outcome {
	return Outcome{Patron: c.Patron, State: domain.Failed, Class: err.Class, Reason: reason(err)}
}

func (r *run) settle(ctx context.Context, o Outcome) error {
	if _, err := r.records.call(ctx, o); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	r.tally.add(o.State)
	if o.State == domain.Failed || o.Class == ClassPolicy {
		r.cfg.Log.WarnContext(ctx, "delivery refused", "edition", r.lease.Edition, "patron", o.Patron, "class", o.Class, "reason", o.Reason)
	}
	return nil
}

func (r *run) markInDoubt(ctx context.Context, claims []Claim) ([]bool, error) {
	through, err := r.cfg.Ledger.MarkInDoubt(ctx, r.lease, claims)
	if err != nil {
		return nil, err
	}
	out := make([]bool, len(claims))
	for i, c := range claims {
		out[i] = slices.Contains(through, c.Patron)
	}
	return out, nil
}

func (r *run) record(ctx context.Context, outcomes []Outcome) ([]struct{}, error) {
	return make([]struct{}, len(outcomes)), r.cfg.Ledger.Record(ctx, r.lease, outcomes)
}

// watch reports progress until ctx ends.
func (r *run) watch(ctx context.Context) *sync.WaitGroup {
	var wg sync.WaitGroup
	if r.cfg.Progress == nil {
		return &wg
	}
	wg.Go(func() {
		tick := time.NewTicker(progressTick)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				r.cfg.Progress(r.tally.now(r.cfg.Now()))
			case <-ctx.Done():
				r.cfg.Progress(r.tally.now(r.cfg.Now()))
				return
			}
		}
	})
	return &wg
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
