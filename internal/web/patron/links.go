package patron

import (
	"errors"
	"fmt"
	"net/http"
	netmail "net/mail"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/token"
)

// linksView is what links.html.tmpl sees.
type linksView struct {
	Sent    bool
	Readers bool // there is a free edition to sign up for
}

func (h *handlers) askLinks(w http.ResponseWriter, _ *http.Request) error {
	return h.show(w, http.StatusOK, "links", "Send me my links", linksView{Readers: h.OpenToReaders()})
}

// links mails somebody the way to their own page. The answer is the same whether
// anybody has the address.
func (h *handlers) links(w http.ResponseWriter, r *http.Request) error {
	to, err := h.typed(r)
	if err != nil {
		return err
	}
	await := level(r.Context(), h.Level)
	err = h.sendLinks(r, to)
	await()
	if err != nil {
		return err
	}
	return h.show(w, http.StatusOK, "links", "Send me my links", linksView{Sent: true, Readers: h.OpenToReaders()})
}

func (h *handlers) sendLinks(r *http.Request, to string) error {
	who, err := h.Store.PatronByEmail(r.Context(), to)
	if errors.Is(err, domain.ErrNotFound) || err == nil && !h.all.allows(h.Now()) {
		return nil
	}
	if err != nil {
		return err
	}
	server := h.Publication.Server
	return h.Notices.Links(r.Context(), netmail.Address{Name: who.Name, Address: who.Email},
		server+"/p/"+h.Mint.Make(token.Manage, who.ID), server+"/u/"+h.Mint.Make(token.Unsubscribe, who.ID))
}

// typed is the address in a form.
func (h *handlers) typed(r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", fmt.Errorf("%w form: %w", domain.ErrInvalid, err)
	}
	text := strings.TrimSpace(r.PostForm.Get("address"))
	a, err := netmail.ParseAddress(text)
	if err != nil || a.Address != text || len(text) > maxAddress {
		return "", fmt.Errorf("%w address", domain.ErrInvalid)
	}
	return text, nil
}

// maxAddress is the longest address that mail knows (RFC 5321 §4.5.3.1.3, without
// the brackets).
const maxAddress = 254
