package public

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/web"
)

const (
	// listedEditions is how many editions the archive lists.
	listedEditions = 200
	// searchedEditions is how many are looked through for an item.
	searchedEditions = 10
)

// editionView is one edition in a list.
type editionView struct {
	Digest       string // its title; may be empty
	Subject, URL string
	Date, ISO    string
}

func (h handlers) editionView(e *domain.Edition) editionView {
	day := e.Day(h.Publication.Zone)
	v := editionView{
		Subject: e.Subject, URL: editionPath(e),
		Date: h.dates.Full(day), ISO: day.String(),
	}
	if i := slices.IndexFunc(h.Digests, func(d config.Digest) bool { return d.Name == e.Digest }); i >= 0 {
		v.Digest = h.Digests[i].Title
	}
	return v
}

func editionPath(e *domain.Edition) string { return "/editions/" + e.Slug() }

func (h handlers) editions(w http.ResponseWriter, r *http.Request) error {
	editions, err := h.Store.Editions(r.Context(), listedEditions)
	if err != nil {
		return err
	}
	views := make([]editionView, len(editions))
	for i := range editions {
		views[i] = h.editionView(&editions[i])
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	return h.pages.Serve(w, r, "editions", web.Page{
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
	rendition, err := h.Store.Rendition(r.Context(), e.ID, domain.Readers{})
	if err != nil {
		return err
	}
	body, err := h.dress(r.Context(), &e, rendition)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Header().Set("Referrer-Policy", "no-referrer")
	// The edition is a mail's document: its styles stand in it, and its prints are
	// at our public address. Strangers' images, of which editions from before there
	// were prints have some, are not fetched.
	w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src 'self' "+h.Publication.Server+domain.PrintPath+
		"; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; base-uri 'none'")
	// Without Last-Modified: the neighbours come and go with the next edition.
	web.Bytes(w, r, web.ETag(body), time.Time{}, body)
	return nil
}

// editionsOf finds, for items, the newest edition that went out with each of
// them: its path, by item.
func (h handlers) editionsOf(ctx context.Context, items []domain.ItemID) (map[domain.ItemID]string, error) {
	found := map[domain.ItemID]string{}
	if len(items) == 0 {
		return found, nil
	}
	editions, err := h.Store.Editions(ctx, searchedEditions)
	if err != nil {
		return nil, err
	}
	for i := range editions {
		if len(found) == len(items) {
			break
		}
		whole, err := h.Store.EditionBySlug(ctx, editions[i].Slug())
		if err != nil {
			return nil, err
		}
		for _, id := range items {
			if found[id] == "" && slices.Contains(whole.Items, id) {
				found[id] = editionPath(&whole)
			}
		}
	}
	return found, nil
}
