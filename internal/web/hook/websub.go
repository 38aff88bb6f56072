package hook

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	"marquee/internal/domain"
	"marquee/internal/web"
)

// Subscriptions take what hubs say.
type Subscriptions interface {
	// Confirm is what is to be echoed to a hub that wants to know whether we meant
	// it; ErrNotFound when we did not.
	Confirm(ctx context.Context, token string, q url.Values) (echo string, err error)
	// Told takes what a hub sends; ErrNotFound at an address that is none.
	Told(ctx context.Context, token, signature string, body []byte) error
}

// WebSub takes the calls of WebSub hubs.
type WebSub struct {
	Path          string // that a subscription's secret follows
	Subscriptions Subscriptions
}

// Routes adds the routes to a site.
func (s WebSub) Routes(site *web.Site) {
	site.Handle("GET "+s.Path+"{token}", s.confirm)
	site.HandleOneClick(s.Path+"{token}", s.take)
}

// confirm is the only GET here that changes something: WebSub §5.3 has it so, and
// only who was asked to can know the address.
func (s WebSub) confirm(w http.ResponseWriter, r *http.Request) error {
	echo, err := s.Subscriptions.Confirm(r.Context(), r.PathValue("token"), r.URL.Query())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, echo) //nolint:gosec // plain text, which no browser takes for a page
	return nil
}

// take answers 2xx whatever was sent (WebSub §7.1), and 410 at an address that is
// none: then the hub stops (§7).
func (s WebSub) take(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	body, err := io.ReadAll(r.Body)
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		w.WriteHeader(http.StatusAccepted) // it cannot be checked, and says nothing
		return nil
	}
	if err != nil {
		return err
	}
	err = s.Subscriptions.Told(r.Context(), r.PathValue("token"), r.Header.Get("X-Hub-Signature"), body)
	switch {
	case errors.Is(err, domain.ErrNotFound):
		w.WriteHeader(http.StatusGone)
		return nil
	case err != nil:
		return err
	}
	w.WriteHeader(http.StatusAccepted)
	return nil
}
