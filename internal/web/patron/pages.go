package patron

import (
	"context"
	"net/http"
	netmail "net/mail"
	"net/netip"
	"slices"
	"time"

	"marquee/internal/calendar"
	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/notice"
	"marquee/internal/token"
	"marquee/internal/web"
)

// PeopleStore is what people see and change of themselves.
type PeopleStore interface {
	web.CorrectionStore
	// PatronRecord is everything that is held about a patron, or ErrNotFound.
	PatronRecord(ctx context.Context, id domain.PatronID, editions int) (domain.PatronRecord, error)
	// PatronByEmail finds a patron by address key, or ErrNotFound.
	PatronByEmail(ctx context.Context, address string) (domain.Patron, error)
	// SetPreferences writes down what a patron decided; ErrNotFound when there is
	// no such patron.
	SetPreferences(ctx context.Context, id domain.PatronID, p domain.Preferences) error
	// Edition is one edition, or ErrNotFound.
	Edition(ctx context.Context, id domain.EditionID) (domain.Edition, error)
	// Items are the items of a query, and Item is one that stands, or ErrNotFound.
	Items(ctx context.Context, q domain.ItemQuery) ([]domain.Item, error)
	Item(ctx context.Context, id domain.ItemID) (domain.Item, error)
	// Rendition is an edition as some readers get it, with the publication's dates
	// where there is none with theirs; or ErrNotFound.
	Rendition(ctx context.Context, id domain.EditionID, to domain.Readers) (domain.Rendition, error)
	// Signup notes an address that somebody typed in, once, and numbers it.
	Signup(ctx context.Context, email, name string, at time.Time) (int64, error)
	// SignupEmail is the address of a sign-up that nobody has confirmed yet, or
	// ErrNotFound.
	SignupEmail(ctx context.Context, id int64) (string, error)
	// ConfirmSignup makes the owner of a sign-up's address a reader, unless they
	// are more than that, and lifts that they are unsubscribed; ErrNotFound when
	// there is no such sign-up any more.
	ConfirmSignup(ctx context.Context, id int64) (domain.PatronID, error)
}

// Notices writes service mail to people, each at most once an hour.
type Notices interface {
	Links(ctx context.Context, to netmail.Address, manage, unsubscribe string) error
	// Feeds is the exception: it sends what it is given, which nobody can have a
	// second time.
	Feeds(ctx context.Context, to netmail.Address, feeds []notice.FeedAddress) error
	Confirm(ctx context.Context, to netmail.Address, link string) error
}

// Pages are people's own pages: what they may read and what they get, all that is
// held about them, and how to be forgotten; their copy of an edition; and how free
// readers sign up. Nothing of them needs a cookie or a script, and nothing is
// changed but by POST.
type Pages struct {
	Publication domain.Publication
	Digests     []config.Digest
	Feeds       []config.Feed
	Policy      *entitle.Policy
	Store       PeopleStore
	FeedLinks   FeedLinks
	Mint        *token.Mint
	Notices     Notices
	// Erase forgets a patron, and Lift lets an address back in whose owner signs
	// up again.
	Erase func(ctx context.Context, id domain.PatronID) error
	Lift  func(ctx context.Context, email string) error
	// Visitor is the network that a request came from.
	Visitor func(*http.Request) netip.Prefix
	Now     func() time.Time
	// Level is how long it takes to answer who wants their links, whether anybody
	// has the address.
	Level time.Duration
}

// Routes adds the pages to a site. Without a digest nobody gets letters, and
// there are none.
func (p Pages) Routes(site *web.Site) {
	if len(p.Digests) == 0 {
		return
	}
	h := &handlers{
		Pages: p, pages: site.Pages(), dates: calendar.Of(p.Publication.Language, p.Publication.Zone), manners: newManners(),
	}
	site.Handle("GET /p/{token}", h.secret(h.manage))
	site.Handle("POST /p/{token}", h.change(h.save))
	site.Handle("POST /p/{token}/feeds", h.change(h.changeFeedLink))
	site.Handle("GET /p/{token}/export", h.change(h.export)) // it costs as much
	site.Handle("GET /p/{token}/why", h.secret(h.why))
	site.Handle("GET /p/{token}/erase", h.secret(h.askErase))
	site.Handle("POST /p/{token}/erase", h.change(h.erase))
	site.Handle("GET /e/{token}", h.secret(h.view))
	site.Handle("GET /links", h.askLinks)
	site.Handle("POST /links", h.mailed(h.links))
	if p.OpenToReaders() {
		site.Handle("GET /signup", h.askSignup)
		site.Handle("POST /signup", h.mailed(h.signup))
		site.Handle("GET /signup/{token}", h.secret(h.askConfirm))
		site.Handle("POST /signup/{token}", h.change(h.confirm))
	}
}

// OpenToReaders reports whether there is a digest that free readers get.
func (p Pages) OpenToReaders() bool {
	return slices.ContainsFunc(p.Digests, func(d config.Digest) bool { return d.To == domain.ToEveryone })
}

// handlers are the routes' methods, one file a page.
type handlers struct {
	Pages
	pages *web.Pages
	dates *calendar.Calendar // the publication's
	*manners
}

// show answers with a page that concerns one person, or tells nobody's secret.
func (h *handlers) show(w http.ResponseWriter, status int, name, title string, view any) error {
	private(w.Header())
	return h.pages.Render(w, status, name, web.Page{Title: title, NoIndex: true, Body: view})
}

// private keeps an answer out of caches and indexes, and its address, which may
// hold a token, out of other sites' logs.
func private(header http.Header) {
	header.Set("Cache-Control", "private, no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Robots-Tag", "noindex")
}
