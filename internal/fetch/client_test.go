package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

func zipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

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
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
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
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
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

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]time.Duration{
		"":                               0,
		"0":                              0,
		"120":                            2 * time.Minute,
		" 7 ":                            7 * time.Second,
		"-5":                             0,
		"1.5":                            0,
		"soon":                           0,
		"2591999":                        30*24*time.Hour - time.Second,
		"4294967295":                     30 * 24 * time.Hour,
		"99999999999999999999":           0,
		"Fri, 20 Nov 2026 17:01:00 GMT":  time.Minute,
		"Friday, 20-Nov-26 18:00:00 GMT": time.Hour,
		"Fri Nov 20 17:00:30 2026":       30 * time.Second,
		"Fri, 20 Nov 2026 16:59:00 GMT":  0,
		"Fri, 20 Nov 2099 17:00:00 GMT":  30 * 24 * time.Hour,
	} {
		if got := fetch.RetryAfter(value, now()); got != want {
			t.Errorf("RetryAfter(%q) = %s, want %s", value, got, want)
		}
	}
}

func TestBodyLimits(t *testing.T) {
	t.Parallel()
	megabyte := strings.Repeat("a", 1<<20)
	unzippable := func(w http.ResponseWriter, body []byte) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(body)
	}
	for name, tt := range map[string]struct {
		serve http.HandlerFunc
		want  string // in the error; empty is success
	}{
		"exactly at the limit": {
			func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, megabyte[:500_000]) }, "",
		},
		"one byte more": {
			func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, megabyte[:500_001]) },
			"larger than the limit of 500000 bytes",
		},
		"endless": {
			func(w http.ResponseWriter, _ *http.Request) {
				for {
					if _, err := io.WriteString(w, megabyte); err != nil {
						return
					}
				}
			}, "larger than the limit of 500000 bytes",
		},
		"small, unpacks to more than the limit": {
			func(w http.ResponseWriter, _ *http.Request) { unzippable(w, zipped(t, megabyte)) },
			"larger than the limit of 500000 bytes",
		},
		"gzip of nothing, again and again": {
			func(w http.ResponseWriter, _ *http.Request) { unzippable(w, bytes.Repeat(zipped(t, ""), 50_000)) },
			"larger than the limit of 500000 bytes",
		},
		"truncated": {
			func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "100")
				_, _ = io.WriteString(w, "only this")
			}, "breaks off after 9 bytes: unexpected EOF",
		},
		"truncated chunks": {
			func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, "chunk")
				_ = http.NewResponseController(w).Flush()
				panic(http.ErrAbortHandler)
			}, "breaks off after 5 bytes: unexpected EOF",
		},
		"truncated gzip": {
			func(w http.ResponseWriter, _ *http.Request) {
				all := zipped(t, "a feed that goes on for a while")
				unzippable(w, all[:len(all)-9])
			}, "unexpected EOF",
		},
		"gzip only by name": {
			func(w http.ResponseWriter, _ *http.Request) {
				unzippable(w, []byte("<rss>plain text all the way</rss>"))
			},
			"as gzip: gzip: invalid header",
		},
		"other encodings": {
			func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Encoding", "br") },
			`Content-Encoding "br" was not asked for`,
		},
		"endless headers": {
			func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", megabyte) }, "exceeded",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, tt.serve)
			got, err := client(t, fetch.Config{MaxBytes: 500_000}).Get(t.Context(), fetch.Request{URL: s.URL})
			switch {
			case tt.want == "" && (err != nil || len(got.Body) != 500_000):
				t.Errorf("Get: %v, want 500,000 bytes", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("Get: %v, want %q", err, tt.want)
			}
		})
	}
}

func TestCompressionBomb(t *testing.T) {
	t.Parallel()
	bomb := zipped(t, strings.Repeat("\x00", 9_000_000))
	review := zipped(t, strings.Repeat("a", 1<<20)) // as dense, but short
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		if r.URL.Path == "/bomb" {
			_, _ = w.Write(bomb)
			return
		}
		_, _ = w.Write(review)
	})
	c := client(t, fetch.Config{})
	if failed := refusal(t, c, fetch.Request{URL: s.URL + "/bomb"}); !strings.Contains(failed.Error(), "100 times its size") {
		t.Errorf("bomb: %v", failed)
	}
	if _, err := c.Get(t.Context(), fetch.Request{URL: s.URL + "/review"}); err != nil {
		t.Errorf("short and repetitive: %v", err)
	}
}

// stall serves the first bytes and then nothing until the client is gone.
func stall(first string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if first != "" {
			_, _ = io.WriteString(w, first)
			_ = http.NewResponseController(w).Flush()
		}
		<-r.Context().Done()
	}
}

func TestSlow(t *testing.T) {
	t.Parallel()
	const tiny = 50 * time.Millisecond
	for name, tt := range map[string]struct {
		cfg  fetch.Config
		body string
		want string
	}{
		"no answer":       {fetch.Config{Timeout: tiny}, "", "no complete answer within 50ms"},
		"body never ends": {fetch.Config{Timeout: tiny}, "some", "no complete answer within 50ms"},
		"body stalls":     {fetch.Config{Window: tiny}, "some", "too slow: fewer than 1000 bytes in 50ms"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, stall(tt.body))
			failed := refusal(t, client(t, tt.cfg), fetch.Request{URL: s.URL})
			if !strings.Contains(failed.Error(), tt.want) {
				t.Errorf("Get: %v, want %q", failed, tt.want)
			}
			if late := errors.Is(failed, context.DeadlineExceeded); late != (tt.cfg.Timeout > 0) {
				t.Errorf("DeadlineExceeded is %t for %v", late, failed)
			}
		})
	}
}

