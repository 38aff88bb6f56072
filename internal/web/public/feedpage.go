package public

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/feed"
	"marquee/internal/web"
)

// feedView is one feed: what it holds, and how to get it.
type feedView struct {
	Name, Title, Description string
	Page                     string // its path
	Pictures                 []*domain.Image
	Mark                     string // stands where there is no picture
	Holds                    string // "24 pieces, the newest of November 27, 2026"
	Address                  web.FeedAddress
	Formats                  []formatView
	Entries                  []entryView // on its own page
}

// formatView is one format of a feed.
type formatView struct{ Label, URL string }

// entryView is one entry as a reader lists it.
type entryView struct {
	Title, URL, Language, Summary string
	Date, ISO                     string
	Image                         *domain.Image
}

// mostPictures stand for a feed.
const mostPictures = 3

// feedPage shows a feed to whoever opens its address in a browser.
func (h handlers) feedPage(w http.ResponseWriter, r *http.Request) error {
	f, err := h.feedCalled(r.PathValue("name"))
	if err != nil {
		return err
	}
	outline, err := h.Publisher.Outline(r.Context(), f.Name)
	if err != nil {
		return err
	}
	view := h.feedView(r.Context(), f)
	for i := range outline.Entries {
		view.Entries = append(view.Entries, h.entryView(&outline.Entries[i]))
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	return h.pages.Serve(w, r, "feed", web.Page{
		Title: f.Title, Description: f.Description, Path: feedPage(f.Name), Alternates: h.alternatesOf(f), Copies: true, Body: view,
	})
}

func feedPage(name string) string { return "/feeds/" + name + "/" }

func (h handlers) feedCalled(name string) (config.Feed, error) {
	i := slices.IndexFunc(h.Feeds, func(f config.Feed) bool { return f.Name == name })
	if i < 0 {
		return config.Feed{}, fmt.Errorf("feed %q: %w", name, domain.ErrNotFound)
	}
	return h.Feeds[i], nil
}

// feedView is a feed without its entries. One that cannot be built is shown
// without what it holds: its own address tells what is wrong.
func (h handlers) feedView(ctx context.Context, f config.Feed) feedView {
	v := feedView{
		Name: f.Name, Title: f.Title, Description: f.Description, Page: feedPage(f.Name), Mark: initial(f.Name), Address: h.addresses[f.Name],
	}
	for _, format := range h.Publisher.Formats() {
		v.Formats = append(v.Formats, formatView{Label: formatLabel(format.Name()), URL: FeedPath(f.Name, format.Name())})
	}
	if outline, err := h.Publisher.Outline(ctx, f.Name); err == nil {
		v.Pictures, v.Holds = h.pictures(outline), h.holds(outline)
	}
	return v
}

// pictures are those of the newest entries that have one, each once.
func (h handlers) pictures(outline *feed.Document) []*domain.Image {
	var found []*domain.Image
	for i := range outline.Entries {
		img := h.ours(outline.Entries[i].Thumbnail)
		same := func(other *domain.Image) bool { return other.URL == img.URL }
		if img != nil && len(found) < mostPictures && !slices.ContainsFunc(found, same) {
			found = append(found, img)
		}
	}
	return found
}

// ours is a print by its path: pages show nothing from elsewhere.
func (h handlers) ours(img *domain.Image) *domain.Image {
	if img == nil {
		return nil
	}
	local := *img
	local.URL = strings.TrimPrefix(img.URL, h.Publication.Server)
	return &local
}

// holds says how much there is, and how new it is.
func (h handlers) holds(outline *feed.Document) string {
	n := len(outline.Entries)
	if n == 0 {
		return "Nothing yet"
	}
	newest := h.dates.Day(outline.Entries[0].Published)
	if n == 1 {
		return "One piece, of " + newest
	}
	return fmt.Sprintf("%d pieces, the newest of %s", n, newest)
}

func (h handlers) entryView(e *feed.Entry) entryView {
	v := entryView{
		Title: e.Title, URL: e.URL, Summary: e.Summary, Image: h.ours(e.Thumbnail),
		Date: h.dates.Day(e.Published), ISO: e.Published.UTC().Format(time.RFC3339),
	}
	if e.Language != h.Publication.Language {
		v.Language = e.Language
	}
	return v
}

// alternates announces every feed to software that looks for them on the page.
func (h handlers) alternates() []web.Alternate {
	var links []web.Alternate
	for _, f := range h.Feeds {
		links = append(links, h.alternatesOf(f)...)
	}
	return links
}

func (h handlers) alternatesOf(f config.Feed) []web.Alternate {
	var links []web.Alternate
	for _, format := range h.Publisher.Formats() {
		links = append(links, web.Alternate{
			Type:  mediaType(format.ContentType()),
			Title: f.Title + " (" + formatLabel(format.Name()) + ")",
			URL:   FeedPath(f.Name, format.Name()),
		})
	}
	return links
}
