package admin

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"marquee/internal/domain"
)

// previewView is what admin_preview.html.tmpl sees.
type previewView struct {
	Title, Back        string
	Subject, Preheader string
	Form               string // html, text or source
	Forms              []choice
	Who                []choice
	Patron             string // whose letter it is, when it is one's
	Text               string
	Frames             []frameView
	Changes            string // where changes are told; empty when nothing can change
	Size               string
	Action             string // of the form that asks for a patron
}

// choice is one of several links.
type choice struct {
	Label, URL string
	Here       bool
}

// frameView is the letter in a window of some width.
type frameView struct {
	Label, URL, Class string
}

// viewer is for whom a preview is: an audience by its key, or a patron by address.
func (h *handlers) viewer(r *http.Request, digest string) (domain.Patron, error) {
	audiences := h.Audiences(digest)
	q := r.URL.Query()
	if address := q.Get("patron"); address != "" {
		return h.Store.PatronByEmail(r.Context(), address)
	}
	key := cmp.Or(q.Get("as"), r.PostFormValue("as"))
	if key == "" {
		return sample(audiences[len(audiences)-1]), nil // who sees the most
	}
	i := slices.IndexFunc(audiences, func(a domain.Audience) bool { return a.Key() == key })
	if i < 0 {
		return domain.Patron{}, fmt.Errorf("audience %q: %w", key, domain.ErrNotFound)
	}
	return sample(audiences[i]), nil
}

// sample is somebody of an audience.
func sample(a domain.Audience) domain.Patron {
	return domain.Patron{Name: "Alex", Email: "patron@example.com", Audience: a}
}

// which is the edition that a path means, its page and its title.
func (h *handlers) which(r *http.Request) (w Which, page, title string, err error) {
	if r.PathValue("edition") != "" {
		e, err := h.stored(r)
		return Which{Edition: e.ID, Digest: e.Digest, Slot: e.Slot}, editionPath(&e), e.Slug(), err
	}
	d, err := h.digest(r)
	if err != nil {
		return Which{}, "", "", err
	}
	slot, err := h.Desk.NextSlot(r.Context(), d.Name)
	return Which{Digest: d.Name, Slot: slot}, "/admin/next/" + d.Name, "Next: " + d.Title, err
}

func (h *handlers) preview(w http.ResponseWriter, r *http.Request) error {
	is, err := h.looked(r)
	if err != nil {
		return err
	}
	query := url.Values{"as": {is.who.Key()}}
	v := previewView{
		Title: is.title, Back: is.page, Subject: is.letter.Subject, Preheader: is.letter.Preheader,
		Form: cmp.Or(r.URL.Query().Get("form"), "html"), Size: size(len(is.letter.HTML)), Action: is.page + "/preview",
	}
	if v.Patron = r.URL.Query().Get("patron"); v.Patron != "" {
		query = url.Values{"patron": {v.Patron}}
	}
	if is.which.Edition == 0 {
		v.Changes = is.page + "/changes"
	}
	v.forms(is.page, query, is.letter.Source != nil)
	v.people(is.page, h.Audiences(is.which.Digest), is.who.Audience)
	switch v.Form {
	case "text":
		v.Text = is.letter.Text
	case "source":
		v.Text = string(is.letter.Source)
	default:
		v.frames(is.page + "/letter?" + query.Encode())
	}
	return h.show(w, r, http.StatusOK, "preview", "Preview of "+is.title, v)
}

// looked is a letter that somebody wants to look at.
type looked struct {
	which       Which
	page, title string
	who         domain.Patron
	letter      Letter
}

func (h *handlers) looked(r *http.Request) (is looked, err error) {
	if is.which, is.page, is.title, err = h.which(r); err != nil {
		return is, err
	}
	if is.who, err = h.viewer(r, is.which.Digest); err != nil {
		return is, err
	}
	is.letter, err = h.Desk.Letter(r.Context(), is.which, is.who)
	return is, err
}

// forms are the forms in which the letter can be looked at.
func (v *previewView) forms(page string, query url.Values, mail bool) {
	labels := []struct{ form, label string }{{"html", "As it looks"}, {"text", "Text part"}, {"source", "Source"}}
	if !mail {
		labels = labels[:2]
	}
	for _, l := range labels {
		v.Forms = append(v.Forms, choice{l.label, page + "/preview?form=" + l.form + "&" + query.Encode(), l.form == v.Form})
	}
}

// people are the audiences whose letter can be looked at.
func (v *previewView) people(page string, audiences []domain.Audience, who domain.Audience) {
	for _, a := range audiences {
		q := url.Values{"as": {a.Key()}, "form": {v.Form}}
		v.Who = append(v.Who, choice{a.Label(), page + "/preview?" + q.Encode(), a == who && v.Patron == ""})
	}
}

// frames show a letter on phones and on a desk, by day and by night.
func (v *previewView) frames(letter string) {
	v.Frames = []frameView{
		{"Phone, light", letter, "phone light"},
		{"Phone, dark", letter, "phone dark"},
		{"Desktop, light", letter, "desktop light"},
		{"Desktop, dark", letter, "desktop dark"},
	}
}

// letter is the letter alone, for frames. It may do nothing but look.
func (h *handlers) letter(w http.ResponseWriter, r *http.Request) error {
	is, err := h.looked(r)
	if err != nil {
		return err
	}
	private(w.Header())
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'; img-src 'self' "+h.Publication.Server+domain.PrintPath+
		"; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; base-uri 'none'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(is.letter.HTML)))
	_, _ = w.Write([]byte(is.letter.HTML)) // a client that hung up needs no answer
	return nil
}

// test sends the operator an audience's letter.
func (h *handlers) test(w http.ResponseWriter, r *http.Request) error {
	which, page, _, err := h.which(r)
	if err != nil {
		return err
	}
	if h.Notified == "" {
		return fmt.Errorf("%w request: mail.operator is not configured", domain.ErrInvalid)
	}
	who, err := h.viewer(r, which.Digest)
	if err != nil {
		return err
	}
	if err := h.Desk.Test(r.Context(), which, who.Audience); err != nil {
		return err
	}
	http.Redirect(w, r, page+"?tested", http.StatusSeeOther)
	return nil
}
