package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"net/url"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/web"
	"marquee/internal/web/hook"
	"marquee/internal/web/public"
	"marquee/internal/websub"
)

// hooks are what sites and hubs call to say that a source has something new.
type hooks struct {
	key  []byte             // of which the secrets in their addresses are made
	hubs *websub.Subscriber // nil unless hubs can reach us
}

func (a *App) buildHooks(ctx context.Context) (err error) {
	if a.hooks.key, err = a.store.Secret(ctx, "hooks"); err != nil || !reachable(a.cfg.Server.URL) {
		return err
	}
	sources := map[string]bool{}
	for _, s := range a.cfg.Sources {
		sources[s.Name] = true
	}
	a.hooks.hubs = &websub.Subscriber{
		Store: a.store, Transport: a.client.Transport(), Agent: a.client.Agent(), Server: a.cfg.Server.URL,
		Key: a.hooks.key, Sources: sources, Now: a.env.Now, Log: a.env.Log,
	}
	return nil
}

// teller tells our hub of our feeds.
func (a *App) teller() *websub.Teller {
	return &websub.Teller{
		Store: a.store, Hub: a.cfg.Server.Hub, Topics: a.topics, Transport: a.client.Transport(), Agent: a.client.Agent(),
		Now: a.env.Now, Log: a.env.Log,
	}
}

// topics are the public feeds as they are at the moment.
func (a *App) topics(ctx context.Context) ([]websub.Topic, error) {
	var topics []websub.Topic
	for _, f := range a.cfg.Feeds {
		for _, format := range a.publisher.Formats() {
			published, err := a.publisher.Serve(ctx, f.Name, format.Name(), domain.Readers{})
			if err != nil {
				return nil, err
			}
			topics = append(topics, websub.Topic{URL: a.cfg.Server.URL + public.FeedPath(f.Name, format.Name()), Version: published.ETag})
		}
	}
	return topics, nil
}

// reachable tells whether strangers may call a server, over TLS.
func reachable(server string) bool {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "https" {
		return false
	}
	host := strings.ToLower(u.Hostname())
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsGlobalUnicast() && !ip.IsPrivate()
	}
	return strings.Contains(host, ".") && !strings.HasSuffix(host, ".local") && !strings.HasSuffix(host, ".internal") &&
		!strings.HasSuffix(host, ".localhost")
}

// GatherHook is the address that a site may POST to when it has published
// something, so that the source is read within a minute. Who knows it can do
// nothing else.
func (a *App) GatherHook(source string) (string, error) {
	if err := a.known(source); err != nil {
		return "", err
	}
	return a.cfg.Server.URL + "/hooks/gather/" + a.hookToken(source), nil
}

func (a *App) hookToken(source string) string {
	mac := hmac.New(sha256.New, a.hooks.key)
	mac.Write([]byte("gather\x00" + source))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

// hookRoutes adds what sites and hubs call.
func (a *App) hookRoutes(site *web.Site) {
	tokens := map[string]string{}
	for _, s := range a.cfg.Sources {
		tokens[a.hookToken(s.Name)] = s.Name
	}
	hook.Gather{Tokens: tokens, Store: a.store, Now: a.env.Now}.Routes(site)
	if a.hooks.hubs != nil {
		hook.WebSub{Path: websub.Path, Subscriptions: a.hooks.hubs}.Routes(site)
	}
}
