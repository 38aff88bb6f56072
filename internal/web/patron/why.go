package patron

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"marquee/internal/calendar"
	"marquee/internal/domain"
	"marquee/internal/entitle"
)

// whyView is what why.html.tmpl sees.
type whyView struct {
	Token   string
	Label   string // "Screenwriter patrons"
	DatesIn string // the language of dates, where it is not the page's
	Asked   string // what they look for; empty when they look at the newest
	Pieces  []pieceView
	Letters []letterView
}

// pieceView is what they may read of one piece, why, and until when.
type pieceView struct {
	Title, URL string
	Day        string
	Full       bool
	Elsewhere  bool // its source shows only the beginning, and where the rest is
	Why        string
	Until      string // when they may not any more; empty when they always may, or Why says when they may
}

// letterView is what became of one edition for them.
type letterView struct {
	Day, What string
}

const (
	piecesShown  = 30
	piecesSought = 500
	lettersShown = 10
)

// why tells what they may read of the newest pieces, or of those that they look
// for, and what became of their letters.
func (h *handlers) why(w http.ResponseWriter, r *http.Request) error {
	is, err := h.record(r, lettersShown)
	if err != nil {
		return err
	}
	who, dates := is.Readers(), h.dates.For(is.Dates)
	v := whyView{Token: r.PathValue("token"), Label: who.Label(), DatesIn: h.dates.Wish(is.Dates), Asked: strings.TrimSpace(r.URL.Query().Get("piece"))}
	found, err := h.sought(r, v.Asked)
	if err != nil {
		return err
	}
	for i := range found {
		if p, ok := h.piece(who.Audience, dates, &found[i]); ok && len(v.Pieces) < piecesShown {
			v.Pieces = append(v.Pieces, p)
		}
	}
	for _, l := range is.Received {
		v.Letters = append(v.Letters, letterView{dates.Day(l.Due), became(l)})
	}
	return h.show(w, http.StatusOK, "why", "What you may read, and why", v)
}

// sought are pieces by their id, their address or a part of their title.
func (h *handlers) sought(r *http.Request, text string) ([]domain.Item, error) {
	if text == "" {
		return h.Store.Items(r.Context(), domain.ItemQuery{Limit: piecesShown})
	}
	it, err := h.Store.Item(r.Context(), domain.ItemID(strings.TrimPrefix(strings.ToLower(text), "urn:uuid:")))
	if err == nil {
		return []domain.Item{it}, nil
	}
	if !errors.Is(err, domain.ErrNotFound) {
		return nil, err
	}
	all, err := h.Store.Items(r.Context(), domain.ItemQuery{Limit: piecesSought})
	var found []domain.Item
	for i := range all {
		if all[i].URL == text || strings.Contains(strings.ToLower(all[i].FullTitle()), strings.ToLower(text)) {
			found = append(found, all[i])
		}
	}
	return found, err
}

// piece is false for what nobody is told of yet, or any more.
func (h *handlers) piece(who domain.Audience, dates *calendar.Calendar, it *domain.Item) (pieceView, bool) {
	access := h.Policy.Decide(who, it, h.Now())
	if access.Level == entitle.None {
		return pieceView{}, false
	}
	v := pieceView{
		Title: it.FullTitle(), URL: it.URL, Day: dates.Day(it.Published), Full: access.Level == entitle.Full,
		Elsewhere: it.Exclusive && it.Body == "", Why: access.Reason.In(dates),
	}
	if v.Full && !access.Until.IsZero() {
		v.Until = dates.Moment(access.Until)
	}
	return v, true
}

// kept is why a letter was not sent.
func kept(class string) string {
	words := map[string]string{
		string(domain.Unsubscribed): "You had unsubscribed.", string(domain.Bounced): "Letters to your address came back, so none was sent.",
		string(domain.Complained): "Your mail program had told us that you want no letters.",
		"declined":                "You do not want these letters, by your own choice on your page.",
		"entitlement":             "You did not belong to its readers any more when it was sent.",
		"cancelled":               "The edition was cancelled.",
	}
	return cmp.Or(words[class], "It was not sent to you.")
}

// became is what became of a letter, in words for whom it was for.
func became(l domain.Receipt) string {
	switch l.State {
	case domain.Sent:
		return "Your mail server took it."
	case domain.Queued:
		return "It waits to be sent."
	case domain.InDoubt, domain.Deferred:
		return "Your mail server has not taken it yet. It is tried again."
	case domain.Failed:
		return "Your mail server did not take it: " + strings.TrimSpace(l.Reason) + "."
	case domain.Skipped:
		return kept(l.Class)
	}
	return "You were not among its readers when it was put together."
}