// A body that keeps its pace is read however many windows it takes.
func TestSteady(t *testing.T) {
	t.Parallel()
	const pieces, window = 8, 200 * time.Millisecond
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		tick := time.NewTicker(window / 4)
		defer tick.Stop()
		for range pieces {
			_, _ = io.WriteString(w, "0123456789")
			_ = http.NewResponseController(w).Flush()
			select {
			case <-tick.C:
			case <-r.Context().Done():
			}
		}
	})
	got, err := client(t, fetch.Config{Window: window, MinBytes: 10}).Get(t.Context(), fetch.Request{URL: s.URL})
	if err != nil || len(got.Body) != pieces*10 {
		t.Errorf("Get: %v, want the whole body", err)
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

func TestRedirects(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var left int
		if n, _ := fmt.Sscanf(r.URL.Path, "/hops/%d", &left); n == 1 && left > 0 {
			http.Redirect(w, r, fmt.Sprintf("%d", left-1), http.StatusFound)
			return
		}
		switch r.URL.Path {
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusMovedPermanently)
		case "/file":
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusSeeOther)
		case "/nowhere":
			w.Header().Set("Location", "http://")
			w.WriteHeader(http.StatusTemporaryRedirect)
		case "/malformed":
			w.Header().Set("Location", "http://[::1")
			w.WriteHeader(http.StatusPermanentRedirect)
		}
	})
	c := client(t, fetch.Config{})
	for path, want := range map[string]string{
		"/hops/5":    "",
		"/hops/6":    "more than 5 redirects",
		"/loop":      "more than 5 redirects",
		"/file":      `redirected to an invalid address: the scheme "file" is neither http nor https`,
		"/nowhere":   "redirected to an invalid address: it names no host",
		"/malformed": "redirected to a malformed address: missing ']' in host",
	} {
		got, err := c.Get(t.Context(), fetch.Request{URL: s.URL + path})
		switch {
		case want == "" && (err != nil || got.URL != s.URL+"/hops/0"):
			t.Errorf("%s: %+v, %v", path, got, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}

func TestRedirectDowngrade(t *testing.T) {
	t.Parallel()
	plain := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the http server was asked") })
	secure := httptest.NewTLSServer(http.RedirectHandler(plain.URL, http.StatusFound))
	t.Cleanup(secure.Close)
	c := client(t, fetch.Config{})
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	c.Trust(roots)
	failed := refusal(t, c, fetch.Request{URL: secure.URL})
	if !strings.Contains(failed.Error(), "redirected from https to http") {
		t.Errorf("Get = %v", failed)
	}
}

// What belongs to one host is told to no other, and to that one again when the
// way leads back.
func TestRedirectSecrets(t *testing.T) {
	t.Parallel()
	type request struct{ Path, Auth, ETag, Modified, Referer string }
	var seen []request
	note := func(r *http.Request) {
		user, _, _ := r.BasicAuth()
		seen = append(seen, request{
			r.Host + r.URL.Path, user, r.Header.Get("If-None-Match"), r.Header.Get("If-Modified-Since"), r.Header.Get("Referer"),
		})
	}
	var home, away *httptest.Server
	home = serve(t, func(w http.ResponseWriter, r *http.Request) {
		note(r)
		switch r.URL.Path {
		case "/start":
			http.Redirect(w, r, "/here", http.StatusFound)
		case "/here":
			http.Redirect(w, r, strings.Replace(away.URL, "//", "//their:own@", 1)+"/away", http.StatusFound)
		}
	})
	away = serve(t, func(w http.ResponseWriter, r *http.Request) {
		note(r)
		http.Redirect(w, r, home.URL+"/back", http.StatusFound)
	})
	got, err := client(t, fetch.Config{}).Get(t.Context(), fetch.Request{
		URL: strings.Replace(home.URL, "//", "//mara:secret@", 1) + "/start", ETag: `"e"`, LastModified: "then",
	})
	if err != nil || got.URL != home.URL+"/back" {
		t.Fatalf("Get = %+v, %v", got, err)
	}
	here, there := strings.TrimPrefix(home.URL, "http://"), strings.TrimPrefix(away.URL, "http://")
	want := []request{
		{here + "/start", "mara", `"e"`, "then", ""},
		{here + "/here", "mara", `"e"`, "then", ""},
		{there + "/away", "", "", "", ""},
		{here + "/back", "mara", `"e"`, "then", ""},
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("requests -want +got:\n%s", diff)
	}
}

func TestInvalidAddress(t *testing.T) {
	t.Parallel()
	c := client(t, fetch.Config{})
	for _, address := range []string{
		"", "feed", "/feed", "//host/feed", "http:", "http://", "http:///feed", "http://:80/", "https:feed",
		"ftp://host/", "file:///etc/passwd", "gopher://host/", "unix:/run/x.sock", "data:,x", "javascript:1",
		"http://[::1", "http://a b/", "http://host:port/", "http://%zz/", "http://host/\n", "mara:secret@host",
		"http://mara:sec ret@host/", "mailto:mara:secret@host",
	} {
		failed := refusal(t, c, fetch.Request{URL: address})
		if !errors.Is(failed, domain.ErrInvalid) || strings.Contains(failed.Error(), "sec") {
			t.Errorf("Get(%q) = %v", address, failed)
		}
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
