// Package app builds everything from a configuration and runs it: the daemon,
// and what the commands do once. kinds.go lists every kind there is.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"marquee/internal/bounce"
	"marquee/internal/config"
	"marquee/internal/delivery"
	"marquee/internal/doctor"
	"marquee/internal/domain"
	"marquee/internal/feed"
	"marquee/internal/feedlink"
	"marquee/internal/fence"
	"marquee/internal/films"
	"marquee/internal/gather"
	"marquee/internal/jobs"
	"marquee/internal/mail"
	"marquee/internal/metrics"
	"marquee/internal/notice"
	"marquee/internal/store"
	"marquee/internal/token"
	"marquee/internal/web"
	webpatron "marquee/internal/web/patron"
	"marquee/internal/web/public"
)

// Env is what the process gives the app.
type Env struct {
	Version string
	Now     func() time.Time
	Log     *slog.Logger
	// Patreon leads to Patreon; nil is over the network.
	Patreon http.RoundTripper
	// Resolver asks the DNS; nil asks as this machine does.
	Resolver doctor.Resolver
	// TMDB leads to TMDB; nil is over the network.
	TMDB http.RoundTripper
	// EveryMinute calls a function every minute until its context ends; nil goes by
	// the machine's clock.
	EveryMinute func(context.Context, func(context.Context)) error
	// Progress is told how delivery goes; nil logs it.
	Progress func(delivery.Progress)
}

// App is a publication at work. Close it when done.
type App struct {
	*plan
	env       Env
	store     store.Store
	films     *films.Library // nil without a film database
	shown     shown          // the store as people see it
	gatherers map[string]*gather.Gatherer
	publisher *feed.Publisher
	links     *feedlink.Links
	mint      *token.Mint
	marks     mail.Marks // of slots in all letters
	messages  []byte     // key of Message-IDs
	fence     *fence.Guard
	hooks     hooks
	notices   *notice.Writer
	bounces   *bounce.Keeper
	runner    fenced
}

// New builds the app on its store, which is opened as access says. What is
// wrong with the configuration is a *config.Errors.
func New(ctx context.Context, cfg *config.Config, env Env, access Access) (*App, error) {
	p, err := newPlan(cfg, env)
	if err != nil {
		return nil, err
	}
	st, err := openStore(ctx, cfg, env, access)
	if err != nil {
		return nil, err
	}
	if p.tokens != nil {
		p.tokens.TokenStore = st.Tokens("patreon")
	}
	a := &App{plan: p, env: env, store: st, gatherers: map[string]*gather.Gatherer{}}
	if err := a.build(ctx); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	if access == Exclusive {
		if err := errors.Join(a.eraseAgain(ctx), a.forgetFilms(ctx)); err != nil {
			return nil, errors.Join(err, st.Close())
		}
	}
	return a, nil
}

// Store is where the app keeps everything.
func (a *App) Store() store.Store { return a.store }

// Close lets the store go.
func (a *App) Close() error {
	a.client.Close()
	return a.store.Close()
}

func (a *App) build(ctx context.Context) error {
	if err := a.buildSecrets(ctx); err != nil {
		return err
	}
	if err := a.buildHooks(ctx); err != nil {
		return err
	}
	a.buildGatherers()
	a.buildFilms()
	for _, d := range a.cfg.Digests {
		if _, err := a.compiler(d, a.templates.Mail, a.env.Now, ""); err != nil {
			return err
		}
	}
	a.buildDelivery()
	return a.buildPublisher(ctx)
}

