package fence

import (
	"context"
	"errors"
	"fmt"
	"time"

	"marquee/internal/domain"
)

// A note is worth its while every few seconds. Counting a large edition takes
// time, of which at most a twentieth goes into that.
const (
	noteEvery = 5 * time.Second
	noteShare = 20
)

// Note writes down how far an edition is, if that was not done a moment ago. It
// is meant to be called often while a run lasts; what goes wrong is logged.
func (g *Guard) Note(ctx context.Context, id domain.EditionID) {
	started := g.cfg.Now()
	if !g.claim(id, started) {
		return
	}
	if err := g.End(ctx, id); err != nil {
		g.cfg.Log.WarnContext(ctx, "edition not noted in the fence", "edition", id, "err", err)
	}
	now := g.cfg.Now()
	g.wait(id, now.Add(max(noteEvery, noteShare*now.Sub(started))))
}

// claim lets one of many callers write the note that is due.
func (g *Guard) claim(id domain.EditionID, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now.Before(g.rest[id]) {
		return false
	}
	g.rest[id] = now.Add(noteEvery)
	return true
}

func (g *Guard) wait(id domain.EditionID, until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rest[id] = until
}

// End writes down, after a run, how far the edition is and whether it has ended.
func (g *Guard) End(ctx context.Context, id domain.EditionID) error {
	return g.locked(ctx, fmt.Sprintf("note edition %d", id), func() error {
		f, err := g.own(ctx)
		if err != nil {
			return err
		}
		k, err := g.known(ctx, id)
		if err != nil {
			return err
		}
		f.learn(k.Edition, k.balance.Sent)
		return f.save(g.cfg.File)
	})
}

// own is the file, which has to be there and to be of this database and place:
// it was when the run began.
func (g *Guard) own(ctx context.Context) (*record, error) {
	f, err := load(g.cfg.File)
	if err != nil {
		return nil, err
	}
	generation, err := g.cfg.Store.Generation(ctx)
	if err != nil {
		return nil, err
	}
	if f == nil || f.Generation != generation || f.Place != g.cfg.Place {
		return nil, errors.New(g.cfg.File + " is gone, or was replaced, during the run")
	}
	return f, nil
}
