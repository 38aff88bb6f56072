// Package patron serves the pages that patrons reach by the secret in a mail's
// link.
package patron

import (
	"context"
	"net/http"

	"marquee/internal/domain"
	"marquee/internal/token"
	"marquee/internal/web"
)

// Store is what these pages change.
type Store interface {
	SuppressPatron(ctx context.Context, id domain.PatronID, reason domain.SuppressionReason) error
	Unsuppress(ctx context.Context, id domain.PatronID, reason domain.SuppressionReason) error
}

// Routes adds the patrons' pages to a site.
func Routes(site *web.Site, store Store, mint *token.Mint) {
	u := unsubscribe{pages: site.Pages(), store: store, mint: mint}
	site.Handle("GET /u/{token}", u.ask)
	site.HandleOneClick("/u/{token}", u.leave)
	site.Handle("POST /u/{token}/undo", u.stay)
}

// unsubscribe is RFC 8058's address: GET shows a page and changes nothing, so
// that link scanners can do no harm; POST acts, needs neither cookie nor login
// and never redirects (§3.1, §3.2).
type unsubscribe struct {
	pages *web.Pages
	store Store
	mint  *token.Mint
}

// unsubscribeView is what unsubscribe.html.tmpl sees.
type unsubscribeView struct {
	Token string
	State string // ask, left or stayed
}

func (u unsubscribe) ask(w http.ResponseWriter, r *http.Request) error {
	if _, err := u.mint.Open(token.Unsubscribe, r.PathValue("token")); err != nil {
		return err
	}
	return u.show(w, r, "ask")
}

func (u unsubscribe) leave(w http.ResponseWriter, r *http.Request) error {
	id, err := u.mint.Open(token.Unsubscribe, r.PathValue("token"))
	if err != nil {
		return err
	}
	if err := u.store.SuppressPatron(r.Context(), id, domain.Unsubscribed); err != nil {
		return err
	}
	return u.show(w, r, "left")
}

func (u unsubscribe) stay(w http.ResponseWriter, r *http.Request) error {
	id, err := u.mint.Open(token.Unsubscribe, r.PathValue("token"))
	if err != nil {
		return err
	}
	if err := u.store.Unsuppress(r.Context(), id, domain.Unsubscribed); err != nil {
		return err
	}
	return u.show(w, r, "stayed")
}

func (u unsubscribe) show(w http.ResponseWriter, r *http.Request, state string) error {
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("X-Robots-Tag", "noindex")
	return u.pages.Render(w, http.StatusOK, "unsubscribe", web.Page{
		Title: "Unsubscribe", NoIndex: true, Body: unsubscribeView{Token: r.PathValue("token"), State: state},
	})
}
