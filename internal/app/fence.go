package app

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"marquee/internal/config"
	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/fence"
	"marquee/internal/notice"
	"marquee/internal/store"
)

// fenceFile is where the fence's file is: beside the database of SQLite, unless
// the configuration says otherwise.
func fenceFile(cfg *config.Config) string {
	if cfg.Mail.Fence != "" {
		return cfg.Mail.Fence
	}
	if path, ok := strings.CutPrefix(cfg.Store, "sqlite:"); ok {
		return path + ".fence"
	}
	return filepath.Join(cfg.Dir, "marquee.fence")
}

// newFence is the fence of this place. Several instances may share a database of
// PostgreSQL, each from a place of its own.
func newFence(cfg *config.Config, env Env, st fence.Store) *fence.Guard {
	_, alone := strings.CutPrefix(cfg.Store, "sqlite:")
	file := fenceFile(cfg)
	return fence.New(fence.Config{
		File: file, Store: st, Place: machine() + ":" + file, Shared: !alone, Now: env.Now, Log: env.Log,
	})
}

// machine names this one as its system does; empty where it has no name.
func machine() string {
	id, err := os.ReadFile("/etc/machine-id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}

// fenced is a runner that asks the fence before every run.
type fenced struct {
	guard   *fence.Guard
	fit     func(context.Context, domain.EditionID) error // an objection of the doctor's
	runner  *delivery.Runner
	notices *notice.Writer
	store   store.Store
	log     *slog.Logger
}

// Run is the runner's, if the doctor and the fence let the edition go. One that
// they hold is domain.ErrConflict; one line in the log and a notice say why.
func (f fenced) Run(ctx context.Context, s delivery.Shard) (delivery.Result, error) {
	if err := f.begin(ctx, s.Edition); err != nil {
		if errors.Is(err, domain.ErrConflict) {
			f.log.ErrorContext(ctx, "edition not sent", "edition", s.Edition, "err", err)
			err = errors.Join(err, f.tell(ctx, s.Edition, err))
		}
		return delivery.Result{}, err
	}
	result, err := f.runner.Run(ctx, s)
	return result, errors.Join(err, f.guard.End(context.WithoutCancel(ctx), s.Edition))
}

func (f fenced) begin(ctx context.Context, id domain.EditionID) error {
	if err := f.fit(ctx, id); err != nil {
		return err
	}
	return f.guard.Begin(ctx, id)
}

// tell writes the operator that the fence holds an edition. A place that was only
// refused for itself holds none.
func (f fenced) tell(ctx context.Context, id domain.EditionID, why error) error {
	e, err := f.store.Edition(ctx, id)
	if err != nil || e.State != domain.EditionHeld {
		return err
	}
	return f.notices.EditionHeld(ctx, e, why.Error())
}

// ReleaseEdition lets a held edition go out when its time has come. One that the
// fence holds goes only when the operator is sure.
func (a *App) ReleaseEdition(ctx context.Context, id domain.EditionID, sure bool) error {
	if sure {
		return errors.Join(a.pronounceFit(ctx), a.fence.Accept(ctx, id))
	}
	return a.fence.Release(ctx, id)
}
