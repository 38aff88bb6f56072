package admin

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"marquee/internal/domain"
	"marquee/internal/web"
)

// previewView is what admin_preview.html.tmpl sees.
type previewView struct {
	Title, Back        string
	Subject, Preheader string
	Problem            string // why there is no letter to look at
	Form               string // html, text, source or spam
	Forms              []choice
	Who                []choice
	Kinds              []choice // the whole letter, or the one of text alone
	Patron             string   // whose letter it is, when it is one's
	Unknown            bool     // and nobody has that address
	Note               string   // what there is to say of their letters
	Plain              bool     // it is the letter of text alone
	Text               string
	Spam               *spamView
	Frames             []frameView
	Changes            string // where changes are told; empty when nothing can change
	Size               string
	Action             string // of the form that asks for a patron
	Test               string // of the one that sends a test; empty: none can be sent
	Key                string // of the audience
	Notified           bool   // tests go somewhere
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

// Reader is who gets a letter, and how they wish it.
type Reader struct {
	domain.Patron
	domain.Preferences
}

// Readers are those who get the same.
func (r *Reader) Readers() domain.Readers {
	return domain.Readers{Audience: r.Audience, Dates: r.Dates}
}

// viewer is for whom a preview is: an audience by its key, or a patron by address.
func (h *handlers) viewer(r *http.Request, digest string) (Reader, error) {
	q := r.URL.Query()
	if address := q.Get("patron"); address != "" {
		return h.patron(r.Context(), address)
	}
	audiences := h.Audiences(digest)
	i := len(audiences) - 1 // who sees the most
	if key := cmp.Or(q.Get("as"), r.PostFormValue("as")); key != "" {
		i = slices.IndexFunc(audiences, func(a domain.Audience) bool { return a.Key() == key })
		if i < 0 {
			return Reader{}, fmt.Errorf("audience %q: %w", key, domain.ErrNotFound)
		}
	}
	return Reader{sample(audiences[i]), domain.Preferences{Plain: q.Has("plain") || r.PostFormValue("plain") != ""}}, nil
}

// patron is somebody who is there, with what they wish.
func (h *handlers) patron(ctx context.Context, address string) (Reader, error) {
	who, err := h.Store.PatronByEmail(ctx, address)
	if err != nil {
		return Reader{}, err
	}
	record, err := h.Store.PatronRecord(ctx, who.ID, 1)
	return Reader{who, record.Preferences}, err
}

// sample is somebody of an audience.
func sample(a domain.Audience) domain.Patron {
	return domain.Patron{Name: "Alex", Email: "patron@example.com", Audience: a}
}

// which is the edition that a path means, its page and its title.
func (h *handlers) which(r *http.Request) (w Which, page, title string, err error) {
	if r.PathValue("edition") != "" {
		e, err := h.stored(r)
		if err != nil {
			return Which{}, "", "", err
		}
		return Which{Edition: e.ID, Digest: e.Digest, Slot: e.Slot}, editionPath(&e), e.Slug(), nil
	}
	d, err := h.digest(r)
	if err != nil {
		return Which{}, "", "", err
	}
	slot, err := h.Desk.NextSlot(r.Context(), d.Name)
	if err != nil {
		return Which{}, "", "", err
	}
	return Which{Digest: d.Name, Slot: slot}, "/admin/next/" + d.Name, "Next: " + d.Title, nil
}

// preview shows a letter in all its forms. Where there is none to show, because a
// template is wrong or nobody has an address, it says so and goes on listening.
func (h *handlers) preview(w http.ResponseWriter, r *http.Request) error {
	is, err := h.looked(r)
	if err != nil && (is.page == "" || !mendable(err)) {
		return err
	}
	v, status := h.previewView(r, &is), http.StatusOK
	if err == nil && v.Form == "spam" {
		v.Spam, err = h.judge(r.Context(), &is)
	}
	switch {
	case err == nil:
		v.show(&is)
	case v.Patron != "" && is.who.Email == "":
		v.Unknown, status = true, http.StatusNotFound
	default:
		v.Problem = err.Error()
		status, _, _ = web.Answer(err)
	}
	return h.show(w, r, status, "preview", "Preview of "+is.title, v)
}

// previewView is all but the letter, of which every way to look at it keeps the
// others.
func (h *handlers) previewView(r *http.Request, is *looked) *previewView {
	q := r.URL.Query()
	v := &previewView{
		Title: is.title, Back: is.page, Action: is.page + "/preview", Form: cmp.Or(q.Get("form"), "html"),
		Patron: q.Get("patron"), Plain: is.who.Plain, Notified: h.Notified != "",
	}
	if is.which.Edition == 0 && v.Form != "spam" { // a filter thinks for some seconds
		v.Changes = is.page + "/changes"
	}
	if v.Plain && v.Form == "html" {
		v.Form = "text"
	}
	for _, a := range h.Audiences(is.which.Digest) {
		v.Who = append(v.Who, choice{a.Label(), v.address(url.Values{"as": {a.Key()}}, v.Form, v.Plain), a == is.who.Audience && v.Patron == ""})
	}
	return v
}

// address is that of a letter in a form.
func (v *previewView) address(whose url.Values, form string, plain bool) string {
	q := url.Values{"form": {form}}
	maps.Copy(q, whose)
	if plain && v.Patron == "" {
		q.Set("plain", "1")
	}
	return v.Action + "?" + q.Encode()
}

// show puts the letter in.
func (v *previewView) show(is *looked) {
	v.Subject, v.Preheader, v.Size = is.letter.Subject, is.letter.Preheader, size(len(is.letter.HTML))
	whose := url.Values{"as": {is.who.Key()}}
	if v.Patron != "" {
		whose = url.Values{"patron": {v.Patron}}
		v.Note = note(&is.who, is.which.Digest)
	}
	mail := is.letter.Source != nil
	if v.Form == "source" && !mail {
		v.Form = "text"
	}
	v.forms(whose, mail)
	if mail && v.Patron == "" && v.Notified {
		v.Test, v.Key = is.page+"/test", is.who.Key()
	}
	if mail && v.Patron == "" {
		v.Kinds = []choice{{"Whole letter", v.address(whose, "html", false), !v.Plain}, {"Text alone", v.address(whose, "text", true), v.Plain}}
	}
	switch v.Form {
	case "text":
		v.Text = is.letter.Text
	case "source":
		v.Text = string(is.letter.Source)
	case "spam":
	default:
		v.frames(is.page + "/letter?" + whose.Encode())
	}
	if v.Plain {
		v.Size = size(len(is.letter.Source))
	}
}

// note is what somebody's own wishes make of their letters.
func note(who *Reader, digest string) string {
	switch {
	case slices.Contains(who.Declines, digest):
		return "They do not want this digest: it is not sent to them."
	case who.Standing == domain.Former:
		return "They are not a patron any more: it is not sent to them."
	case who.Plain:
		return "Their letters are of text alone, as they wish."
	}
	return ""
}

// looked is a letter that somebody wants to look at.
type looked struct {
	which       Which
	page, title string
	who         Reader
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
func (v *previewView) forms(whose url.Values, mail bool) {
	for _, f := range []struct {
		form, label string
		there       bool
	}{{"html", "As it looks", !v.Plain}, {"text", "Text part", true}, {"source", "Source", mail}, {"spam", "Spam score", mail}} {
		if f.there {
			v.Forms = append(v.Forms, choice{f.label, v.address(whose, f.form, v.Plain), f.form == v.Form})
		}
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
	if err := h.Desk.Test(r.Context(), which, who); err != nil {
		return err
	}
	http.Redirect(w, r, page+"?tested", http.StatusSeeOther)
	return nil
}
