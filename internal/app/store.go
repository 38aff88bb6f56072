package app

import (
	"context"
	"errors"
	"strings"

	"marquee/internal/config"
	"marquee/internal/store"
	"marquee/internal/store/postgres"
	"marquee/internal/store/sqlite"
)

// Access says how a command uses the store.
type Access int

// The ways to use the store. PostgreSQL is shared by nature: there, leases keep
// processes apart.
const (
	// Exclusive is for what gathers, compiles or delivers: one process at a
	// time on a SQLite file.
	Exclusive Access = iota
	// Shared is for a look or a small change, also while the daemon runs.
	Shared
)

// openStore opens the configured engine.
func openStore(ctx context.Context, cfg *config.Config, env Env, access Access) (store.Store, error) {
	if path, ok := strings.CutPrefix(cfg.Store, "sqlite:"); ok {
		return sqlite.Open(ctx, path, sqlite.Options{Exclusive: access == Exclusive, Now: env.Now, Log: quietly(env.Log)})
	}
	return postgres.Open(ctx, cfg.StoreSecret.Reveal(), quietly(env.Log))
}

// Restore puts a backup in the database's place, and returns the name under
// which what was there before is kept, if it is. Nothing that may have gone out
// is mailed from it until the operator says so, and who asked to be
// forgotten since is forgotten again. domain.ErrConflict when the
// database is in use.
func Restore(ctx context.Context, cfg *config.Config, env Env, file string) (kept string, err error) {
	if path, ok := strings.CutPrefix(cfg.Store, "sqlite:"); ok {
		kept, err = sqlite.Restore(ctx, file, path, quietly(env.Log))
	} else {
		err = postgres.Restore(ctx, cfg.StoreSecret.Reveal(), file)
	}
	if err != nil {
		return "", err
	}
	st, err := openStore(ctx, cfg, env, Exclusive)
	if err != nil {
		return kept, err
	}
	again := &App{plan: &plan{cfg: cfg}, env: env, store: st}
	return kept, errors.Join(newFence(cfg, env, st).Restored(ctx), again.eraseAgain(ctx), st.Close())
}
