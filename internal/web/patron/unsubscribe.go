// Package patron serves the pages that patrons reach by the secret in a mail's
// link.
package patron

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

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
// and never redirects (§3.1, §3.2). A POST that does not say what it must is a
// scanner's too, and gets the page.
type unsubscribe struct {
	pages *web.Pages
	store Store
	mint  *token.Mint
}

// unsubscribeView is what unsubscribe.html.tmpl sees.
type unsubscribeView struct {
	Token string
	State state
}

// state is what the page tells.
type state string

const (
	asked  state = "asked"  // shall it be?
	left   state = "left"   // it is done
	stayed state = "stayed" // it is undone
	gone   state = "gone"   // there is nobody to unsubscribe
)

func (u unsubscribe) ask(w http.ResponseWriter, r *http.Request) error {
	if _, err := u.patron(r); err != nil {
		return err
	}
	return u.show(w, r, asked)
}

// leave suppresses the patron's address. A link in an old mail must work for
// ever, so that whoever is not known any more is told what is true of them: they
// get no letters.
func (u unsubscribe) leave(w http.ResponseWriter, r *http.Request) error {
	id, err := u.patron(r)
	if err != nil {
		return err
	}
	if !says(r, "List-Unsubscribe", "One-Click") {
		return u.show(w, r, asked)
	}
	switch err := u.store.SuppressPatron(r.Context(), id, domain.Unsubscribed); {
	case errors.Is(err, domain.ErrNotFound):
		return u.show(w, r, gone)
	case err != nil:
		return err
	}
	return u.show(w, r, left)
}

func (u unsubscribe) stay(w http.ResponseWriter, r *http.Request) error {
	id, err := u.patron(r)
	if err != nil {
		return err
	}
	if !says(r, "undo") {
		return u.show(w, r, left)
	}
	if err := u.store.Unsuppress(r.Context(), id, domain.Unsubscribed); err != nil {
		return err
	}
	return u.show(w, r, stayed)
}

// maxSaid is more than such a form needs, in bytes.
const maxSaid = 64 << 10

// says reports whether the body holds some words. Mail programs write their form
// in either encoding of forms, and not all say in which: the words stand in both
// as they are.
func says(r *http.Request, words ...string) bool {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxSaid))
	if err != nil {
		return false // whoever has hung up
	}
	text := strings.ToLower(string(body))
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, strings.ToLower(word)) })
}

// patron is whose address this is.
func (u unsubscribe) patron(r *http.Request) (domain.PatronID, error) {
	return u.mint.Open(token.Unsubscribe, r.PathValue("token"))
}

func (u unsubscribe) show(w http.ResponseWriter, r *http.Request, st state) error {
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("X-Robots-Tag", "noindex")
	return u.pages.Render(w, http.StatusOK, "unsubscribe", web.Page{
		Title: "Unsubscribe", NoIndex: true, Body: unsubscribeView{Token: r.PathValue("token"), State: st},
	})
}
