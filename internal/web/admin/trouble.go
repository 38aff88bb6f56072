package admin

import (
	"errors"
	"net/http"

	"marquee/internal/domain"
	"marquee/internal/web"
)

// troubleView is what admin_trouble.html.tmpl sees.
type troubleView struct {
	Words   string
	Changes string // where changes are told; empty when nothing is being written
}

// tell answers the operator for what they can mend in its own words: a template
// that they are writing, as a rule. The page loads anew when it may have been
// mended. Everything else is the site's to answer for.
func (h *handlers) tell(w http.ResponseWriter, r *http.Request, err error) error {
	if !mendable(err) {
		return err
	}
	v := troubleView{Words: err.Error()}
	if name := r.PathValue("digest"); name != "" && errors.Is(err, domain.ErrInvalid) {
		v.Changes = "/admin/next/" + name + "/changes"
	}
	status, _, _ := web.Answer(err)
	return h.show(w, r, status, "trouble", "This cannot be shown", v)
}

// mendable reports whether an error tells the operator something.
func mendable(err error) bool {
	return errors.Is(err, domain.ErrNotFound) || errors.Is(err, domain.ErrInvalid) || errors.Is(err, domain.ErrConflict)
}
