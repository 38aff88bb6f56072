package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"marquee/internal/domain"
	"marquee/internal/mail"
	"marquee/internal/token"
)

const (
	leaseTTL     = 5 * time.Minute
	claimSize    = 128
	defaultTurn  = time.Minute
	progressTick = 5 * time.Second
)

// Config is what a Runner needs.
type Config struct {
	Ledger      Ledger
	Transport   mail.Transport
	From        string // envelope sender
	Domain      string // right side of Message-IDs
	Server      string // where unsubscribe addresses point, without a slash at the end
	Mint        *token.Mint
	Key         []byte // makes Message-IDs unguessable
	Owner       string // this process, in leases and logs
	Connections int    // sessions side by side; 1 when less
	Turn        time.Duration
	Now         func() time.Time
	Log         *slog.Logger
	// Progress is told every few seconds, and at the end, how a run goes. It may be nil.
	Progress func(Progress)
}

// Progress is how a run goes.
type Progress struct {
	Edition  domain.EditionID
	Sent     int
	Failed   int
	Deferred int
	Elapsed  time.Duration
}

// Result is how a run ended.
type Result struct {
	Done  bool      // nothing of the edition is pending
	Again time.Time // when the shard is due again; zero when it is not
}

// Runner carries shards of editions.
type Runner struct{ cfg Config }

// New returns a runner.
func New(cfg Config) *Runner {
	cfg.Connections = max(cfg.Connections, 1)
	if cfg.Turn == 0 {
		cfg.Turn = defaultTurn
	}
	return &Runner{cfg: cfg}
}

// Run starts mails of the shard for at most a turn, and returns when all that it
// started have an outcome. When ctx ends it starts no more. It fails with
// domain.ErrConflict when another run has the shard or the edition is not
// sending; any other error means that the shard could not go on and is to be
// tried again. What had been claimed and not handed over is queued again.
func (r *Runner) Run(ctx context.Context, s Shard) (Result, error) {
	run, err := r.open(ctx, s)
	if err != nil {
		return Result{}, fmt.Errorf("deliver edition %d shard %d: %w", s.Edition, s.Number, err)
	}
	err = run.carry(ctx)
	result, endErr := run.end(context.WithoutCancel(ctx))
	if err := errors.Join(err, endErr); err != nil {
		return result, fmt.Errorf("deliver edition %d shard %d: %w", s.Edition, s.Number, err)
	}
	return result, nil
}

// open takes the lease and reads what every copy is made of.
func (r *Runner) open(ctx context.Context, s Shard) (*run, error) {
	lease, err := r.cfg.Ledger.Lease(ctx, s, r.cfg.Owner, leaseTTL)
	if err != nil {
		return nil, err
	}
	press, err := r.press(ctx, s.Edition)
	if err != nil {
		return nil, errors.Join(err, r.cfg.Ledger.Release(ctx, lease))
	}
	return newRun(r.cfg, lease, press), nil
}

func (r *Runner) press(ctx context.Context, id domain.EditionID) (*press, error) {
	edition, err := r.cfg.Ledger.Edition(ctx, id)
	if err != nil {
		return nil, err
	}
	renditions, err := r.cfg.Ledger.Renditions(ctx, id)
	if err != nil {
		return nil, err
	}
	return newPress(r.cfg, edition, renditions)
}

// tally counts outcomes for Progress.
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
