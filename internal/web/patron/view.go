package patron

import (
	"errors"
	"fmt"
	"net/http"

	"marquee/internal/domain"
)

// view shows somebody their copy of an edition that has begun to go out: as their
// tier is by now, and as everyone reads it when they are no patron any more.
func (h *handlers) view(w http.ResponseWriter, r *http.Request) error {
	edition, patron, err := h.Mint.OpenView(r.PathValue("token"))
	if err != nil {
		return err
	}
	e, err := h.Store.Edition(r.Context(), edition)
	if err != nil {
		return err
	}
	if e.State != domain.EditionSending && e.State != domain.EditionDone {
		return fmt.Errorf("edition %s is %s: %w", e.Slug(), e.State, domain.ErrNotFound)
	}
	who := domain.Readers{}
	is, err := h.Store.PatronRecord(r.Context(), patron, 1)
	switch {
	case err == nil:
		who = is.Readers()
	case !errors.Is(err, domain.ErrNotFound): // whoever was forgotten is everyone
		return err
	}
	rendition, err := h.Store.Rendition(r.Context(), e.ID, who)
	if errors.Is(err, domain.ErrNotFound) {
		rendition, err = h.Store.Rendition(r.Context(), e.ID, domain.Readers{})
	}
	if err != nil {
		return err
	}
	html, err := h.pages.Corrected(r.Context(), h.Store, &e, rendition.HTML)
	if err != nil {
		return err
	}
	private(w.Header())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	// The edition is a mail's document, as in its public copy.
	w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src 'self' "+h.Publication.Server+domain.PrintPath+
		"; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'")
	_, _ = w.Write([]byte(html)) // a client that hung up needs no answer
	return nil
}
