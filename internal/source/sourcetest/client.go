package sourcetest

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"time"

	"marquee/internal/fetch"
	"marquee/internal/source"
)

// maxRedirects is how many redirects the real client follows.
const maxRedirects = 5

// Client is a source.Getter that asks h in the same process, as the real client
// asks a server: conditional headers, redirects, and a *fetch.Error for every
// answer that is neither 200 nor 304.
func Client(h http.Handler) source.Getter { return client{h} }

type client struct{ h http.Handler }

// Get implements source.Getter.
func (c client) Get(ctx context.Context, req fetch.Request) (*fetch.Response, error) {
	address := req.URL
	for range maxRedirects + 1 {
		rec, err := c.ask(ctx, address, req)
		if err != nil {
			return nil, &fetch.Error{URL: req.URL, Err: err}
		}
		switch rec.Code {
		case http.StatusOK, http.StatusNotModified:
			return response(address, rec), nil
		case http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
			if address, err = follow(address, rec.Header().Get("Location")); err != nil {
				return nil, &fetch.Error{URL: req.URL, Err: err}
			}
		default:
			return nil, &fetch.Error{
				URL: req.URL, Status: rec.Code, RetryAfter: retryAfter(rec.Header()), Body: rec.Body.Bytes(),
			}
		}
	}
	return nil, &fetch.Error{URL: req.URL, Err: errors.New("too many redirects")}
}

func (c client) ask(ctx context.Context, address string, req fetch.Request) (*httptest.ResponseRecorder, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{
		"Accept": req.Accept, "If-None-Match": req.ETag, "If-Modified-Since": req.LastModified,
	} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	rec := httptest.NewRecorder()
	c.h.ServeHTTP(rec, r)
	return rec, ctx.Err() // as on a socket, an answer after the end is no answer
}

func response(address string, rec *httptest.ResponseRecorder) *fetch.Response {
	res := &fetch.Response{
		NotModified:  rec.Code == http.StatusNotModified,
		URL:          address,
		ContentType:  rec.Header().Get("Content-Type"),
		ETag:         rec.Header().Get("ETag"),
		LastModified: rec.Header().Get("Last-Modified"),
		Header:       rec.Header(),
	}
	if !res.NotModified {
		res.Body = rec.Body.Bytes()
	}
	return res
}

func follow(from, to string) (string, error) {
	base, err := url.Parse(from)
	if err != nil {
		return "", err
	}
	next, err := base.Parse(to)
	if err != nil {
		return "", err
	}
	return next.String(), nil
}

func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}
