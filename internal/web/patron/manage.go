package patron

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"marquee/internal/calendar"
	"marquee/internal/domain"
	"marquee/internal/token"
)

// manageView is what manage.html.tmpl sees.
type manageView struct {
	Token, Form string // of the page, and of its form
	Saved       bool
	Address     string
	Called      string
	Plain       bool
	Languages   []languageView
	DatesIn     string // the language of dates, where it is not the page's
	Label       string // "Screenwriter patrons"
	Patron      bool
	Until       string // when what they are ends; empty when nobody knows
	Missing     bool   // their support is not listed any more, and they stay for now
	NoMail      string // why they get no mail; empty when they do
	Unsubscribe string // its token
	Rights      []rightView
	Digests     []digestView
	Feeds       *feedLinkView // nil for those who have none, and can have none
}

// languageView is a language that dates can be in.
type languageView struct {
	calendar.Choice
	Wanted bool
}

// digestView is one digest that they could get.
type digestView struct {
	Name, Title string
	Wanted      bool
}

func (h *handlers) manage(w http.ResponseWriter, r *http.Request) error {
	return h.showManage(w, r, false)
}

func (h *handlers) showManage(w http.ResponseWriter, r *http.Request, saved bool) error {
	is, err := h.record(r, 1)
	if err != nil {
		return err
	}
	who := is.Readers().Audience
	v := manageView{
		Token: r.PathValue("token"), Form: h.Mint.Make(token.Form, is.ID), Saved: saved, Address: is.Email, Called: is.Called, Plain: is.Plain,
		Languages: languages(is.Dates), DatesIn: h.dates.Wish(is.Dates),
		Label: who.Label(), Patron: who.Standing == domain.Active, Missing: !is.Missing.IsZero(),
		Unsubscribe: h.Mint.Make(token.Unsubscribe, is.ID), Rights: h.rights(who), Digests: h.digests(who, is.Declines),
	}
	if is.Complimentary != nil && !is.Complimentary.Until.IsZero() {
		v.Until = h.dates.For(is.Dates).Day(is.Complimentary.Until.Add(-time.Second))
	}
	if is.Suppression != nil {
		v.NoMail = string(is.Suppression.Reason)
	}
	if v.Feeds, err = h.feedLink(r.Context(), is); err != nil {
		return err
	}
	return h.show(w, http.StatusOK, "manage", "Your page", v)
}

// record is what is held about whose page it is. Who was forgotten is not found.
func (h *handlers) record(r *http.Request, editions int) (domain.PatronRecord, error) {
	id, err := h.Mint.Open(token.Manage, r.PathValue("token"))
	if err != nil {
		return domain.PatronRecord{}, err
	}
	return h.Store.PatronRecord(r.Context(), id, editions)
}

// sent is record for a form, which must have been made for the page's reader.
func (h *handlers) sent(r *http.Request) (domain.PatronRecord, error) {
	is, err := h.record(r, 1)
	if err != nil {
		return is, err
	}
	if err := r.ParseForm(); err != nil {
		return is, fmt.Errorf("%w form: %w", domain.ErrInvalid, err)
	}
	if id, err := h.Mint.Open(token.Form, r.PostForm.Get("form")); err != nil || id != is.ID {
		return is, fmt.Errorf("%w form: it was made for another page", domain.ErrInvalid)
	}
	return is, nil
}

// languages are those that dates can be in.
func languages(wanted string) []languageView {
	var views []languageView
	for _, l := range calendar.Choices() {
		views = append(views, languageView{l, l.Tag == wanted})
	}
	return views
}

// digests are those that somebody could get.
func (h *handlers) digests(who domain.Audience, declines []string) []digestView {
	var views []digestView
	for _, d := range h.Digests {
		if slices.Contains(h.Policy.Recipients(d.To), who) {
			title := d.Title
			if title == "" {
				title = h.Publication.Title
			}
			views = append(views, digestView{Name: d.Name, Title: title, Wanted: !slices.Contains(declines, d.Name)})
		}
	}
	return views
}

// save writes down what they want. Of digests that the page did not show nothing
// changes.
func (h *handlers) save(w http.ResponseWriter, r *http.Request) error {
	is, err := h.sent(r)
	if err != nil {
		return err
	}
	wish := is.Preferences
	if wish.Called, err = domain.ParseCalled(r.PostForm.Get("called")); err != nil {
		return err
	}
	if wish.Dates, err = calendar.Parse(r.PostForm.Get("dates")); err != nil {
		return err
	}
	wish.Plain = r.PostForm.Get("plain") != ""
	for _, d := range h.digests(is.Readers().Audience, nil) {
		wish.Wants(d.Name, slices.Contains(r.PostForm["digest"], d.Name))
	}
	if err := h.Store.SetPreferences(r.Context(), is.ID, wish); err != nil {
		return err
	}
	return h.showManage(w, r, true)
}

// export gives them all that is held about them, as a file.
func (h *handlers) export(w http.ResponseWriter, r *http.Request) error {
	is, err := h.record(r, 0)
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(struct {
		Exported time.Time `json:"exported"`
		domain.PatronRecord
	}{h.Now(), is}, "", "  ")
	if err != nil {
		return err
	}
	private(w.Header())
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="my-data.json"`)
	_, _ = w.Write(append(body, '\n')) // a client that hung up needs no answer
	return nil
}

// eraseView is what erase.html.tmpl sees.
type eraseView struct {
	Token, Form string
	Wrong       bool // the address that was typed is not theirs
	Done        bool
}

func (h *handlers) askErase(w http.ResponseWriter, r *http.Request) error {
	is, err := h.record(r, 1)
	if err != nil {
		return err
	}
	return h.show(w, http.StatusOK, "erase", "Be forgotten", eraseView{Token: r.PathValue("token"), Form: h.Mint.Make(token.Form, is.ID)})
}

// erase forgets them when they type their address, so that nobody else does it
// to whom a letter was forwarded.
func (h *handlers) erase(w http.ResponseWriter, r *http.Request) error {
	is, err := h.sent(r)
	if err != nil {
		return err
	}
	if domain.EmailKey(r.PostForm.Get("address")) != domain.EmailKey(is.Email) {
		v := eraseView{Token: r.PathValue("token"), Form: h.Mint.Make(token.Form, is.ID), Wrong: true}
		return h.show(w, http.StatusBadRequest, "erase", "Be forgotten", v)
	}
	if err := h.Erase(r.Context(), is.ID); err != nil && !errors.Is(err, domain.ErrNotFound) {
		return err
	}
	return h.show(w, http.StatusOK, "erase", "Forgotten", eraseView{Done: true})
}
