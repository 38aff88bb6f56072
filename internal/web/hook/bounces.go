package hook

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"marquee/internal/bounce"
	"marquee/internal/bounce/vendor"
	"marquee/internal/domain"
	"marquee/internal/web"
)

// Bounces takes what providers of mail tell of letters that came back.
type Bounces struct {
	Vendors []vendor.Vendor
	Tell    func(context.Context, bounce.Event) error
	Now     func() time.Time
}

// callsAtOnce is how many calls are read at once: their bodies are in memory, and
// the store writes one thing after another anyway. Others wait their turn.
const callsAtOnce = 32

// Routes adds a route for each provider to a site.
func (b Bounces) Routes(site *web.Site) {
	turns := make(chan struct{}, callsAtOnce)
	for _, v := range b.Vendors {
		site.HandleOneClick("/hooks/bounce/"+v.Name(), func(w http.ResponseWriter, r *http.Request) error {
			select {
			case turns <- struct{}{}:
				defer func() { <-turns }()
			case <-r.Context().Done():
				return r.Context().Err()
			}
			return b.take(v, w, r)
		})
	}
}

// take answers 2xx when everything that was told is durable: what gets another
// answer is told again. Who cannot prove who they are is told nothing.
func (b Bounces) take(v vendor.Vendor, w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	body, err := io.ReadAll(r.Body)
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return nil
	}
	if err != nil {
		return err
	}
	call := vendor.Call{Header: r.Header, Body: body, At: b.Now()}
	call.User, call.Password, _ = r.BasicAuth()
	events, err := v.Read(r.Context(), call)
	switch {
	case errors.Is(err, domain.ErrNotEntitled):
		w.WriteHeader(http.StatusUnauthorized)
		return nil
	case errors.Is(err, domain.ErrInvalid):
		w.WriteHeader(http.StatusBadRequest)
		return nil
	case err != nil:
		return err
	}
	for _, e := range events {
		if err := b.Tell(r.Context(), e); err != nil {
			return err
		}
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
