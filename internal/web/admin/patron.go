package admin

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"marquee/internal/domain"
)

// lettersShown is of how many editions a patron's page tells.
const lettersShown = 12

// patronView is what admin_patron.html.tmpl sees.
type patronView struct {
	domain.PatronRecord
	Label    string // of what they are
	Joined   string
	Silent   string // since when no mail goes to them; empty: it does
	Absent   string // since when their roster does not list them
	Letters  []letterView
	Returned []returnedView
	Refused  string // why what was asked for was not done
}

// letterView is what became of an edition for them.
type letterView struct {
	domain.Receipt
	Path, At string
	Why      string // they have none, as far as it can be told
}

// returnedView is a letter that came back.
type returnedView struct {
	domain.Bounce
	When string
}

// patronPage shows somebody, and why they did not get an edition if they did not.
func (h *handlers) patronPage(w http.ResponseWriter, r *http.Request) error {
	address := strings.TrimSpace(r.URL.Query().Get("email"))
	if address == "" {
		http.Redirect(w, r, "/admin/people", http.StatusSeeOther)
		return nil
	}
	return h.showPatron(w, r, address, nil)
}

func (h *handlers) showPatron(w http.ResponseWriter, r *http.Request, address string, refused error) error {
	who, err := h.Store.PatronByEmail(r.Context(), address)
	if errors.Is(err, domain.ErrNotFound) {
		return h.showPeople(w, r, http.StatusNotFound, peopleView{Asked: address})
	}
	if err != nil {
		return err
	}
	record, err := h.Store.PatronRecord(r.Context(), who.ID, lettersShown)
	if err != nil {
		return err
	}
	v, status := h.patronView(&who, record), http.StatusOK
	if v.Letters, err = h.lettersOf(r.Context(), &who, record.Received); err != nil {
		return err
	}
	if refused != nil {
		v.Refused, status = refused.Error(), http.StatusConflict
	}
	return h.show(w, r, status, "patron", "Somebody", v)
}

func (h *handlers) patronView(who *domain.Patron, record domain.PatronRecord) patronView {
	v := patronView{PatronRecord: record, Label: who.Label(), Joined: h.at(record.Since), Absent: h.at(record.Missing)}
	if record.Suppression != nil {
		v.Silent = h.at(record.Suppression.At)
	}
	for _, b := range record.Bounces {
		v.Returned = append(v.Returned, returnedView{b, h.at(b.At)})
	}
	return v
}

// lettersOf tells what became of editions for somebody.
func (h *handlers) lettersOf(ctx context.Context, who *domain.Patron, received []domain.Receipt) ([]letterView, error) {
	letters := make([]letterView, len(received))
	for i, l := range received {
		e, err := h.Store.Edition(ctx, l.Edition)
		if err != nil {
			return nil, err
		}
		letters[i] = letterView{Receipt: l, Path: editionPath(&e), At: h.at(l.Changed)}
		if l.State == "" {
			letters[i].Why = h.Desk.WhyNot(&e, who)
		}
	}
	return letters, nil
}

// resumePatron lets mail go to somebody again.
func (h *handlers) resumePatron(w http.ResponseWriter, r *http.Request) error {
	address := r.PostFormValue("email")
	who, err := h.Store.PatronByEmail(r.Context(), address)
	if err != nil {
		return err
	}
	err = h.Desk.ResumePatron(r.Context(), who.ID, r.PostFormValue("sure") != "")
	if errors.Is(err, domain.ErrConflict) {
		return h.showPatron(w, r, address, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/admin/people/patron?"+url.Values{"email": {address}}.Encode(), http.StatusSeeOther)
	return nil
}
