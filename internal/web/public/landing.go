package public

import (
	"net/http"

	"marquee/internal/config"
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

// feedView is one feed with its formats.
type feedView struct {
	Title, Description string
	Formats            []formatView
}

// formatView is one format of a feed.
type formatView struct{ Label, URL string }

func (h handlers) landing(w http.ResponseWriter, r *http.Request) error {
	view := landingView{Letters: h.Letters, SignUp: h.SignUp}
	var err error
	if view.Recent, err = h.recent(r.Context()); err != nil {
		return err
	}
	for _, f := range h.Feeds {
		view.Feeds = append(view.Feeds, h.feedView(f))
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
		Description: h.Publication.Description, Path: "/", Alternates: h.alternates(), Body: view,
	})
}

func (h handlers) feedView(f config.Feed) feedView {
	v := feedView{Title: f.Title, Description: f.Description}
	for _, format := range h.Publisher.Formats() {
		v.Formats = append(v.Formats, formatView{Label: formatLabel(format.Name()), URL: feedPath(f.Name, format.Name())})
	}
	return v
}

// alternates announces every feed to software that looks for them on the page.
func (h handlers) alternates() []web.Alternate {
	var links []web.Alternate
	for _, f := range h.Feeds {
		for _, format := range h.Publisher.Formats() {
			links = append(links, web.Alternate{
				Type:  mediaType(format.ContentType()),
				Title: f.Title + " (" + formatLabel(format.Name()) + ")",
				URL:   feedPath(f.Name, format.Name()),
			})
		}
	}
	return links
}
