package public

import (
	"net/http"
	"slices"

	"marquee/internal/domain"
	"marquee/internal/web"
)

// landingView is what landing.html.tmpl sees.
type landingView struct {
	Feeds   []feedView
	Recent  []recentView
	Edition *editionView // the newest that is no correction; nil before the first
	Letters bool         // people have pages of their own
	SignUp  bool         // everybody may get letters
}

func (h handlers) landing(w http.ResponseWriter, r *http.Request) error {
	view := landingView{Letters: h.Letters, SignUp: h.SignUp}
	var err error
	if view.Recent, err = h.recent(r.Context()); err != nil {
		return err
	}
	for _, f := range h.Feeds {
		view.Feeds = append(view.Feeds, h.feedView(r.Context(), f))
	}
	newest, err := h.Store.Editions(r.Context(), searchedEditions)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(newest, func(e domain.Edition) bool { return e.Corrects == 0 }); i >= 0 {
		v := h.editionView(&newest[i])
		view.Edition = &v
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	return h.pages.Serve(w, r, "landing", web.Page{
		Description: h.Publication.Description, Path: "/", Alternates: h.alternates(), Copies: true, Body: view,
	})
}
