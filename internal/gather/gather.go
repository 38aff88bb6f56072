package gather

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/likeness"
	"marquee/internal/picks"
	"marquee/internal/prose"
	"marquee/internal/source"
)

// Config is what gathering one source needs.
type Config struct {
	Name        string
	Reader      source.Reader
	Store       Store
	Pictures    Pictures     // nil leaves strangers' images strangers': nobody is shown them
	Rules       config.Rules // as config has checked them
	Publication domain.Publication
	Order       []string                 // the names of all sources, in the order in which they are believed
	Apart       map[string]bool          // sources whose pieces are never taken for another's
	Releases    map[string]domain.Ladder // of sources that have one for all their pieces
	Settle      time.Duration            // how long a piece must stand unchanged before it is mailed
	Flood       int                      // how many old pieces may come back as new at once; 0 is any number
	Hubs        Hubs                     // nil subscribes to nothing
	Pages       source.Getter            // looks at pieces' own pages; nil for sources that tell all by themselves
	Now         func() time.Time
	Log         *slog.Logger
}

// Hubs subscribes to what hubs tell of sources.
type Hubs interface {
	// Offered notes that a source is told of by a hub.
	Offered(ctx context.Context, name string, hub source.Hub) error
}

// Gatherer reads one source. Two reads of one source must not overlap.
type Gatherer struct {
	cfg   Config
	rules rules
	idle  time.Time // since when no pages were looked at for want of changes

	complete bool // no stored item lacks a picture
	debts    debts
}

// New returns a Gatherer. It panics on a rule whose title is no regular
// expression, which config does not let pass.
func New(cfg Config) *Gatherer {
	return &Gatherer{cfg: cfg, rules: newRules(cfg.Rules)}
}

// noState is stored for a reader that keeps nothing, so that its second read is
// not taken for the first. The reader never sees it.
const noState = "-"

// Gather reads the source once and stores what is new or has changed. When the
// source says nothing, the failure is noted, all that is stored stays, and the
// error tells why; it wraps domain.ErrPermanent or a *fetch.Error when the
// reader's did.
func (g *Gatherer) Gather(ctx context.Context) (Report, error) {
	report, err := g.guarded(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("gather %s: %w", g.cfg.Name, err)
	}
	return report, nil
}

// guarded makes a panic a failure: whatever a stranger wrote, it must end neither
// the process nor the other sources' round.
func (g *Gatherer) guarded(ctx context.Context) (report Report, err error) {
	defer func() {
		if p := recover(); p != nil {
			g.cfg.Log.ErrorContext(ctx, "gathering panicked", "source", g.cfg.Name, "err", p, "stack", string(debug.Stack()))
			err = g.fail(ctx, g.now(), fmt.Errorf("panic: %v", p))
		}
	}()
	return g.gather(ctx)
}

func (g *Gatherer) now() time.Time { return g.cfg.Now().UTC().Truncate(time.Microsecond) }

func (g *Gatherer) gather(ctx context.Context) (Report, error) {
	last, err := g.cfg.Store.SourceState(ctx, g.cfg.Name)
	if err != nil {
		return Report{}, err
	}
	before := last
	if string(last) == noState {
		before = nil
	}
	now := g.now()
	res, err := g.cfg.Reader.Read(ctx, before)
	if err != nil {
		return Report{}, g.fail(ctx, now, err)
	}
	if res.State == nil {
		res.State = source.State(noState)
	}
	r := &round{Gatherer: g, now: now, first: last == nil, lists: sync.OnceValue(picks.NewReader)}
	r.clean = sync.OnceValue(func() *prose.Cleaner { return prose.New(g.cfg.Rules.Exclusive, g.cfg.Publication.URL) })
	if !res.Unchanged {
		if err := r.sort(ctx, res); err != nil {
			return Report{}, err
		}
	}
	report, err := r.save(ctx, res)
	if err == nil && res.Hub != nil && g.cfg.Hubs != nil {
		err = g.cfg.Hubs.Offered(ctx, g.cfg.Name, *res.Hub)
	}
	return report, err
}

// tries is how often a read is placed when another source brings the same pieces
// at the same time.
const tries = 5

// save places what was read, and stores it.
func (r *round) save(ctx context.Context, res source.Result) (Report, error) {
	oldest := r.oldest()
	if err := r.look(ctx, res); err != nil {
		return Report{}, err
	}
	if err := r.askAgain(ctx); err != nil {
		return Report{}, err
	}
	for try := 1; ; try++ {
		if err := r.place(ctx); err != nil {
			return Report{}, err
		}
		if err := r.illustrate(ctx); err != nil {
			return Report{}, err
		}
		saved := Gathered{
			Source: r.cfg.Name, At: r.now, State: res.State, Items: r.items, Copies: r.copies, Events: r.events, Checks: r.checks, Owed: r.owed,
			Oldest: oldest, Problems: r.told(), Seen: r.seen, NotBefore: r.hint(res.NotBefore), Unchanged: res.Unchanged,
		}
		for _, a := range r.added {
			saved.New = append(saved.New, r.items[a.at].ID)
		}
		err := r.cfg.Store.SaveGathered(ctx, saved)
		if err == nil || !errors.Is(err, domain.ErrConflict) || try == tries {
			return r.report(res.Unchanged), err
		}
	}
}

// longest is how long a source may ask not to be read, without refusing.
const longest = 24 * time.Hour

// hint is a source's wish when to be read again, within bounds.
func (r *round) hint(at time.Time) time.Time {
	if latest := r.now.Add(longest); at.After(latest) {
		return latest
	}
	if !at.After(r.now) {
		return time.Time{}
	}
	return at.UTC().Truncate(time.Microsecond)
}

// takenDown is how long a source rests that says it is gone for good (RFC 9110
// §15.5.11). Should that have been a mistake, it is read again by itself after that,
// or at once when the operator asks it.
const takenDown = 30 * 24 * time.Hour

// fail notes that the source said nothing. A read that was called off is no
// failure of the source.
func (g *Gatherer) fail(ctx context.Context, now time.Time, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return err
	}
	f := Failure{Source: g.cfg.Name, At: now, Err: err.Error()}
	switch fe, _ := errors.AsType[*fetch.Error](err); { // nil is no answer
	case fe == nil:
	case fe.Status == http.StatusGone:
		f.NotBefore = now.Add(takenDown)
	case fe.RetryAfter > 0:
		f.NotBefore, f.Host = now.Add(fe.RetryAfter), likeness.Host(fe.URL)
	}
	// The read may have used up the time it was given; noting that must not fail for it.
	return errors.Join(err, g.cfg.Store.SaveFailure(context.WithoutCancel(ctx), f))
}
