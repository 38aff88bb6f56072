package web

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/sync/singleflight"
)

// Pinger can tell whether it works.
type Pinger interface {
	Ping(ctx context.Context) error
}

// pingTimeout is how long the store may take to answer.
const pingTimeout = 5 * time.Second

// Health adds /livez, which answers as long as the process does, and /readyz,
// which answers 503 while the store cannot be used.
func (s *Site) Health(store Pinger) {
	s.Handle("GET /livez", func(w http.ResponseWriter, _ *http.Request) error {
		return say(w, http.StatusOK, "alive")
	})
	ready := readiness{store: store}
	s.Handle("GET /readyz", func(w http.ResponseWriter, r *http.Request) error {
		if err := ready.check(r.Context()); err != nil {
			s.log.ErrorContext(r.Context(), "store did not answer", "err", err)
			return say(w, http.StatusServiceUnavailable, "the store does not answer")
		}
		return say(w, http.StatusOK, "ready")
	})
}

// readiness asks the store. A ping writes, and anyone may ask: those who ask at
// the same time share one, whoever of them leaves.
type readiness struct {
	store  Pinger
	flight singleflight.Group
}

func (rd *readiness) check(ctx context.Context) error {
	_, err, _ := rd.flight.Do("", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pingTimeout)
		defer cancel()
		return nil, rd.store.Ping(ctx)
	})
	return err
}

// say answers with a line of text.
func say(w http.ResponseWriter, status int, words string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(words + "\n")) // a client that hung up needs no answer
	return nil
}
