package admin

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

const (
	lookEvery = time.Second
	lookFor   = 10 * time.Minute // then the browser asks anew, and must be logged in still
)

// changes tells a browser when the next edition may have changed.
func (h *handlers) changes(w http.ResponseWriter, r *http.Request) error {
	return h.listen(w, r, h.Desk.Version)
}

// editionChanges tells a browser how an edition that is on its way gets on.
func (h *handlers) editionChanges(w http.ResponseWriter, r *http.Request) error {
	e, err := h.stored(r)
	if err != nil {
		return err
	}
	return h.listen(w, r, func(ctx context.Context) (string, error) {
		is, err := h.Store.Edition(ctx, e.ID)
		if err != nil {
			return "", err
		}
		b, err := h.Store.Balance(ctx, e.ID)
		return string(is.State) + " " + b.String(), err
	})
}

// listen tells a browser, as long as it listens, when a version is another than it
// was (HTML Living Standard §9.2, server-sent events).
func (h *handlers) listen(w http.ResponseWriter, r *http.Request, version func(context.Context) (string, error)) error {
	out := http.NewResponseController(w)
	if err := out.SetWriteDeadline(time.Time{}); err != nil {
		return err
	}
	was, err := version(r.Context())
	if err != nil {
		return err
	}
	private(w.Header())
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would wait for more
	look, end := time.NewTicker(lookEvery), time.NewTimer(lookFor)
	defer look.Stop()
	defer end.Stop()
	_, _ = fmt.Fprint(w, ": listening\n\n") // a client that left ends the context
	for out.Flush() == nil {
		select {
		case <-r.Context().Done():
			return nil
		case <-end.C:
			return nil
		case <-look.C:
		}
		is, err := version(r.Context())
		if err != nil {
			return nil // the browser asks again, and hears of it then
		}
		if is != was {
			was = is
			_, _ = fmt.Fprint(w, "event: changed\ndata:\n\n")
		}
	}
	return nil
}
