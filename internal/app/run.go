package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"marquee/internal/domain"
	"marquee/internal/jobs"
	"marquee/internal/schedule"
	"marquee/internal/web"
)

// Run is the daemon: it listens, works and watches the clock until ctx ends,
// then stops what runs: mails whose last dot has been sent get their outcome,
// the rest goes back to the queue.
func (a *App) Run(ctx context.Context) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", a.cfg.Server.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s (server.listen): %w", a.cfg.Server.Listen, err)
	}
	site, err := a.Site()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	return a.Serve(ctx, listener, site)
}

// Serve is Run with a listener and a site of one's own.
func (a *App) Serve(ctx context.Context, listener net.Listener, site http.Handler) error {
	a.env.Log.InfoContext(ctx, "marquee started", "version", a.env.Version, "listen", listener.Addr().String())
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var parts sync.WaitGroup
	parts.Go(func() {
		// A request that is being answered when the signal comes is finished.
		srv := web.Server(context.WithoutCancel(ctx), site, a.env.Log)
		if err := web.Serve(working, srv, listener); err != nil {
			stop(fmt.Errorf("serve: %w", err))
		}
	})
	parts.Go(func() {
		if err := a.Work(working); err != nil {
			stop(err)
		}
	})
	parts.Go(func() { a.links.Run(working, a.env.Log) })
	parts.Go(func() {
		if err := a.takeIn(working); err != nil {
			stop(fmt.Errorf("take in mail: %w", err))
		}
	})
	<-working.Done()
	parts.Wait()
	if cause := context.Cause(working); !errors.Is(cause, context.Canceled) {
		return cause
	}
	a.env.Log.InfoContext(ctx, "marquee stopped")
	return nil
}

// Work runs the background jobs by the clock until ctx ends.
func (a *App) Work(ctx context.Context) error {
	work := a.work()
	queue, err := a.store.NewQueue(work.Config(quietly(a.env.Log)))
	if err != nil {
		return fmt.Errorf("make job queue: %w", err)
	}
	// The queue outlives ctx until Stop, which lets running jobs end.
	if err := queue.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start job queue: %w", err)
	}
	if err := a.fence.Check(ctx); err != nil {
		a.env.Log.ErrorContext(ctx, "no edition is sent from here", "err", err)
	}
	tick := func(ctx context.Context) {
		if err := work.Tick(ctx, queue); err != nil && ctx.Err() == nil {
			a.env.Log.ErrorContext(ctx, "tick incomplete", "err", err)
		}
	}
	tick(ctx) // what fell due while nobody was there
	a.env.Log.InfoContext(ctx, "background work started")
	err = a.everyMinute(ctx, tick)
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
	defer cancel()
	return errors.Join(err, queue.Stop(stopping))
}

func (a *App) everyMinute(ctx context.Context, do func(context.Context)) error {
	if a.env.EveryMinute != nil {
		return a.env.EveryMinute(ctx, do)
	}
	return schedule.NewRunner(a.env.Log).Run(ctx, schedule.EveryMinute, do)
}

// stopGrace is how long running jobs may take to end.
const stopGrace = 45 * time.Second

// work is everything there is to do in the background.
func (a *App) work() *jobs.Work {
	w := &jobs.Work{
		Store: a.store, Runner: a.runner, Notices: a.notices, Sender: a.noticeSender(), Zone: a.cfg.Publication.Zone, Now: a.env.Now, Log: a.env.Log, Jitter: a.jitter,
		Clock: a.clock, Sources: map[string]jobs.Source{}, Digests: map[string]jobs.Digest{}, Rosters: map[string]jobs.Roster{},
	}
	for _, s := range a.cfg.Sources {
		w.Sources[s.Name] = a.source(s)
	}
	if a.hooks.hubs != nil {
		w.Hubs = a.hooks.hubs
	}
	if a.films != nil {
		w.Films = a.films
	}
	if a.cfg.Server.Hub != "" {
		w.Teller = a.teller()
	}
	for _, r := range a.cfg.Rosters {
		if s := a.schedules["roster/"+r.Name]; s != nil {
			w.Rosters[r.Name] = jobs.Roster{Syncer: a.syncer(r, false), Schedule: s}
		}
	}
	w.Rosters[domain.RosterByHand] = jobs.Roster{Syncer: ends{a}, Schedule: a.schedules["roster/"+domain.RosterByHand]}
	for _, d := range a.cfg.Digests {
		w.Digests[d.Name] = jobs.Digest{
			Compiler: freezer{a, d}, Schedule: a.schedules["digest/"+d.Name], Cutoff: d.Cutoff, Grace: d.Grace, Wait: d.Wait,
		}
	}
	return w
}
