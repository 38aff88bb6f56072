package patreonapi_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/patreonapi"
	"marquee/internal/testkit"
)

// world is a Patreon with one campaign, and a client of it whose waiting passes
// Patreon's time.
type world struct {
	*testkit.Patreon
	campaign *testkit.PatreonCampaign
	tokens   *shelf
	waited   []time.Duration
	mu       sync.Mutex
}

func newWorld(cfg testkit.PatreonConfig) *world {
	cfg.ClientID, cfg.ClientSecret, cfg.Access, cfg.Refresh = "client", "client-secret", "access-0", "refresh-0"
	w := &world{Patreon: testkit.NewPatreon(cfg), tokens: &shelf{lock: make(chan struct{}, 1)}}
	w.campaign = w.AddCampaign("700142", "lanternscreen",
		testkit.PatreonTier{ID: "901", Title: "Matinee", Cents: 300}, testkit.PatreonTier{ID: "902", Title: "Screenwriter", Cents: 1000})
	return w
}

func credentials() patreonapi.Credentials {
	return patreonapi.Credentials{AccessToken: "access-0", RefreshToken: "refresh-0", ClientID: "client", ClientSecret: "client-secret"}
}

func (w *world) config() patreonapi.Config {
	return patreonapi.Config{
		Credentials: credentials(), Tokens: w.tokens, Transport: w.Transport(), Agent: "Lantern Screen - Test", Now: w.Now, Wait: w.wait,
	}
}

func (w *world) client() *patreonapi.Client { return patreonapi.New(w.config()) }

func (w *world) wait(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	w.waited = append(w.waited, d)
	w.mu.Unlock()
	w.Advance(d)
	return ctx.Err()
}

// members are all members, as a careful caller gathers them.
func members(ctx context.Context, c *patreonapi.Client) ([]patreonapi.Member, error) {
	var all []patreonapi.Member
	err := c.Members(ctx, "700142", func(p patreonapi.Page[patreonapi.Member]) error {
		if p.First {
			all = nil
		}
		all = append(all, p.Items...)
		return nil
	})
	return all, err
}

// statuses are what a path was answered with.
func (w *world) statuses(path string) []int {
	var all []int
	for _, r := range w.Requests() {
		if r.Path == path {
			all = append(all, r.Status)
		}
	}
	return all
}

const (
	membersPath = "/api/oauth2/v2/campaigns/700142/members"
	tokenPath   = "/api/oauth2/token"
)

// shelf is a token store in memory. Several clients may share it, as several
// instances share a database.
type shelf struct {
	lock chan struct{}

	mu     sync.Mutex
	kept   *patreonapi.Tokens
	saved  []patreonapi.Tokens
	broken int // saves that fail from here on
}

func (s *shelf) Load(context.Context) (patreonapi.Tokens, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil {
		return patreonapi.Tokens{}, domain.ErrNotFound
	}
	return *s.kept, nil
}

func (s *shelf) Save(_ context.Context, t patreonapi.Tokens) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken > 0 {
		s.broken--
		return errors.New("disk full")
	}
	s.kept, s.saved = &t, append(s.saved, t)
	return nil
}

func (s *shelf) WithLock(ctx context.Context, f func(context.Context) error) error {
	select {
	case s.lock <- struct{}{}:
		defer func() { <-s.lock }()
		return f(ctx)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// doing is a transport that does something before each request.
type doing struct {
	http.RoundTripper

	before func(*http.Request)
}

func (d doing) RoundTrip(r *http.Request) (*http.Response, error) {
	d.before(r)
	return d.RoundTripper.RoundTrip(r)
}

func equal[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s are %v, want %v", what, got, want)
	}
}

// handler is a transport to a handler in the same process.
type handler http.HandlerFunc

func (h handler) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	h(rec, r)
	return rec.Result(), nil
}
