package admin

import (
	"errors"
	"net/http"

	"marquee/internal/domain"
	"marquee/internal/token"
	"marquee/internal/web"
)

// askView is what admin_ask.html.tmpl sees.
type askView struct {
	Send    bool // else hold
	Edition editionView
	Done    bool
	Refused string
}

// ask serves a link of the mail that tells of an edition: it shows what it is
// about and a button. Programs that follow links change nothing.
func (h *handlers) ask(p token.Purpose) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		e, err := h.approved(r, p)
		if err != nil {
			return err
		}
		return h.showAsk(w, r, p, e, nil, false)
	}
}

// answer does what the button says. Twice is once.
func (h *handlers) answer(p token.Purpose) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		e, err := h.approved(r, p)
		if err != nil {
			return err
		}
		if p == token.Send {
			err = h.Desk.SendEdition(r.Context(), e.ID)
		} else {
			err = h.Desk.HoldEdition(r.Context(), e.ID)
		}
		if err != nil && !errors.Is(err, domain.ErrConflict) {
			return err
		}
		again, readErr := h.Store.Edition(r.Context(), e.ID)
		return errors.Join(readErr, h.showAsk(w, r, p, again, err, true))
	}
}

// approved is the edition of a link.
func (h *handlers) approved(r *http.Request, p token.Purpose) (domain.Edition, error) {
	if err := h.acts.Take(h.Proxies.Visitor(r), h.Now()); err != nil {
		return domain.Edition{}, err
	}
	id, err := h.Mint.OpenEdition(p, r.PathValue("token"))
	if err != nil {
		return domain.Edition{}, err
	}
	return h.Store.Edition(r.Context(), id)
}

func (h *handlers) showAsk(w http.ResponseWriter, r *http.Request, p token.Purpose, e domain.Edition, refused error, answered bool) error {
	v := askView{Send: p == token.Send}
	var err error
	if v.Edition, err = h.editionView(r.Context(), &e); err != nil {
		return err
	}
	title := "Hold the edition?"
	if v.Send {
		title = "Send the edition now?"
	}
	status := http.StatusOK
	done := map[bool]bool{true: e.State == domain.EditionSending || e.State == domain.EditionDone, false: e.State == domain.EditionHeld}[v.Send]
	switch {
	case answered && done:
		v.Done = true
	case refused != nil:
		v.Refused, status = refused.Error(), http.StatusConflict
	}
	return h.show(w, r, status, "ask", title, v)
}
