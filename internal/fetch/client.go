package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"time"

	"marquee/internal/answer"
)

// Product is our product token in the User-Agent (RFC 9110 §10.1.5): the name
// by which a site's robots.txt calls us.
const Product = "Marquee"

const (
	maxRedirects   = 5
	maxHeaderBytes = 64 << 10
	connectTimeout = 10 * time.Second
)

// Config is how a client behaves. A field's zero value is its default.
type Config struct {
	Version string         // Marquee's, for the User-Agent; "dev" by default
	Contact string         // where site owners can turn to: "https://…" or an address
	Allow   []netip.Prefix // private networks that may be reached nevertheless, on any port

	Timeout  time.Duration // for a whole answer with its redirects; 30 s by default
	MaxBytes int64         // of a body, encoded and decoded; 10 MB by default
	MaxRatio int64         // decoded bytes for one encoded byte; 100 by default

	// MinBytes must arrive in every Window while a body is read: the minimum
	// rate that no slow server may fall below. 1,000 bytes in 10 s by default.
	MinBytes int64
	Window   time.Duration

	Now func() time.Time // the clock that Retry-After dates are compared with; required
	Log *slog.Logger     // nil is none
	// Heard is told what a server on the web takes the time for when it answers; nil
	// is not. Those that may be reached in private networks may share our clock.
	Heard func(host string, at time.Time)
}

// Client gets documents from strangers. It is safe for concurrent use. Close it
// when it is no longer needed.
type Client struct {
	cfg       Config
	agent     string
	guard     *guard
	dialer    *net.Dialer
	transport *http.Transport
}

// New returns a client. It connects to public addresses on ports 80 and 443,
// and to what cfg allows, whatever a host name resolves to and wherever a
// redirect leads. It keeps no cookies and heeds no proxy of the environment.
func New(cfg Config) *Client {
	cfg.Timeout = cmp.Or(cfg.Timeout, 30*time.Second)
	cfg.MaxBytes = cmp.Or(cfg.MaxBytes, 10_000_000)
	cfg.MaxRatio = cmp.Or(cfg.MaxRatio, 100)
	cfg.MinBytes = cmp.Or(cfg.MinBytes, 1000)
	cfg.Window = cmp.Or(cfg.Window, 10*time.Second)
	cfg.Log = cmp.Or(cfg.Log, slog.New(slog.DiscardHandler))
	c := &Client{cfg: cfg, agent: userAgent(cfg), guard: newGuard(cfg.Allow)}
	c.dialer = &net.Dialer{Timeout: connectTimeout, Control: c.guard.control}
	c.transport = &http.Transport{
		DialContext:            c.dialer.DialContext,
		DisableCompression:     true, // body.go undoes it within limits
		ForceAttemptHTTP2:      true, // net/http gives it up for a DialContext of one's own
		IdleConnTimeout:        time.Minute,
		MaxIdleConns:           100,
		MaxIdleConnsPerHost:    16, // a site of one's own is asked so much at once
		MaxResponseHeaderBytes: maxHeaderBytes,
		TLSHandshakeTimeout:    connectTimeout,
	}
	return c
}

// Transport reaches the web as the client does, past no guard, for clients of
// one API that bring manners and headers of their own.
func (c *Client) Transport() http.RoundTripper { return c.transport }

// Agent is the User-Agent that names us.
func (c *Client) Agent() string { return c.agent }

// userAgent names us and where to complain: "Marquee/1.0 (+https://…)".
func userAgent(cfg Config) string {
	agent := Product + "/" + cmp.Or(cfg.Version, "dev")
	if cfg.Contact != "" {
		agent += " (+" + cfg.Contact + ")"
	}
	return agent
}

