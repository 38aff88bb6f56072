package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/mail/discard"
)

// Rehearsal is what came of an edition that was sent to nowhere.
type Rehearsal struct {
	Edition domain.Edition
	Balance domain.Balance
	Reasons []domain.DeliveryCount
}

// Rehearse does everything that sending a slot's edition does, on a copy of the
// database that is thrown away, and hands every letter to nobody. It works beside
// a running daemon, and needs SQLite: else it is domain.ErrInvalid.
func (a *App) Rehearse(ctx context.Context, name string, slot domain.Slot) (r Rehearsal, err error) {
	if !strings.HasPrefix(a.cfg.Store, "sqlite:") {
		return r, fmt.Errorf("rehearse: %w: it needs a copy of the database, which only SQLite makes quickly: use digest preview, or --test", domain.ErrInvalid)
	}
	dir, err := os.MkdirTemp("", "marquee-rehearsal-*")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "marquee.db")
	if err := a.store.Backup(ctx, file); err != nil {
		return r, fmt.Errorf("rehearse: %w", err)
	}
	copied, err := New(ctx, a.withCopy(file), a.env, Exclusive)
	if err != nil {
		return r, fmt.Errorf("rehearse: %w", err)
	}
	defer func() { err = errors.Join(err, copied.Close()) }()
	return copied.rehearse(ctx, name, slot)
}

// withCopy is the configuration with a copy of the database, which tells nobody
// anything.
func (a *App) withCopy(file string) *config.Config {
	cfg := *a.cfg
	cfg.Store = "sqlite:" + file
	cfg.Mail.Fence, cfg.Mail.Operator = file+".fence", ""
	relay := a.cfg.Mail.Relays[0]
	relay.Transport, relay.Options = discard.Kind().Name, config.Options{}
	relay.Limits.Rate = 0 // nobody has to be spared
	cfg.Mail.Relays, cfg.Mail.Domains = []config.Relay{relay}, nil
	return &cfg
}

// rehearse sends the copy's edition. The fence, which knows a copy when it sees
// one, is told that this one is meant.
func (a *App) rehearse(ctx context.Context, name string, slot domain.Slot) (r Rehearsal, err error) {
	if r.Edition, err = a.Compile(ctx, name, slot); err != nil {
		return r, err
	}
	if r.Edition.State == domain.EditionFrozen || r.Edition.State == domain.EditionSending {
		if err := a.fence.Accept(ctx, r.Edition.ID); err != nil {
			return r, err
		}
		if _, err := a.Send(ctx, r.Edition); err != nil {
			return r, err
		}
	}
	if r.Edition, err = a.store.Edition(ctx, r.Edition.ID); err != nil {
		return r, err
	}
	if r.Balance, err = a.store.Balance(ctx, r.Edition.ID); err != nil {
		return r, err
	}
	r.Reasons, err = a.store.Reasons(ctx, r.Edition.ID)
	return r, err
}
