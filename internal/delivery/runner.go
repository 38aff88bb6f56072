package delivery

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"marquee/internal/domain"
)

const (
	leaseTTL     = 5 * time.Minute
	claimSize    = 512
	defaultTurn  = time.Minute
	progressTick = 2 * time.Second
)

// Config is what a Runner needs.
type Config struct {
	Ledger  Ledger
	Relays  []Relay           // in the order of preference
	Domains map[string]Limits // by the recipients' domain; "*" for all others
	Sender  Sender
	// Ask leaves it to the operator whether a letter that may have arrived is
	// sent once more. Else it is, with the same Message-ID.
	Ask bool
	// Rules say when an address that is refused gets no more mail.
	Rules domain.BounceRules
	Owner string        // this process, in leases and logs
	Turn  time.Duration // how long a run starts mails; a minute when 0
	Now   func() time.Time
	Log   *slog.Logger
	// Progress is told every few seconds, and at the end, how a run goes. It may be nil.
	Progress func(Progress)
	// Alarm is told that a destination was paused and waits for somebody to mend
	// what is wrong. It may be nil.
	Alarm func(context.Context, Pace)
}

// Result is how a run ended.
type Result struct {
	Done  bool      // nothing of the edition is pending
	Again time.Time // when the shard is due again; zero when it is not
}

// Runner carries shards of editions. Its runs share the limits of destinations.
type Runner struct {
	cfg     Config
	paces   *paces
	relays  *relays
	domains *domains
	debts   *debts
}

// New returns a runner.
func New(cfg Config) *Runner {
	if cfg.Turn == 0 {
		cfg.Turn = defaultTurn
	}
	if cfg.Progress == nil {
		cfg.Progress = func(Progress) {}
	}
	if cfg.Alarm == nil {
		cfg.Alarm = func(context.Context, Pace) {}
	}
	p := &paces{ledger: cfg.Ledger, now: cfg.Now, log: cfg.Log, alarm: cfg.Alarm, known: map[string]Pace{}}
	return &Runner{
		cfg: cfg, paces: p, relays: newRelays(cfg.Relays, p), domains: newDomains(cfg.Domains, p, cfg.Now),
		debts: &debts{busy: map[Shard]bool{}},
	}
}

// Run starts mails of the shard for at most a turn, and returns when all that it
// started have an outcome. When ctx ends it starts no more, cuts off what is
// before its final dot and leaves the servers a while to answer the others.
//
// It fails with domain.ErrConflict when another run has the shard or the edition
// is not sending; any other error means that the shard could not go on and is to
// be tried again. Done and Again are good beside an error too.
func (r *Runner) Run(ctx context.Context, s Shard) (Result, error) {
	result, err := r.run(ctx, s)
	if err != nil {
		return result, fmt.Errorf("deliver edition %d shard %d: %w", s.Edition, s.Number, err)
	}
	return result, nil
}

func (r *Runner) run(ctx context.Context, s Shard) (Result, error) {
	leave, err := r.debts.enter(s)
	if err != nil {
		return Result{}, err
	}
	defer leave()
	if err := r.debts.pay(ctx, r.cfg.Ledger); err != nil {
		return Result{}, err
	}
	if err := r.paces.load(ctx); err != nil {
		return Result{}, err
	}
	// An owner of its own for every run: two in one process exclude each other.
	lease, err := r.cfg.Ledger.Lease(ctx, s, r.cfg.Owner+"/"+rand.Text()[:8], leaseTTL)
	if err != nil {
		return Result{}, err
	}
	r.relays.trust()
	turn := &run{Runner: r, lease: lease, book: newBook(r.cfg.Ledger, lease)}
	if err = turn.prepare(ctx); err == nil {
		err = turn.carry(ctx)
	}
	result, endErr := turn.finish(context.WithoutCancel(ctx))
	if rest, ok := errors.AsType[*resting](err); ok {
		result.Again = rest.until
		if rest.cause == nil {
			err = nil // it was said when the rest began
		}
	}
	return result, errors.Join(err, endErr)
}

// prepare reads what every copy is made of. What is pending after the edition's
// life is given up.
func (r *run) prepare(ctx context.Context) error {
	edition, err := r.cfg.Ledger.Edition(ctx, r.lease.Edition)
	if err != nil {
		return err
	}
	if err := r.outlive(ctx, edition); err != nil {
		return err
	}
	renditions, err := r.cfg.Ledger.Renditions(ctx, edition.ID)
	if err != nil {
		return err
	}
	balance, err := r.cfg.Ledger.Balance(ctx, edition.ID)
	if err != nil {
		return err
	}
	r.tally.started, r.tally.p = r.cfg.Now(), Progress{Edition: edition.ID, Left: balance.Pending}
	r.press, err = newPress(r.cfg.Sender, edition, renditions)
	return err
}

// outlive finds out when the edition's life ends: three days after its start, or
// when the next one begins to be sent. Sending it to who missed it is a new life.
func (r *run) outlive(ctx context.Context, e domain.Edition) error {
	successor, err := r.cfg.Ledger.Successor(ctx, e.ID)
	if err != nil {
		return err
	}
	birth, words := e.Started, "it could not be delivered within three days"
	if e.Resent.After(birth) {
		birth = e.Resent
	}
	r.end = birth.Add(lifetime)
	if successor.After(birth) && successor.Before(r.end) {
		r.end, words = successor, "the next edition has begun"
	}
	if r.cfg.Now().Before(r.end) {
		return nil
	}
	n, err := r.cfg.Ledger.Expire(ctx, r.lease, ClassExpired, words)
	if n > 0 {
		r.cfg.Log.WarnContext(ctx, "deliveries expired", "edition", e.ID, "count", n)
	}
	return err
}
