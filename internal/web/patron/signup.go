package patron

import (
	"fmt"
	"net/http"
	netmail "net/mail"

	"marquee/internal/domain"
	"marquee/internal/token"
)

// signupView is what signup.html.tmpl sees.
type signupView struct {
	State state
	Token string
}

const (
	sent      state = "sent"      // a mail asks whether it was them
	offered   state = "offered"   // was it you?
	confirmed state = "confirmed" // they are readers
)

func (h *handlers) askSignup(w http.ResponseWriter, _ *http.Request) error {
	return h.show(w, http.StatusOK, "signup", "The free edition", signupView{State: asked})
}

// signup asks the owner of an address, by mail, whether it was them. The answer is
// the same whether anybody has the address, or gets letters already.
func (h *handlers) signup(w http.ResponseWriter, r *http.Request) error {
	to, err := h.typed(r)
	if err != nil {
		return err
	}
	called, err := domain.ParseCalled(r.PostForm.Get("name"))
	if err != nil {
		return err
	}
	if h.all.allows(h.Now()) {
		id, err := h.Store.Signup(r.Context(), to, called, h.Now())
		if err != nil {
			return err
		}
		link := h.Publication.Server + "/signup/" + h.Mint.Make(token.Confirm, domain.PatronID(id))
		if err := h.Notices.Confirm(r.Context(), netmail.Address{Address: to}, link); err != nil {
			return err
		}
	}
	return h.show(w, http.StatusOK, "signup", "The free edition", signupView{State: sent})
}

// askConfirm shows a button: mail programs look at links by themselves.
func (h *handlers) askConfirm(w http.ResponseWriter, r *http.Request) error {
	id, err := h.Mint.Open(token.Confirm, r.PathValue("token"))
	if err != nil {
		return err
	}
	if _, err := h.Store.SignupEmail(r.Context(), int64(id)); err != nil {
		return err
	}
	return h.show(w, http.StatusOK, "signup", "The free edition", signupView{State: offered, Token: r.PathValue("token")})
}

// confirm makes them a reader. It is their own word, which goes before that they
// once unsubscribed or asked to be forgotten.
func (h *handlers) confirm(w http.ResponseWriter, r *http.Request) error {
	id, err := h.Mint.Open(token.Confirm, r.PathValue("token"))
	if err != nil {
		return err
	}
	email, err := h.Store.SignupEmail(r.Context(), int64(id))
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil || r.PostForm.Get("confirm") == "" { // not by our button
		return h.askConfirm(w, r)
	}
	if err := h.Lift(r.Context(), email); err != nil {
		return fmt.Errorf("let somebody back in: %w", err)
	}
	if _, err := h.Store.ConfirmSignup(r.Context(), int64(id)); err != nil {
		return err
	}
	return h.show(w, http.StatusOK, "signup", "The free edition", signupView{State: confirmed})
}
