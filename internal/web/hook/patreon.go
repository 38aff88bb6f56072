// Package hook serves what other programs call to say that there is something new.
package hook

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"marquee/internal/domain"
	"marquee/internal/patreonapi"
	"marquee/internal/web"
)

// PatreonStore keeps what was told.
type PatreonStore interface {
	// NoteHook enqueues a sync of each roster, unless the event of that key was
	// noted within the last 30 days. All of it is durable when it returns.
	NoteHook(ctx context.Context, key string, at time.Time, rosters []string) error
}

// Patreon takes the events of Patreon's webhooks. What an event says is never
// applied: it may be old, come twice or be made up for a test. It is a reason to
// ask the API, within a minute.
type Patreon struct {
	Secrets []string // one signs; without any there is no such address
	Rosters []string // to be synced
	Store   PatreonStore
	Now     func() time.Time
}

// Routes adds the route to a site.
func (p Patreon) Routes(site *web.Site) {
	if len(p.Secrets) > 0 {
		site.HandleOneClick("/hooks/patreon", p.take)
	}
}

// take answers 2xx when the sync is enqueued, durably: what gets another answer
// is told again. Who cannot sign is told nothing.
func (p Patreon) take(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	raw, err := io.ReadAll(r.Body)
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return nil
	}
	if err != nil {
		return err
	}
	if !patreonapi.VerifyWebhook(raw, r.Header.Get(patreonapi.SignatureHeader), p.Secrets...) {
		w.WriteHeader(http.StatusUnauthorized)
		return nil
	}
	event, err := patreonapi.ParseEvent(r.Header.Get(patreonapi.EventHeader), raw)
	if errors.Is(err, domain.ErrInvalid) { // an event of a later day: telling it again would not help
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	if err != nil {
		return err
	}
	var rosters []string
	if event.About() == "member" {
		rosters = p.Rosters
	}
	if err := p.Store.NoteHook(r.Context(), event.Key, p.Now(), rosters); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
