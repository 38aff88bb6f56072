// Package tmdb asks TMDB, the film database, about films and where they can be
// seen (API version 3). It believes nothing without looking: answers are bounded,
// and what is not what it should be is left out.
package tmdb

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"marquee/internal/answer"
)

// Site is where the API is.
const Site = "https://api.themoviedb.org/3"

const (
	maxBody     = 4 << 20 // decoded bytes of an answer; those with all regions are about 100 KB
	askTime     = 20 * time.Second
	apart       = 50 * time.Millisecond // between two questions: half of what TMDB bears
	maxPatience = 30 * time.Second
)

// Config is what a client needs.
type Config struct {
	Token string // a v4 API Read Access Token, or a v3 API key; required
	// Language is that of titles and genres, "en-US"; required.
	Language string
	// Transport leads to TMDB; required. It is used without cookies and redirects.
	Transport http.RoundTripper
	Agent     string // User-Agent
	Base      string // replaces Site, for tests

	Now func() time.Time // required
	// Wait waits, or returns the context's error; nil waits by the clock.
	Wait func(ctx context.Context, d time.Duration) error
	Log  *slog.Logger // nil is none
}

// Client asks TMDB, one question after the other. It is safe for concurrent use.
type Client struct {
	cfg Config
	api *answer.Client

	mu   sync.Mutex
	free time.Time // when the next question may be asked
}

// New returns a client. It asks nothing yet.
func New(cfg Config) *Client {
	cfg.Base = cmp.Or(cfg.Base, Site)
	return &Client{cfg: cfg, api: &answer.Client{
		API: "tmdb", Transport: cfg.Transport, Agent: cfg.Agent, Limit: maxBody,
		Tries: 3, Patience: maxPatience, Throttled: 10 * time.Second, Explain: explain,
		Now: cfg.Now, Wait: cfg.Wait, Log: cfg.Log,
	}}
}

// get asks one question until there is an answer, and decodes it. op says what
// was being done, for errors, which are *answer.Error.
func (c *Client) get(ctx context.Context, op, path string, query url.Values, into any) error {
	return c.api.Until(ctx, op, func(ctx context.Context) error {
		if err := c.turn(ctx); err != nil {
			return err
		}
		return c.ask(ctx, path, query, into)
	})
}

// turn waits until a question may be asked.
func (c *Client) turn(ctx context.Context) error {
	c.mu.Lock()
	now := c.cfg.Now()
	pause := min(max(c.free.Sub(now), 0), maxPatience) // a clock that was set back must not stop us
	c.free = now.Add(pause + apart)
	c.mu.Unlock()
	if pause == 0 {
		return nil
	}
	return c.api.Pause(ctx, pause)
}

// ask asks once.
func (c *Client) ask(ctx context.Context, path string, query url.Values, into any) error {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.cfg.Base+path, http.NoBody)
	if err != nil {
		return err
	}
	c.sign(r, query)
	return c.api.Do(r, into)
}

// sign says who asks: a token of version 4 in a header, a key of version 3 in
// the query.
func (c *Client) sign(r *http.Request, query url.Values) {
	if query == nil {
		query = url.Values{}
	}
	if strings.Contains(c.cfg.Token, ".") { // a JSON Web Token
		r.Header.Set("Authorization", "Bearer "+c.cfg.Token)
	} else {
		query.Set("api_key", c.cfg.Token)
	}
	r.URL.RawQuery = query.Encode()
}
