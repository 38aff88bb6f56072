package main

import (
	"errors"
	"log/slog"

	"marquee/internal/app"
)

type runCmd struct{}

// Run is the daemon: it returns when it is told to stop.
func (runCmd) Run(p *process) (err error) {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	a, err := app.New(p.ctx, cfg, p.env(slog.LevelInfo), app.Exclusive)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return a.Run(p.ctx)
}
