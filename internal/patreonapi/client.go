package patreonapi

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"marquee/internal/answer"
)

// Site is where Patreon is, and what relative addresses of posts start at.
const Site = "https://www.patreon.com"

const (
	maxBody     = 32 << 20 // decoded bytes of an answer
	askTime     = time.Minute
	maxPatience = 2 * time.Minute
)

// Config is what a client needs.
type Config struct {
	Credentials Credentials
	// Tokens keeps the pair of tokens as it changes; nil never refreshes it.
	Tokens TokenStore
	// Transport leads to Patreon; required. It is used without cookies, proxies
	// and redirects.
	Transport http.RoundTripper
	// Agent is the User-Agent, without which Patreon drops calls; required.
	Agent string
	// Base replaces Site, for tests.
	Base string

	Now func() time.Time // required
	// Wait waits, or returns the context's error; nil waits by the clock.
	Wait func(ctx context.Context, d time.Duration) error
	Log  *slog.Logger // nil is none
}

// Client asks Patreon. It is safe for concurrent use.
type Client struct {
	cfg Config
	api *answer.Client

	mu      sync.Mutex
	tokens  *Tokens // as last seen; nil before the first question
	unsaved *Tokens // that Patreon gave and that could not be stored

	renewing chan struct{} // holds one token while nobody renews
}

// New returns a client. It asks nothing yet.
func New(cfg Config) *Client {
	cfg.Base = cmp.Or(cfg.Base, Site)
	cfg.Log = cmp.Or(cfg.Log, slog.New(slog.DiscardHandler))
	c := &Client{cfg: cfg, renewing: make(chan struct{}, 1), api: &answer.Client{
		API: "patreon", Transport: cfg.Transport, Agent: cfg.Agent, Limit: maxBody,
		Tries: 5, Patience: maxPatience, Throttled: time.Minute, Explain: explain,
		Now: cfg.Now, Wait: cfg.Wait, Log: cfg.Log,
	}}
	c.renewing <- struct{}{}
	return c
}

// get asks one question until there is an answer, and decodes it into a document.
// op says what was being done, for errors, which are *answer.Error.
func (c *Client) get(ctx context.Context, op, path string, query url.Values, into any) error {
	return c.api.Until(ctx, op, func(ctx context.Context) error { return c.try(ctx, path, query, into) })
}

// renewals are how many other pairs of tokens one question tries: what another
// instance has stored may have expired in its turn.
const renewals = 2

// try asks once, and once more with each other token when the first is not taken.
func (c *Client) try(ctx context.Context, path string, query url.Values, into any) error {
	tokens, err := c.current(ctx)
	if err != nil {
		return err
	}
	for range renewals {
		err := c.ask(ctx, path, query, tokens.Access, into)
		if !unauthorized(err) {
			return err
		}
		if tokens, err = c.renew(ctx, tokens.Access); err != nil {
			return err
		}
	}
	if err = c.ask(ctx, path, query, tokens.Access, into); unauthorized(err) {
		return c.refuse(ctx, tokens)
	}
	return err
}

// ask asks once with a token.
func (c *Client) ask(ctx context.Context, path string, query url.Values, token string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.cfg.Base+path, http.NoBody)
	if err != nil {
		return err
	}
	r.URL.RawQuery = query.Encode() // which escapes the brackets that Patreon refuses when they are bare
	r.Header.Set("Authorization", "Bearer "+token)
	return c.api.Do(r, into)
}
