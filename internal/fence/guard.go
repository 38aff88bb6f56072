// Package fence answers one question before every run: may this database mail
// this edition? A database that was restored, copied or cloned knows less than
// the world does: what it believes to be unsent may have gone out.
//
// So a small file outside the database remembers what went out (record.go), and
// rules compare the two (rules.go). An edition to which the fence objects is held
// until the operator says that they are sure.
//
// The file never knows more than the database: it is written after the database
// has committed, and only of what never becomes less there: the instant at which
// an edition began, and how many of its letters are sent. So whatever is killed,
// and when, an edition that may go on goes on.
package fence

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"marquee/internal/domain"
)

// Config is what a Guard needs.
type Config struct {
	File  string // the fence's file, outside the database
	Store Store
	Place string // names this machine and the database's or the instance's path on it
	// Shared says that instances elsewhere may use the same database, each with a
	// file of its own. One that was never accepted is then refused by itself; no
	// edition is held for its sake.
	Shared bool
	Now    func() time.Time
	Log    *slog.Logger
}

// Guard keeps the fence of one place. It may be used by many goroutines, and
// beside other processes that have the same file.
type Guard struct {
	cfg Config

	mu   sync.Mutex
	rest map[domain.EditionID]time.Time // not noted again before
}

// New returns the guard of a file, which need not be there.
func New(cfg Config) *Guard {
	return &Guard{cfg: cfg, rest: map[domain.EditionID]time.Time{}}
}

// Check says why no edition whatever may go out from here: domain.ErrConflict
// with words for people. A database that has never begun to send anything gets
// its file, so that instances that start together all have theirs.
func (g *Guard) Check(ctx context.Context) error {
	return g.locked(ctx, "check the fence", func() error {
		v, err := g.look(ctx)
		if err != nil {
			return err
		}
		if why := v.objection(); why != "" {
			return fmt.Errorf("%w: %s; to mail from here all the same, release an edition: marquee editions release ID --sure", domain.ErrConflict, why)
		}
		return g.learn(ctx, v)
	})
}

// Begin is asked before every run over an edition. When the edition must not go
// it is domain.ErrConflict with words for people, and the edition is held with
// that reason. Any other error means that the fence cannot be read or written:
// nothing may go as long as that is so.
func (g *Guard) Begin(ctx context.Context, id domain.EditionID) error {
	return g.locked(ctx, fmt.Sprintf("begin edition %d", id), func() error {
		v, err := g.lookAt(ctx, id)
		if err != nil {
			return err
		}
		if why := v.objectionTo(v.edition); why != "" {
			return g.hold(ctx, v, why)
		}
		return g.learn(ctx, v)
	})
}

// hold holds the view's edition and returns why. An edition whose state has
// changed meanwhile is not ours to hold.
func (g *Guard) hold(ctx context.Context, v *view, why string) error {
	words := unlessSure(why, v.edition.ID)
	refusal := fmt.Errorf("%w: %s", domain.ErrConflict, words)
	if v.stranger() {
		return refusal
	}
	from := []domain.EditionState{domain.EditionFrozen, domain.EditionSending}
	err := g.cfg.Store.SetEditionState(ctx, v.edition.ID, from, domain.EditionHeld, words)
	if errors.Is(err, domain.ErrConflict) {
		err = nil
	}
	return errors.Join(refusal, err)
}

// unlessSure is why an edition does not go, and what to do.
func unlessSure(why string, id domain.EditionID) string {
	return fmt.Sprintf("%s; if it is to go out from here all the same: marquee editions release %d --sure", why, id)
}

// locked does what must be alone with the file.
func (g *Guard) locked(ctx context.Context, what string, do func() error) error {
	unlock, err := lock(ctx, g.cfg.File+".lock")
	if err == nil {
		defer unlock()
		err = do()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
