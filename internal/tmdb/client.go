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
)

// Site is where the API is.
const Site = "https://api.themoviedb.org/3"

const (
	askTime     = 20 * time.Second
	apart       = 50 * time.Millisecond // between two questions: half of what TMDB bears
	attempts    = 3                     // at one question
	maxPatience = 30 * time.Second      // with a server that asks to be left alone; beyond, the caller decides
	shortWait   = 10 * time.Second      // after a 429 that does not say how long
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

	mu   sync.Mutex
	free time.Time // when the next question may be asked
}

// New returns a client. It asks nothing yet.
func New(cfg Config) *Client {
	cfg.Base = cmp.Or(cfg.Base, Site)
	cfg.Log = cmp.Or(cfg.Log, slog.New(slog.DiscardHandler))
	if cfg.Wait == nil {
		cfg.Wait = wait
	}
	return &Client{cfg: cfg}
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// get asks one question until there is an answer, and decodes it. op says what
// was being done, for errors.
func (c *Client) get(ctx context.Context, op, path string, query url.Values, into any) error {
	for attempt := 1; ; attempt++ {
		err := c.turn(ctx)
		if err == nil {
			err = c.ask(ctx, path, query, into)
		}
		if err == nil {
			return nil
		}
		pause, again := patience(err, attempt)
		if !again || ctx.Err() != nil {
			return named(op, err)
		}
		c.cfg.Log.DebugContext(ctx, "tmdb asked again", "op", op, "attempt", attempt, "wait", pause, "err", err)
		if err := c.cfg.Wait(ctx, pause); err != nil {
			return named(op, err)
		}
	}
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
	return c.cfg.Wait(ctx, pause)
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
	r.Header.Set("User-Agent", c.cfg.Agent)
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Accept-Encoding", "gzip")
	answer, err := c.cfg.Transport.RoundTrip(r)
	if err != nil {
		return lost(ctx, err)
	}
	defer func() { _ = answer.Body.Close() }() // what matters of it has been read
	if answer.StatusCode != http.StatusOK {
		return refusal(answer, c.cfg.Now())
	}
	if err := decode(answer, into); err != nil {
		return lost(ctx, err)
	}
	return nil
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
