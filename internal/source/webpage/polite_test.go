package webpage_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/source"
)

func TestRobots(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer string
		want   string // of the error; empty when the list may be read
	}{
		"nothing forbidden": {"200 OK\n\nUser-agent: *\nDisallow: /members/\n", ""},
		"not there":         {"404 Not Found\n\n", ""},
		"secret":            {"403 Forbidden\n\n", ""},
		"gone":              {"410 Gone\n\n", ""},
		"a page":            {"200 OK\nContent-Type: text/html\n\n<title>Hi</title>", ""},
		"our turn to leave": {"200 OK\n\nUser-agent: marquee\nDisallow: /\n\nUser-agent: *\nDisallow:\n", home + "/robots.txt forbids " + home + "/reviews/"},
		"the list":          {"200 OK\n\nUser-agent: *\nDisallow: /reviews\n", "read list: permanent failure: " + home + "/robots.txt forbids"},
		"broken":            {"500 Internal Server Error\n\n", "robots.txt, without which nothing may be read: fetch " + home + "/robots.txt: answered 500"},
		"busy":              {"429 Too Many Requests\nRetry-After: 60\n\n", "without which nothing may be read"},
		"moved in a circle": {"301 Moved Permanently\nLocation: /robots.txt\n\n", "without which nothing may be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.page("/reviews/", listed("", "a"))
			w.answer("/robots.txt", c.answer)
			if c.want == "" {
				w.read(plain, nil)
				return
			}
			w.fails(plain, nil, c.want)
			if asked := w.asked(); len(asked) > 0 {
				t.Errorf("asked for %v nevertheless", asked)
			}
			_, err := newReader(t, w.env, plain).Read(t.Context(), nil)
			if forbidden := strings.Contains(err.Error(), "forbids"); errors.Is(err, domain.ErrPermanent) != forbidden {
				t.Errorf("%v: permanent must be what a site forbids, and not an error of its server", err)
			}
		})
	}
}

// A robots.txt is asked for once a day, over restarts, and what it says then counts.
func TestRobotsAreRemembered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	now := clock()
	w.env.Now = func() time.Time { return now }
	w.page("/reviews/", listed("", "a"))
	w.answer("/robots.txt", "200 OK\n\nUser-agent: *\nDisallow: /x\n")
	state := w.read(plain, nil).State
	count := func() (n int) {
		for _, r := range w.Requests() {
			if r.Target == "/robots.txt" {
				n++
			}
		}
		return n
	}
	for _, step := range []struct {
		after time.Duration
		asked int
	}{{time.Hour, 1}, {22 * time.Hour, 1}, {2 * time.Hour, 2}, {23 * time.Hour, 2}, {-48 * time.Hour, 3}} {
		now = now.Add(step.after)
		state = w.read(plain, state).State // by a reader that knows nothing else
		if count() != step.asked {
			t.Fatalf("%v later: asked %d times, want %d", step.after, count(), step.asked)
		}
	}
	now = now.Add(25 * time.Hour)
	w.answer("/robots.txt", "200 OK\n\nUser-agent: *\nDisallow: /\n")
	w.fails(plain, state, "forbids "+home+"/reviews/")
	w.answer("/robots.txt", "503 Service Unavailable\nRetry-After: 600\n\n")
	w.fails(plain, state, "look for news: robots.txt, without which")
}

func TestRobotsForbidPieces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	site(t, w)
	w.answer("/reviews/the-orchard-telegraph/", "302 Found\nLocation: /members/orchard/\n\n")
	w.page("/members/orchard/", "<p>For members.")
	for _, raw := range w.read(cards, nil).Items[1:] {
		before := raw
		err := w.detail(cards, &raw)
		if err == nil || !strings.Contains(err.Error(), home+"/robots.txt forbids "+home+"/members/") || raw.Content != before.Content {
			t.Errorf("%s: %v, content %q", raw.URL, err, raw.Content)
		}
	}
}

// stopwatch notes when requests for pages come.
type stopwatch struct {
	source.Getter
	at []time.Time
}

func (s *stopwatch) Get(ctx context.Context, req fetch.Request) (*fetch.Response, error) {
	if !strings.HasSuffix(req.URL, "/robots.txt") {
		s.at = append(s.at, time.Now())
	}
	return s.Getter.Get(ctx, req)
}

func TestCrawlDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.env.Now = time.Now
		watch := &stopwatch{Getter: w.env.Client}
		w.env.Client = watch
		w.page("/reviews/", listed("?p=2", "a"))
		w.page("/reviews/?p=2", listed("", "b"))
		w.page("/r/a", "<article>A")
		w.answer("/robots.txt", "200 OK\n\nUser-agent: *\nCrawl-delay: 10\n")
		r := newReader(t, w.env, plain+"  next: .next\n")
		res, err := r.Read(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		piece := r.(source.Detailer)
		if err := piece.Detail(t.Context(), &res.Items[0]); err != nil {
			t.Error(err)
		}
		for i, want := range []time.Duration{0, 10 * time.Second, 20 * time.Second} {
			if len(watch.at) <= i || watch.at[i].Sub(watch.at[0]) != want {
				t.Fatalf("request %d came at %v, want %v after the first", i, watch.at, want)
			}
		}

		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
		defer cancel()
		if err := piece.Detail(ctx, &res.Items[0]); err == nil || !strings.Contains(err.Error(), "asks for 10s between two requests") {
			t.Errorf("no time left: %v", err)
		}
		if time.Since(began) > 0 {
			t.Error("it waited for what could not be")
		}
		ctx, cancel = context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if err := piece.Detail(ctx, &res.Items[0]); !errors.Is(err, context.Canceled) || time.Since(began) != time.Second {
			t.Errorf("cancelled after %v: %v", time.Since(began), err)
		}
	})
}

// serve is a server of the loopback, and a real client that may go there.
func serve(t *testing.T, h http.HandlerFunc, cfg fetch.Config) (*httptest.Server, *fetch.Client) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	cfg.Now, cfg.Allow = clock, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	client := fetch.New(cfg)
	t.Cleanup(client.Close)
	return s, client
}

// The name by which robots.txt calls us is the one that the fetcher sends.
func TestRobotsNameIsSent(t *testing.T) {
	t.Parallel()
	var agent atomic.Value
	s, client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		agent.Store(r.UserAgent())
		if r.URL.Path == "/robots.txt" {
			_, _ = w.Write([]byte("User-agent: Marquee\nDisallow: /\n"))
		}
	}, fetch.Config{})
	w := newWorld(t)
	w.env.Client = client
	w.fails(strings.ReplaceAll(plain, home, s.URL), nil, "forbids")
	if sent, _ := agent.Load().(string); !strings.HasPrefix(sent, "Marquee/") {
		t.Errorf("sent %q", sent)
	}
}

func TestEndlessPage(t *testing.T) {
	t.Parallel()
	s, client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		for line := []byte(listed("", "a", "b")); ; {
			if _, err := w.Write(line); err != nil {
				return
			}
		}
	}, fetch.Config{MaxBytes: 1 << 20})
	w := newWorld(t)
	w.env.Client = client
	w.fails(strings.ReplaceAll(plain, home, s.URL), nil, "read list: ", s.URL+"/reviews/", "larger than the limit of 1048576 bytes")
}
