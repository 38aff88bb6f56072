package gather

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/source"
)

// Config is what gathering one source needs.
type Config struct {
	Name        string
	Reader      source.Reader
	Store       Store
	Rules       config.Rules // as config has checked them
	Publication domain.Publication
	Now         func() time.Time
	Log         *slog.Logger
}

// Gatherer reads one source. Two reads of one source must not overlap.
type Gatherer struct {
	cfg   Config
	rules rules
	clean *cleaner
}

// New returns a Gatherer. It panics on a rule whose title is no regular
// expression, which config does not let pass.
func New(cfg Config) *Gatherer {
	return &Gatherer{cfg: cfg, rules: newRules(cfg.Rules), clean: newCleaner(cfg.Rules.Exclusive, cfg.Publication.URL)}
}

// noState is stored for a reader that keeps nothing, so that its second read is
// not taken for the first. The reader never sees it.
const noState = "-"

// Gather reads the source once and stores what is new or has changed. When the
// source says nothing, the failure is noted, all that is stored stays, and the
// error tells why; it wraps domain.ErrPermanent or a *fetch.Error when the
// reader's did.
func (g *Gatherer) Gather(ctx context.Context) (Report, error) {
	report, err := g.gather(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("gather %s: %w", g.cfg.Name, err)
	}
	return report, nil
}

func (g *Gatherer) gather(ctx context.Context) (Report, error) {
	last, err := g.cfg.Store.SourceState(ctx, g.cfg.Name)
	if err != nil {
		return Report{}, err
	}
	before := last
	if string(last) == noState {
		before = nil
	}
	now := g.cfg.Now().UTC().Truncate(time.Microsecond)
	res, err := g.cfg.Reader.Read(ctx, before)
	if err != nil {
		return Report{}, g.fail(ctx, now, err)
	}
	if res.State == nil {
		res.State = source.State(noState)
	}
	saved := Gathered{Source: g.cfg.Name, At: now, State: res.State, Unchanged: res.Unchanged}
	r := &round{Gatherer: g, now: now, first: last == nil}
	if !res.Unchanged {
		if err := r.sort(ctx, res); err != nil {
			return Report{}, err
		}
	}
	saved.Items, saved.Problems = r.items, r.report.Problems
	r.report.Unchanged = res.Unchanged
	return r.report, g.cfg.Store.SaveGathered(ctx, saved)
}

// fail notes that the source said nothing. A read that was called off is no
// failure of the source.
func (g *Gatherer) fail(ctx context.Context, now time.Time, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return err
	}
	f := Failure{Source: g.cfg.Name, At: now, Err: err.Error()}
	var fe *fetch.Error
	if errors.As(err, &fe) && fe.RetryAfter > 0 {
		f.NotBefore = now.Add(fe.RetryAfter)
	}
	// The read may have used up the time it was given; noting that must not fail for it.
	return errors.Join(err, g.cfg.Store.SaveFailure(context.WithoutCancel(ctx), f))
}
