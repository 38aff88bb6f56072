package public

import (
	"net/http"
	"slices"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/web"
)

// recentItems is how many titles the landing page lists.
const recentItems = 12

// landingView is what landing.html.tmpl sees.
type landingView struct {
	Feeds   []feedView
	Recent  []recentView
	Edition *editionView // the newest; nil before the first
}

// feedView is one feed with its formats.
type feedView struct {
	Name, Title, Description string
	Formats                  []formatView
}

// formatView is one format of a feed.
type formatView struct{ Label, URL string }

// recentView is one title of the recent list.
type recentView struct {
	Series, Title, URL string
	Stars, Spoken      string
	Facts              string
	Date, ISO          string
	Gated              bool // patrons see more than everyone
	Image              *domain.Image
}

func (h handlers) landing(w http.ResponseWriter, r *http.Request) error {
	items, err := h.Store.Items(r.Context(), domain.ItemQuery{Limit: 3 * recentItems})
	if err != nil {
		return err
	}
	view := landingView{Recent: h.recent(items)}
	for _, f := range h.Feeds {
		view.Feeds = append(view.Feeds, h.feedView(f))
	}
	newest, err := h.Store.Editions(r.Context(), 1)
	if err != nil {
		return err
	}
	if len(newest) > 0 {
		v := h.editionView(newest[0])
		view.Edition = &v
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	return h.pages.Render(w, http.StatusOK, "landing", web.Page{
		Description: h.Publication.Description, Path: "/", Alternates: h.alternates(), Body: view,
	})
}

// recent lists the newest items that the public may know of.
func (h handlers) recent(items []domain.Item) []recentView {
	var views []recentView
	now := h.Now()
	for i := range items {
		access := h.Policy.Decide(domain.Audience{}, &items[i], now)
		if access.Level == entitle.None || len(views) == recentItems {
			continue
		}
		views = append(views, h.recentView(&items[i], access.Level == entitle.Teaser || items[i].Exclusive))
	}
	return views
}

func (h handlers) recentView(it *domain.Item, gated bool) recentView {
	v := recentView{
		Series: it.Series, Title: it.Title, URL: it.URL, Gated: gated, Image: it.Picture(),
		Date: it.Published.In(h.Publication.Zone).Format("January 2, 2006"), ISO: it.Published.UTC().Format(time.RFC3339),
	}
	if v.Title == "" {
		v.Title = v.Date
	}
	if it.Film != nil {
		v.Facts = it.Film.Facts()
		if it.Film.Rating != nil {
			v.Stars, v.Spoken = it.Film.Rating.Stars(), it.Film.Rating.Spoken()
		}
	}
	return v
}

func (h handlers) feedView(f config.Feed) feedView {
	v := feedView{Name: f.Name, Title: f.Title, Description: f.Description}
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
	return slices.Clip(links)
}
