package public

import (
	"net/http"

	"marquee/internal/web"
)

// landingView is what landing.html.tmpl sees.
type landingView struct {
	Feeds   []feedView
	Recent  []recentView
	Edition *editionView // the newest; nil before the first
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
	newest, err := h.Store.Editions(r.Context(), 1)
	if err != nil {
		return err
	}
	if len(newest) > 0 {
		v := h.editionView(&newest[0])
		view.Edition = &v
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	return h.pages.Serve(w, r, "landing", web.Page{
		Description: h.Publication.Description, Path: "/", Alternates: h.alternates(), Copies: true, Body: view,
	})
}