// Close lets go of connections that are kept for later requests.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Get asks once and follows at most five redirects. Every error is an *Error;
// it wraps domain.ErrInvalid when the address is none that can be fetched,
// domain.ErrPermanent for 410 Gone, and the context's error when ctx ended.
func (c *Client) Get(ctx context.Context, req Request) (*Response, error) {
	late := fmt.Errorf("no complete answer within %s: %w", c.cfg.Timeout, context.DeadlineExceeded)
	ctx, stop := context.WithTimeoutCause(ctx, c.cfg.Timeout, late)
	defer stop()
	ctx, abort := context.WithCancelCause(ctx)
	defer abort(nil)

	first, err := parse(req.URL)
	if err != nil {
		return nil, &Error{URL: bare(req.URL), Err: err}
	}
	at, moved := first, first // moved is as far as permanent redirects lead
	for range maxRedirects + 1 {
		resp, next, err := c.ask(ctx, abort, req.hop(first, at))
		if err != nil {
			return nil, c.explain(ctx, at, err)
		}
		if next == nil {
			if moved != first {
				resp.Moved = redact(moved)
			}
			return resp, nil
		}
		if at == moved && next.permanent {
			moved = next.to
		}
		at = next.to
	}
	return nil, &Error{URL: redact(at), Err: fmt.Errorf("more than %d redirects", maxRedirects)}
}

// ask asks one host: either it answers or it sends us on to another address.
func (c *Client) ask(ctx context.Context, abort context.CancelCauseFunc, h hop) (*Response, *onward, error) {
	var from net.Addr
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(g httptrace.GotConnInfo) { from = g.Conn.RemoteAddr() }})
	r, err := c.request(ctx, h)
	if err != nil {
		return nil, nil, err
	}
	// RoundTrip, not http.Client: it adds no cookie and no Referer, and
	// redirects are followed by the rules of redirect.go.
	answer, err := c.transport.RoundTrip(r)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = answer.Body.Close() }() // what matters of it has been read
	c.hear(from, answer)
	next, err := redirect(h.url, answer)
	if next != nil || err != nil {
		return nil, next, err
	}
	answer.Body = c.paced(answer.Body, abort)
	resp, err := c.answer(h, answer)
	return resp, nil, err
}

// request writes one hop's request.
func (c *Client) request(ctx context.Context, h hop) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url.String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", c.agent)
	r.Header.Set("Accept", cmp.Or(h.Accept, "*/*"))
	r.Header.Set("Accept-Encoding", "gzip")
	if h.ETag != "" {
		r.Header.Set("If-None-Match", h.ETag)
	}
	if h.LastModified != "" {
		r.Header.Set("If-Modified-Since", h.LastModified)
	}
	if h.user != nil {
		password, _ := h.user.Password()
		r.SetBasicAuth(h.user.Username(), password)
	}
	return r, nil
}

// maxRetryAfter is the longest that a server may ask to be left alone.
const maxRetryAfter = 30 * 24 * time.Hour

// answer turns a host's final word into ours.
func (c *Client) answer(h hop, from *http.Response) (*Response, error) {
	resp := &Response{
		URL:          redact(h.url),
		ContentType:  from.Header.Get("Content-Type"),
		ETag:         from.Header.Get("ETag"),
		LastModified: from.Header.Get("Last-Modified"),
		Header:       from.Header,
	}
	switch {
	case from.StatusCode == http.StatusNotModified && !h.conditional():
		return nil, errors.New("answered 304 Not Modified to a request without validators")
	case from.StatusCode == http.StatusNotModified:
		resp.NotModified = true
		resp.ETag = cmp.Or(resp.ETag, h.ETag)
		resp.LastModified = cmp.Or(resp.LastModified, h.LastModified)
		return resp, nil
	case from.StatusCode != http.StatusOK:
		wait := answer.RetryAfter(from.Header, c.cfg.Now(), maxRetryAfter)
		return nil, &Error{Status: from.StatusCode, RetryAfter: wait, Body: glance(from)}
	}
	var err error
	resp.Body, err = c.read(from)
	return resp, err
}

// explain makes an *Error of whatever went wrong at an address. Why a context
// ended says more than that it did.
func (c *Client) explain(ctx context.Context, at *url.URL, err error) *Error {
	var known *Error
	if !errors.As(err, &known) {
		known = &Error{Err: err}
		if cause := context.Cause(ctx); cause != nil {
			known.Err = cause
		}
	}
	known.URL = redact(at)
	c.cfg.Log.DebugContext(ctx, "fetch failed", "err", known)
	return known
}
