package main

import (
	"log/slog"

	"marquee/internal/app"
	"marquee/internal/config"
)

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
	return app.Env{Version: version(), Now: now, Log: log}
}

// open builds the app for a command that people watch.
func (p *process) open(access app.Access) (*app.App, error) {
	cfg, err := p.load()
	if err != nil {
		return nil, err
	}
	return app.New(p.ctx, cfg, p.env(slog.LevelWarn), access)
}
