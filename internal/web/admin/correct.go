package admin

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"marquee/internal/digest"
	"marquee/internal/domain"
)

// correctView is what admin_correct.html.tmpl sees.
type correctView struct {
	editionView
	Note    string
	Pieces  []pieceView
	Refused string // why what was written cannot be a correction
}

// pieceView is a piece that can be shown once more.
type pieceView struct {
	ID     domain.ItemID
	Title  string
	Chosen bool
}

// askCorrection asks what was wrong in an edition.
func (h *handlers) askCorrection(w http.ResponseWriter, r *http.Request) error {
	return h.showCorrection(w, r, digest.Correction{}, nil)
}

// correct writes a correction, which waits: it is looked at, tried and let go on a
// page of its own, as every edition is.
func (h *handlers) correct(w http.ResponseWriter, r *http.Request) error {
	e, err := h.stored(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return h.showCorrection(w, r, digest.Correction{}, fmt.Errorf("%w note: it is too long, or did not arrive whole: write less, and link to the rest", domain.ErrInvalid))
	}
	k := digest.Correction{Of: e.ID, Note: r.PostForm.Get("note"), Held: true}
	for _, id := range r.PostForm["piece"] {
		k.Pieces = append(k.Pieces, domain.ItemID(id))
	}
	made, err := h.Desk.CorrectEdition(r.Context(), k)
	if errors.Is(err, domain.ErrInvalid) || errors.Is(err, domain.ErrConflict) {
		return h.showCorrection(w, r, k, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, editionPath(&made), http.StatusSeeOther)
	return nil
}

func (h *handlers) showCorrection(w http.ResponseWriter, r *http.Request, k digest.Correction, refused error) error {
	e, err := h.stored(r)
	if err != nil {
		return err
	}
	v := correctView{Note: k.Note}
	if v.editionView, err = h.editionView(r.Context(), &e); err != nil {
		return err
	}
	for _, id := range e.Items {
		it, err := h.Store.Item(r.Context(), id)
		if err != nil {
			return err
		}
		if it.Withdrawn.IsZero() {
			v.Pieces = append(v.Pieces, pieceView{id, it.FullTitle(), slices.Contains(k.Pieces, id)})
		}
	}
	status := http.StatusOK
	if refused != nil {
		v.Refused, status = refused.Error(), http.StatusConflict
	}
	return h.show(w, r, status, "correct", "Correct "+e.Slug(), v)
}
