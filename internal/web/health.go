package web

import (
	"context"
	"net/http"
	"time"
)

// Pinger can tell whether it works.
type Pinger interface {
	Ping(ctx context.Context) error
}

// Health adds /livez, which answers as long as the process does, and /readyz,
// which answers 503 while the store cannot be used.
func (s *Site) Health(store Pinger) {
	s.mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "alive") })
	s.mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		if err := store.Ping(ctx); err != nil {
			s.log.ErrorContext(ctx, "store does not answer", "err", err)
			say(w, http.StatusServiceUnavailable, "the store does not answer")
			return
		}
		say(w, http.StatusOK, "ready")
	})
}

func say(w http.ResponseWriter, status int, words string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(words + "\n")) //nolint:errcheck // a client that hung up needs no answer
}
