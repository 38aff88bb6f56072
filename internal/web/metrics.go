package web

import (
	"fmt"
	"net/http"
	"net/netip"

	"marquee/internal/domain"
)

// Metrics adds /metrics for programs on the same machine. How many patrons there
// are is nobody else's business: a request from another machine, or one that a
// proxy passed on, finds no such page.
func (s *Site) Metrics(h http.Handler) {
	s.Handle("GET /metrics", func(w http.ResponseWriter, r *http.Request) error {
		if !local(r) {
			return fmt.Errorf("metrics from afar: %w", domain.ErrNotFound)
		}
		w.Header().Set("Cache-Control", "no-store")
		h.ServeHTTP(w, r)
		return nil
	})
}

// local reports whether a request began on this machine.
func local(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && peer.Addr().Unmap().IsLoopback()
}
