package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// sick is a store that takes a second to fail.
type sick struct{ pings atomic.Int32 }

func (s *sick) Ping(ctx context.Context) error {
	s.pings.Add(1)
	select {
	case <-time.After(time.Second):
		return errors.New("disk on fire")
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	s := bare(t)
	store := new(sick)
	s.site.Health(store)
	if g := s.get(t, "/livez").is(t, http.StatusOK); g.body != "alive\n" || g.Header.Get("Cache-Control") != "no-store" || store.pings.Load() > 0 {
		t.Errorf("alive: %q, %v, %d pings", g.body, g.Header, store.pings.Load())
	}
	open(t).get(t, "/readyz").is(t, http.StatusOK)
}

// Those who ask at the same time share one ping, also when the first of them
// leaves.
func TestReadiness(t *testing.T) {
	t.Parallel()
	s := bare(t) // sockets do not belong in the bubble
	store := new(sick)
	s.site.Health(store)
	synctest.Test(t, func(t *testing.T) {
		ask := func(ctx context.Context) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			s.site.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/readyz", http.NoBody))
			return w
		}
		hasty, leave := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() { ask(hasty) })
		synctest.Wait()
		for range 20 {
			all.Go(func() {
				if w := ask(t.Context()); w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "fire") {
					t.Errorf("%d %q", w.Code, w.Body)
				}
			})
		}
		synctest.Wait()
		leave()
		all.Wait()
		if n := store.pings.Load(); n != 1 {
			t.Errorf("%d pings", n)
		}
		if !strings.Contains(s.log.String(), "disk on fire") {
			t.Errorf("log: %s", s.log)
		}
	})
}
