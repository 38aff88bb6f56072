package public

import (
	"fmt"
	"net/http"
	"time"

	"marquee/internal/domain"
	"marquee/internal/web"
)

// listedEditions is how many editions the archive lists.
const listedEditions = 200

// editionView is one edition in a list.
type editionView struct {
	Subject, URL, Date, ISO string
}

func (h handlers) editionView(e domain.Edition) editionView {
	day := e.Slot.Date().In(time.UTC)
	return editionView{
		Subject: e.Subject, URL: "/editions/" + e.Slug(),
		Date: day.Format("Monday, January 2, 2006"), ISO: day.Format(time.DateOnly),
	}
}

func (h handlers) editions(w http.ResponseWriter, r *http.Request) error {
	editions, err := h.Store.Editions(r.Context(), listedEditions)
	if err != nil {
		return err
	}
	views := make([]editionView, len(editions))
	for i, e := range editions {
		views[i] = h.editionView(e)
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	return h.pages.Render(w, http.StatusOK, "editions", web.Page{
		Title: "Editions", Path: "/editions/", Alternates: h.alternates(), Body: views,
	})
}

// edition shows the public copy of an edition that has begun to go out. One
// that is still frozen or held is nobody's business yet.
func (h handlers) edition(w http.ResponseWriter, r *http.Request) error {
	e, err := h.Store.EditionBySlug(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	if e.State != domain.EditionSending && e.State != domain.EditionDone {
		return fmt.Errorf("edition %s is %s: %w", e.Slug(), e.State, domain.ErrNotFound)
	}
	rendition, err := h.Store.Rendition(r.Context(), e.ID, domain.Audience{})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	// The edition is a mail's document: its styles stand in it.
	w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src *; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'")
	web.Bytes(w, r, web.ETag([]byte(rendition.HTML)), e.Frozen, []byte(rendition.HTML))
	return nil
}
