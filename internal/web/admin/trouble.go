package admin

import (
	"errors"
	"net/http"

	"marquee/internal/domain"
)

// troubleView is what admin_trouble.html.tmpl sees.
type troubleView struct {
	Words   string
	Changes string // where it is told that the next edition may be another; may be empty
}

// tell shows the operator what is invalid, in its own words: a template that they
// are writing, as a rule. The page loads anew when it may have been mended.
func (h *handlers) tell(w http.ResponseWriter, r *http.Request, err error) error {
	if !errors.Is(err, domain.ErrInvalid) {
		return err
	}
	v := troubleView{Words: err.Error()}
	if name := r.PathValue("digest"); name != "" {
		v.Changes = "/admin/next/" + name + "/changes"
	}
	return h.show(w, r, http.StatusBadRequest, "trouble", "This cannot be shown", v)
}
