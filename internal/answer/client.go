package answer

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"time"
)

// Client asks an API in JSON until there is an answer. It follows no redirect, so
// that the bearer of a token goes nowhere else, and is safe for concurrent use.
type Client struct {
	API string // whose it is, in errors and in the log: "tmdb"
	// Transport leads there. It is used without cookies and redirects.
	Transport http.RoundTripper
	Agent     string // User-Agent
	Limit     int64  // decoded bytes of an answer

	Tries     int           // at one question
	Patience  time.Duration // with a server that asks to be left alone; beyond, the caller decides
	Throttled time.Duration // is waited after a 429 that does not say how long
	// Explain adds to an error what the body of a refusal says; required.
	Explain func(e *Error, body []byte)

	Now func() time.Time
	// Wait waits, or returns the context's error; nil waits by the clock.
	Wait func(ctx context.Context, d time.Duration) error
	Log  *slog.Logger // nil is none
}

// Until asks a question until there is an answer, or no sense in asking again. op
// says what was being done, for errors, which are *Error.
func (c *Client) Until(ctx context.Context, op string, ask func(ctx context.Context) error) error {
	for attempt := 1; ; attempt++ {
		err := ask(ctx)
		if err == nil {
			return nil
		}
		pause, again := c.patience(err, attempt)
		if !again || ctx.Err() != nil {
			return c.Named(op, err)
		}
		if c.Log != nil {
			c.Log.InfoContext(ctx, "api asked again", "api", c.API, "op", op, "attempt", attempt, "wait", pause, "err", err)
		}
		if err := c.Pause(ctx, pause); err != nil {
			return c.Named(op, err)
		}
	}
}

// Do sends a request once and reads its answer, which is a 200 with JSON.
func (c *Client) Do(r *http.Request, into any) error {
	r.Header.Set("User-Agent", c.Agent)
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Accept-Encoding", "gzip")
	answer, err := c.Transport.RoundTrip(r)
	if err != nil {
		return c.lost(r.Context(), err)
	}
	defer func() { _ = answer.Body.Close() }() // what matters of it has been read
	if answer.StatusCode != http.StatusOK {
		return c.refusal(answer)
	}
	body, err := Body(answer, c.Limit)
	if err != nil {
		return c.lost(r.Context(), err)
	}
	e := &Error{API: c.API, Status: answer.StatusCode, Page: isPage(body)}
	if e.Page {
		return e
	}
	if e.Err = JSON(body, into); e.Err != nil {
		return e
	}
	return nil
}

// Pause waits, or returns why the context ended.
func (c *Client) Pause(ctx context.Context, d time.Duration) error {
	if c.Wait != nil {
		return c.Wait(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// isPage reports whether a body is HTML, with which gateways answer in the place
// of what stands behind them.
func isPage(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n\ufeff"), []byte("<"))
}
