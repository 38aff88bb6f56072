// Package public serves what everyone may see: the landing page, the feeds, the
// editions' public copies, and the prints that all of them show.
package public

import (
	"time"

	"marquee/internal/calendar"
	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/feed"
	"marquee/internal/web"
)

// Public is what the routes are made of.
type Public struct {
	Publication domain.Publication
	Feeds       []config.Feed
	Digests     []config.Digest // for their titles; editions of others have none
	Publisher   *feed.Publisher
	Hub         string // WebSub hub of the feeds; may be empty
	Policy      *entitle.Policy
	Store       web.Store
	Now         func() time.Time
	// Letters says that people have pages of their own, and SignUp that they can
	// sign up for letters.
	Letters, SignUp bool
}

// Routes adds the public routes to a site.
func (p Public) Routes(site *web.Site) {
	h := handlers{
		Public: p, pages: site.Pages(), dates: calendar.Of(p.Publication.Language, p.Publication.Zone),
		files: p.feedFiles(), addresses: map[string]web.FeedAddress{},
	}
	for _, f := range p.Feeds {
		h.addresses[f.Name] = web.NewFeedAddress(f.Name, p.Publication.Server+FeedPath(f.Name, "rss"), true)
	}
	site.Handle("GET /{$}", h.landing)
	site.Handle("GET /feeds/{file}", h.feed)
	site.Handle("GET /feeds/{name}/{file}", h.archive)
	site.Handle("GET /feeds/{name}/{$}", h.feedPage)
	site.Handle("GET /feeds.opml", h.opml)
	site.Handle("GET "+domain.PrintPath+"{name}", h.print)
	site.Handle("GET /editions/{$}", h.editions)
	site.Handle("GET /editions/{slug}", h.edition)
}

// handlers are the routes' methods, one file a page.
type handlers struct {
	Public
	pages     *web.Pages
	dates     *calendar.Calendar
	files     map[string]feedFile
	addresses map[string]web.FeedAddress // of feeds, by name
}
