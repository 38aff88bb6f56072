package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"marquee/internal/domain"
	"marquee/internal/fetch"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

func now() time.Time { return time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC) }

// client is a client that may talk to test servers.
func client(t *testing.T, cfg fetch.Config) *fetch.Client {
	t.Helper()
	cfg.Allow, cfg.Now = loopback, now
	c := fetch.New(cfg)
	t.Cleanup(c.Close)
	return c
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// refusal gets a URL and wants an *Error.
func refusal(t *testing.T, c *fetch.Client, req fetch.Request) *fetch.Error {
	t.Helper()
	resp, err := c.Get(t.Context(), req)
	var failed *fetch.Error
	if !errors.As(err, &failed) {
		t.Fatalf("Get(%q) = %+v, %v; want an *Error", req.URL, resp, err)
	}
	return failed
}

// withoutHeader leaves all that the server adds by itself out of a comparison.
var withoutHeader = cmpopts.IgnoreFields(fetch.Response{}, "Header")

func TestGet(t *testing.T) {
	t.Parallel()
	var seen http.Header
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("ETag", `W/"5"`)
		w.Header().Set("Last-Modified", "Fri, 20 Nov 2026 10:00:00 GMT")
		http.SetCookie(w, &http.Cookie{Name: "track", Value: "me"})
		_, _ = w.Write(zipped(t, "<rss/>"))
	})
	c := client(t, fetch.Config{Version: "1.2", Contact: "https://lanternscreen.example/feeds"})
	req := fetch.Request{URL: s.URL + "/feed#top", Accept: "application/rss+xml", ETag: `"4"`, LastModified: "yesterday"}
	for range 2 { // twice: a cookie would come back
		got, err := c.Get(t.Context(), req)
		want := &fetch.Response{
			URL: s.URL + "/feed", ContentType: "application/rss+xml; charset=utf-8", Body: []byte("<rss/>"),
			ETag: `W/"5"`, LastModified: "Fri, 20 Nov 2026 10:00:00 GMT",
		}
		if diff := cmp.Diff(want, got, withoutHeader); err != nil || diff != "" {
			t.Fatalf("Get = %v; -want +got:\n%s", err, diff)
		}
	}
	want := http.Header{
		"User-Agent":        {"Marquee/1.2 (+https://lanternscreen.example/feeds)"},
		"Accept":            {"application/rss+xml"},
		"Accept-Encoding":   {"gzip"},
		"If-None-Match":     {`"4"`},
		"If-Modified-Since": {"yesterday"},
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("request headers -want +got:\n%s", diff)
	}
}

func TestGetWithoutValidatorsSendsNone(t *testing.T) {
	t.Parallel()
	var seen http.Header
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { seen = r.Header.Clone() })
	got, err := client(t, fetch.Config{}).Get(t.Context(), fetch.Request{URL: s.URL})
	if err != nil || got.NotModified || got.ETag != "" || len(got.Body) != 0 {
		t.Errorf("Get = %+v, %v; want an empty 200", got, err)
	}
	want := http.Header{"User-Agent": {"Marquee/dev"}, "Accept": {"*/*"}, "Accept-Encoding": {"gzip"}}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("request headers -want +got:\n%s", diff)
	}
}

func TestNotModified(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/renewed" {
			w.Header().Set("ETag", `"new"`)
		}
		w.WriteHeader(http.StatusNotModified)
	})
	c := client(t, fetch.Config{})
	for _, tt := range []struct {
		path, etag, modified string
		wantETag             string
	}{
		{"/", `"old"`, "then", `"old"`},
		{"/", "", "then", ""},
		{"/renewed", `"old"`, "then", `"new"`},
	} {
		got, err := c.Get(t.Context(), fetch.Request{URL: s.URL + tt.path, ETag: tt.etag, LastModified: tt.modified})
		want := &fetch.Response{NotModified: true, URL: s.URL + tt.path, ETag: tt.wantETag, LastModified: tt.modified}
		if diff := cmp.Diff(want, got, withoutHeader); err != nil || diff != "" {
			t.Errorf("Get(%s) = %v; -want +got:\n%s", tt.path, err, diff)
		}
	}
	failed := refusal(t, c, fetch.Request{URL: s.URL})
	if !strings.Contains(failed.Error(), "304 Not Modified to a request without validators") {
		t.Errorf("Get without validators: %v", failed)
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "120")
		var code int
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &code)
		w.WriteHeader(code)
	})
	c := client(t, fetch.Config{})
	for _, code := range []int{204, 206, 300, 302, 400, 401, 403, 404, 410, 429, 500, 503} {
		failed := refusal(t, c, fetch.Request{URL: fmt.Sprintf("%s/%d", s.URL, code)})
		if failed.Status != code || failed.RetryAfter != 2*time.Minute {
			t.Errorf("%d: Status %d, RetryAfter %s", code, failed.Status, failed.RetryAfter)
		}
		want := fmt.Sprintf("fetch %s/%d: answered %d %s", s.URL, code, code, http.StatusText(code))
		if failed.Error() != want {
			t.Errorf("Error() = %q, want %q", failed, want)
		}
		if got := errors.Is(failed, domain.ErrPermanent); got != (code == 410) {
			t.Errorf("%d: permanent is %t", code, got)
		}
	}
}

// What an answer says beside its document is the caller's to read: headers of
// its own, and why a request was refused, as far as that is short.
func TestHeaderAndReason(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-WP-Total", "29")
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"code":"rest_forbidden"}`))
		case "/zipped":
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write(zipped(t, "<title>No</title>"))
		case "/broken":
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte("no gzip"))
		case "/long":
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write(make([]byte, 1<<20))
		}
	})
	c := client(t, fetch.Config{})
	if got, err := c.Get(t.Context(), fetch.Request{URL: s.URL}); err != nil || got.Header.Get("X-WP-Total") != "29" {
		t.Errorf("Get = %+v, %v", got, err)
	}
	for path, want := range map[string]string{
		"/gone": `{"code":"rest_forbidden"}`, "/zipped": "<title>No</title>", "/broken": "", "/long": string(make([]byte, 16<<10)),
	} {
		failed := refusal(t, c, fetch.Request{URL: s.URL + path})
		if string(failed.Body) != want || strings.Contains(failed.Error(), "No") {
			t.Errorf("%s: %d bytes of a body, error %v", path, len(failed.Body), failed)
		}
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := client(t, fetch.Config{}).Get(ctx, fetch.Request{URL: s.URL})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Get = %v, want context.Canceled", err)
	}
}

func TestErrorsNameNoUser(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/break" {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(http.StatusTeapot)
	})
	for _, path := range []string{"/teapot", "/break"} {
		u, err := url.Parse(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.UserPassword("mara", "secret")
		failed := refusal(t, client(t, fetch.Config{}), fetch.Request{URL: u.String()})
		if text := failed.Error(); !strings.HasPrefix(text, "fetch "+s.URL+path+": ") ||
			strings.Contains(text, "mara") || strings.Contains(text, "secret") {
			t.Errorf("Error() = %q", text)
		}
	}
}