// buildPublisher makes the feeds. Their ids come from a secret of the
// installation, so that they survive a change of address.
func (a *App) buildPublisher(ctx context.Context) error {
	seed, err := a.store.Secret(ctx, "feed-ids")
	if err != nil {
		return err
	}
	credits := map[string]config.Credit{}
	for _, s := range a.cfg.Sources {
		credits[s.Name] = s.Credit
	}
	specs := make([]feed.Spec, len(a.cfg.Feeds))
	for i, f := range a.cfg.Feeds {
		specs[i] = feed.Spec{
			Feed: f, Publication: a.cfg.Publication, Policy: a.policy, Seed: seed, Hub: a.cfg.Server.Hub,
			Credits: credits, Titles: a.titles[f.Name], Editions: a.store,
		}
	}
	a.publisher, err = feed.NewPublisher(feed.Options{
		Store: a.shown, Feeds: specs, Formats: formats(), Now: a.env.Now, Log: a.env.Log, Trust: time.Second,
	})
	return err
}

// buildSecrets reads the installation's keys. A key in the configuration beats
// the stored one, so that several installations can share links; what the stored
// one and the previous one signed still opens.
func (a *App) buildSecrets(ctx context.Context) error {
	stored, err := a.store.Secret(ctx, "links")
	if err != nil {
		return err
	}
	key, previous := []byte(a.cfg.Mail.Key.Reveal()), []byte(a.cfg.Mail.PreviousKey.Reveal())
	if len(key) == 0 {
		key = stored
	}
	a.mint = token.New(key, previous, stored)
	networks, err := a.store.Secret(ctx, "networks")
	if err != nil {
		return err
	}
	a.links = feedlink.New(a.store, networks, a.env.Now)
	a.marks = mail.NewMarks()
	a.messages, err = a.store.Secret(ctx, "message-ids")
	return err
}

// Site is the whole of what the app serves.
func (a *App) Site() (*web.Site, error) {
	site, err := web.New(a.templates.Web, a.cfg.Publication, a.env.Log)
	if err != nil {
		return nil, err
	}
	people := a.people()
	everyone := a.public()
	everyone.Letters, everyone.SignUp = len(people.Digests) > 0, people.OpenToReaders()
	everyone.Routes(site)
	a.patreonHook().Routes(site)
	a.hookRoutes(site)
	a.bounceHooks().Routes(site)
	webpatron.Routes(site, a.store, a.mint)
	people.Routes(site)
	a.adminPages().Routes(site)
	webpatron.Feeds{Links: a.links, Publisher: a.publisher, Visitor: people.Visitor}.Routes(site)
	site.Health(a.store)
	site.Metrics(metrics.Handler(metrics.Config{Store: a.store, Version: a.env.Version, Log: a.env.Log}))
	return site, nil
}

// public is what everybody may see, without the way to letters.
func (a *App) public() public.Public {
	return public.Public{
		Publication: a.cfg.Publication, Digests: a.cfg.Digests, Feeds: a.cfg.Feeds, Publisher: a.publisher,
		Policy: a.policy, Store: a.store, Now: a.env.Now, Hub: a.cfg.Server.Hub,
	}
}

// people are patrons' and readers' own pages.
func (a *App) people() webpatron.Pages {
	return webpatron.Pages{
		Publication: a.cfg.Publication, Digests: a.cfg.Digests, Feeds: a.cfg.Feeds, Policy: a.policy, Store: a.store, Mint: a.mint,
		FeedLinks: a.links,
		Notices:   a.notices, Erase: a.ErasePatron, Lift: a.LiftErasure, Now: a.env.Now,
		Visitor: web.Proxies(a.cfg.Server.Proxies).Visitor, Level: linksTake,
	}
}

// linksTake is how long it takes to answer who wants their links: longer than it
// takes to write a notice, nearly always.
const linksTake = 250 * time.Millisecond

// LastSlot is the digest's newest slot that is not after t.
func (a *App) LastSlot(name string, t time.Time) (domain.Slot, error) {
	s := a.schedules["digest/"+name]
	if s == nil {
		return "", fmt.Errorf("digest %q: %w in the configuration", name, domain.ErrNotFound)
	}
	slot, _ := s.Due("", t, jobs.AnyAge)
	return slot, nil
}
