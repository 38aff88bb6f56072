package main

import (
	"errors"
	"log/slog"

	"marquee/internal/app"
	"marquee/internal/config"
)

// A command that needs the app says in its Run how it uses the store: as shared
// for a look or a small change, also while the daemon runs, or as exclusive.
type (
	shared    struct{ *app.App }
	exclusive struct{ *app.App }
)

func (p *process) shared() (shared, error) {
	a, err := p.open(app.Shared)
	return shared{a}, err
}

func (p *process) exclusive() (exclusive, error) {
	a, err := p.open(app.Exclusive)
	return exclusive{a}, err
}

// open builds the app for a command that people watch. It is closed when the
// command is over.
func (p *process) open(access app.Access) (*app.App, error) {
	cfg, err := p.load()
	if err != nil {
		return nil, err
	}
	env := p.env(slog.LevelWarn)
	env.Progress = newProgress(p.errOut).show
	a, err := app.New(p.ctx, cfg, env, access)
	if err != nil {
		return nil, err
	}
	p.opened = append(p.opened, a)
	return a, nil
}

// close lets go what the command has opened.
func (p *process) close() error {
	var errs []error
	for _, c := range p.opened {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// load reads the configuration.
func (p *process) load() (*config.Config, error) {
	return app.Load(p.cli.Config, p.lookup, p.env(slog.LevelWarn))
}

// env is what the app gets from this process. Commands that people watch log
// warnings only, unless asked.
func (p *process) env(level slog.Level) app.Env {
	if p.cli.Debug {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(p.errOut, &slog.HandlerOptions{Level: level}))
	return app.Env{Version: version(), Now: now, Log: log, Resolver: p.resolver}
}
