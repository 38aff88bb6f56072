package picture

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"marquee/internal/domain"
	"marquee/internal/fetch"
)

// One call to Keep asks so many addresses at most, in so much time, a few of
// them at once. The others have to wait for a later call.
const (
	maxFetches = 50
	fetchTime  = 2 * time.Minute
	atOnce     = 4
)

// accept is what can be read, the easiest first.
const accept = "image/jpeg, image/png;q=0.9, image/webp;q=0.8, image/gif;q=0.7"

// maxAddress is how long an address may be, in bytes, to be remembered.
const maxAddress = 2000

// Config is what a Keeper works with.
type Config struct {
	Client *fetch.Client // its limit of bytes is the limit of pictures
	Store  Store
	Now    func() time.Time
	Log    *slog.Logger
}

// Keeper makes pictures ours. Its methods may be called at the same time.
type Keeper struct {
	cfg  Config
	turn chan struct{} // held by whoever decodes: pictures are large
}

// New returns a Keeper.
func New(cfg Config) *Keeper { return &Keeper{cfg: cfg, turn: make(chan struct{}, 1)} }

// Keep makes the pictures at some addresses ours and returns those that are, and
// those that cannot be had; what it does not return, a later call may. An address
// is asked until it has given a picture, five times in a day and a half at the
// most: what it shows later is another picture, and wants another address. What
// goes wrong with a picture is logged; an error is the store's.
func (k *Keeper) Keep(ctx context.Context, urls []string) ([]domain.Picture, error) {
	settled, due, err := k.look(ctx, urls)
	if err != nil || len(due) == 0 {
		return settled, err
	}
	asked := due[:min(len(due), maxFetches)]
	if err := k.askAll(ctx, asked); err != nil {
		return nil, fmt.Errorf("keep pictures: %w", err)
	}
	for _, s := range asked {
		if s.settled() {
			settled = append(settled, s.Picture)
		}
	}
	return settled, nil
}

// look sorts addresses, each once: those that are settled, and those to ask now.
func (k *Keeper) look(ctx context.Context, urls []string) (settled []domain.Picture, due []Source, err error) {
	known, err := k.cfg.Store.PictureSources(ctx, urls)
	if err != nil {
		return nil, nil, fmt.Errorf("keep pictures: %w", err)
	}
	now, seen := k.cfg.Now(), map[string]bool{}
	for _, url := range urls {
		s := known[url]
		s.URL = url
		switch {
		case seen[url]:
		case len(url) > maxAddress, s.settled():
			settled = append(settled, s.Picture)
		case !now.Before(s.Due):
			due = append(due, s)
		}
		seen[url] = true
	}
	return settled, due, nil
}

// askAll asks some addresses, as far as there is time, and stores what they gave.
func (k *Keeper) askAll(ctx context.Context, sources []Source) error {
	asking, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i := range sources {
		group.Go(func() error {
			s, prints, err := k.ask(asking, sources[i])
			if asking.Err() != nil {
				return ctx.Err() // called off, or out of time: nothing is known
			}
			if err != nil {
				k.cfg.Log.WarnContext(ctx, "picture not kept", "err", err)
				s = s.failed(k.cfg.Now(), err)
			}
			sources[i] = s
			return k.cfg.Store.SavePicture(ctx, s, prints)
		})
	}
	return group.Wait()
}

// ask asks one address.
func (k *Keeper) ask(ctx context.Context, s Source) (Source, []Print, error) {
	answer, err := k.cfg.Client.Get(ctx, fetch.Request{URL: s.URL, Accept: accept})
	if err != nil {
		return s, nil, err
	}
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return s, nil, ctx.Err()
	}
	p, prints, err := Make(answer.Body)
	if err != nil {
		return s, nil, fmt.Errorf("picture %s: %w", answer.URL, err)
	}
	p.URL = s.URL
	return Source{Picture: p}, prints, nil
}

func (s *Source) settled() bool { return s.Key != "" || s.Failures > 0 && s.Due.IsZero() }

// waits are how long an address is left in peace after each failure. After one
// more it is not asked again.
func waits() []time.Duration {
	return []time.Duration{15 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}
}

// failed is what is known of an address that gave no picture.
func (s Source) failed(now time.Time, why error) Source {
	s.Failures++
	s.Reason, s.Due = why.Error(), time.Time{}
	if n := s.Failures - 1; n < len(waits()) {
		wait := waits()[n]
		if fe, ok := errors.AsType[*fetch.Error](why); ok {
			wait = max(wait, fe.RetryAfter)
		}
		s.Due = now.Add(wait)
	}
	return s
}
