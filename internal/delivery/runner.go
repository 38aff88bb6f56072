package delivery

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
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
	Key         []byte        // makes Message-IDs unguessable
	Owner       string        // this process, in leases and logs
	Connections int           // sessions side by side at most; 1 when less
	Turn        time.Duration // how long a run starts mails; a minute when 0
	Now         func() time.Time
	Log         *slog.Logger
	// Progress is told every few seconds, and at the end, how a run goes. It may be nil.
	Progress func(Progress)
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
	if cfg.Progress == nil {
		cfg.Progress = func(Progress) {}
	}
	return &Runner{cfg: cfg}
}

// Run starts mails of the shard for at most a turn, and returns when all that it
// started have an outcome. When ctx ends it starts no more, cuts off what is
// before its final dot and leaves the servers a while to answer the others.
// What had been claimed and not handed over is queued again.
//
// It fails with domain.ErrConflict when another run has the shard or the edition
// is not sending; any other error means that the shard could not go on and is to
// be tried again. Done and Again are good beside an error too.
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
	// An owner of its own for every run: two in one process exclude each other.
	owner := r.cfg.Owner + "/" + rand.Text()[:8]
	lease, err := r.cfg.Ledger.Lease(ctx, s, owner, leaseTTL)
	if err != nil {
		return nil, err
	}
	press, err := r.press(ctx, s.Edition)
	if err != nil {
		return nil, errors.Join(err, r.cfg.Ledger.Release(context.WithoutCancel(ctx), lease))
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
