package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"marquee/internal/fetch"
)

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

// What a server appends to a gzip file costs nothing; several members are one
// body.
func TestBehindGzip(t *testing.T) {
	t.Parallel()
	feed := zipped(t, "<rss/>")
	for name, tt := range map[string]struct {
		body []byte
		want string
	}{
		"a line":      {append(bytes.Clone(feed), "\n<!-- cached -->\n"...), "<rss/>"},
		"zeros":       {append(bytes.Clone(feed), make([]byte, 512)...), "<rss/>"},
		"two members": {append(bytes.Clone(feed), zipped(t, "<!-- cached -->")...), "<rss/><!-- cached -->"},
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(tt.body)
		})
		got, err := client(t, fetch.Config{}).Get(t.Context(), fetch.Request{URL: s.URL})
		if err != nil || string(got.Body) != tt.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// Whatever a server sends, memory stays within a small multiple of the limit.
// Not parallel, so that the figure is its own.
func TestMemoryStaysInBounds(t *testing.T) {
	megabyte := strings.Repeat("\x00", 1<<20)
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	for range 64 {
		_, _ = io.WriteString(w, megabyte)
	}
	_ = w.Close()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		case "/refused":
			w.WriteHeader(http.StatusForbidden)
			fallthrough
		case "/endless":
			for {
				if _, err := io.WriteString(w, megabyte); err != nil {
					return
				}
			}
		case "/moved": // what a redirect has to say is not read
			w.Header().Set("Location", "/small")
			w.WriteHeader(http.StatusFound)
			for range 64 {
				if _, err := io.WriteString(w, megabyte); err != nil {
					return
				}
			}
		}
	})
	c := client(t, fetch.Config{})
	for _, path := range []string{"/bomb", "/refused", "/endless", "/moved"} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := c.Get(t.Context(), fetch.Request{URL: s.URL + path})
		runtime.ReadMemStats(&after)
		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 80<<20 { // half of it without the race detector
			t.Errorf("%s: %d bytes allocated", path, allocated)
		}
		if (err == nil) != (path == "/moved") {
			t.Errorf("%s: %v", path, err)
		}
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
