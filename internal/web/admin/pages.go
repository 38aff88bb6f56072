// Package admin serves the operator's own pages: what the next edition will be,
// how the last one went, and how everything stands. One operator logs in with one
// password; nothing of the pages needs a script, and nothing is changed but by
// POST.
package admin

import (
	"context"
	"net/http"
	"time"

	"marquee/internal/config"
	"marquee/internal/delivery"
	"marquee/internal/digest"
	"marquee/internal/doctor"
	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/operator"
	"marquee/internal/patron"
	"marquee/internal/token"
	"marquee/internal/web"
	"marquee/templates"
)

// Store is what the pages show.
type Store interface {
	web.CorrectionStore
	// Mark is the slot that was set under a name, "" before the first.
	Mark(ctx context.Context, name string) (domain.Slot, error)
	// AllEditions are the newest editions in any state, newest first.
	AllEditions(ctx context.Context, limit int) ([]domain.Edition, error)
	// Edition is one edition, or ErrNotFound.
	Edition(ctx context.Context, id domain.EditionID) (domain.Edition, error)
	// Balance counts an edition's deliveries.
	Balance(ctx context.Context, id domain.EditionID) (domain.Balance, error)
	// Reasons counts an edition's deliveries by how and why they ended or wait.
	Reasons(ctx context.Context, id domain.EditionID) ([]domain.DeliveryCount, error)
	// BounceCounts are an edition's bounces and complaints by class and domain.
	BounceCounts(ctx context.Context, id domain.EditionID) ([]domain.BounceCount, error)
	// Sources is how gathering from every source that was ever read goes.
	Sources(ctx context.Context) ([]domain.SourceStatus, error)
	// RosterStatuses is how bringing every roster into step goes.
	RosterStatuses(ctx context.Context) ([]domain.RosterStatus, error)
	// Paces are the destinations that were asked to take less, or nothing.
	Paces(ctx context.Context) (map[string]delivery.Pace, error)
	// Readership counts people by audience, and whom of them a digest's letters
	// reach; without a digest, whom letters reach at all.
	Readership(ctx context.Context, digest string) ([]domain.Readership, error)
	// Suppressions are all addresses that no mail goes to, by address key.
	Suppressions(ctx context.Context) (map[string]domain.Suppression, error)
	// PatronByEmail finds a patron by address key, or ErrNotFound.
	PatronByEmail(ctx context.Context, address string) (domain.Patron, error)
	// PatronRecord is what is held about a patron, with the newest editions.
	PatronRecord(ctx context.Context, id domain.PatronID, editions int) (domain.PatronRecord, error)
	// Item finds an item by ID, or ErrNotFound.
	Item(ctx context.Context, id domain.ItemID) (domain.Item, error)
}

// Which is an edition: one that is stored, or a slot's that is not yet.
type Which struct {
	Edition domain.EditionID // 0 for one that is not stored
	Digest  string
	Slot    domain.Slot
}

// Letter is what somebody gets of an edition, to be looked at.
type Letter struct {
	Subject, Preheader string
	HTML, Text         string
	Source             []byte // the whole mail; nil of what is no mail
}

// Desk is where editions are made.
type Desk interface {
	// NextSlot is a digest's next slot that has no edition yet.
	NextSlot(ctx context.Context, digest string) (domain.Slot, error)
	// Outlook tells what the edition of a slot will be if nothing changes before
	// it closes.
	Outlook(ctx context.Context, digest string, slot domain.Slot) (digest.Report, error)
	// Letter is an edition as somebody gets it.
	Letter(ctx context.Context, w Which, who Reader) (Letter, error)
	// Judge asks the spam filter of this machine about an edition as somebody gets
	// it, or says ErrNotFound.
	Judge(ctx context.Context, w Which, who Reader) (doctor.Verdict, error)
	// Test sends the operator the letter of somebody's audience, as they wish it; it
	// counts nowhere.
	Test(ctx context.Context, w Which, who Reader) error
	// HoldEdition stops an edition from going out, or on.
	HoldEdition(ctx context.Context, id domain.EditionID) error
	// ReleaseEdition lets a held edition go out when its time has come.
	ReleaseEdition(ctx context.Context, id domain.EditionID, sure bool) error
	// SendEdition sends an edition at once, whether it waits or is held.
	SendEdition(ctx context.Context, id domain.EditionID) error
	// RemakeEdition makes a held edition anew, of which nothing has left; it stays
	// held.
	RemakeEdition(ctx context.Context, id domain.EditionID) error
	// CorrectEdition makes a correction of an edition; the one there is when the same
	// was said before.
	CorrectEdition(ctx context.Context, k digest.Correction) (domain.Edition, error)
	// CancelEdition never sends an edition, or the rest of it.
	CancelEdition(ctx context.Context, id domain.EditionID) error
	// ResendMissed sends an edition to those who did not get it, and says how many
	// they are; ErrConflict unless it is being sent, done or cancelled.
	ResendMissed(ctx context.Context, id domain.EditionID) (int, error)
	// Gather reads a source at once; ErrConflict when somebody else does.
	Gather(ctx context.Context, source string) (gather.Report, error)
	// AcceptHeld makes what is held of a source news, and says how many pieces.
	AcceptHeld(ctx context.Context, source string) (int, error)
	// SyncRoster brings people into step with a roster. With trust its word is taken
	// at once, however many it does not list any more.
	SyncRoster(ctx context.Context, roster string, trust bool) (patron.Difference, error)
	// ResumePatron lets mail go to somebody again. ErrConflict when it does, or when
	// they said themselves that they want none and nobody is sure.
	ResumePatron(ctx context.Context, id domain.PatronID, sure bool) error
	// WhyNot is why somebody was not among an edition's readers when it was frozen, as
	// far as it can be told; "" when it cannot.
	WhyNot(e *domain.Edition, who *domain.Patron) string
	// ResumeDestination lets mail go to a destination again that rests.
	ResumeDestination(ctx context.Context, destination string) error
	// Checkup finds out whether letters will arrive, within a minute or so.
	Checkup(ctx context.Context) (doctor.Report, error)
	// Version changes when what Outlook and Letter tell may have.
	Version(ctx context.Context) (string, error)
}

// Pages is what the routes are made of.
type Pages struct {
	Publication domain.Publication
	Digests     []config.Digest
	Sources     []string // their names, as are those of Rosters
	Rosters     []string
	// Audiences are whom the previews of a digest can be for: the public first, who
	// sees the most last. Of no digest they are all there are.
	Audiences func(digest string) []domain.Audience
	Access    config.Admin
	Proxies   web.Proxies
	Operator  *operator.Keeper
	Notified  string // where test letters go; empty: nowhere
	Store     Store
	Desk      Desk
	Mint      *token.Mint
	Templates *templates.Web
	Now       func() time.Time
}

// Routes adds the pages to a site, unless they are switched off.
func (p Pages) Routes(site *web.Site) {
	if p.Access.Access == config.AdminOff {
		return
	}
	h := &handlers{Pages: p, site: site, pages: site.Pages(), manners: newManners()}
	h.style = site.Asset("/assets/admin.css", "text/css; charset=utf-8", p.Templates.AdminStyle)
	h.script = site.Asset("/assets/admin.js", "text/javascript; charset=utf-8", p.Templates.AdminScript)
	site.Handle("GET /admin/login", h.reachable(h.askLogin))
	site.Handle("POST /admin/login", h.reachable(h.login))
	for pattern, page := range map[string]web.HandlerFunc{
		"GET /admin/{$}":                         h.home,
		"POST /admin/logout":                     h.logout,
		"GET /admin/next/{digest}":               h.next,
		"GET /admin/next/{digest}/preview":       h.preview,
		"GET /admin/next/{digest}/letter":        h.letter,
		"GET /admin/next/{digest}/changes":       h.changes,
		"POST /admin/next/{digest}/test":         h.test,
		"GET /admin/editions/{$}":                h.editions,
		"GET /admin/editions/{edition}":          h.edition,
		"GET /admin/editions/{edition}/preview":  h.preview,
		"GET /admin/editions/{edition}/letter":   h.letter,
		"POST /admin/editions/{edition}/test":    h.test,
		"POST /admin/editions/{edition}/{act}":   h.act,
		"GET /admin/editions/{edition}/correct":  h.askCorrection,
		"POST /admin/editions/{edition}/correct": h.correct,
		"GET /admin/editions/{edition}/send":     h.confirm,
		"GET /admin/editions/{edition}/changes":  h.editionChanges,
		"GET /admin/people":                      h.people,
		"GET /admin/people/patron":               h.patronPage,
		"POST /admin/people/resume":              h.resumePatron,
		"POST /admin/rosters/{roster}/sync":      h.sync,
		"GET /admin/sources":                     h.sources,
		"POST /admin/sources/{source}/gather":    h.gather,
		"POST /admin/sources/{source}/accept":    h.accept,
		"POST /admin/resume":                     h.resume,
		"GET /admin/check":                       h.check,
		"POST /admin/check":                      h.examine,
	} {
		site.Handle(pattern, h.reachable(h.known(page)))
	}
	site.Handle("GET /hold/{token}", h.ask(token.Hold))
	site.Handle("POST /hold/{token}", h.answer(token.Hold))
	site.Handle("GET /send/{token}", h.ask(token.Send))
	site.Handle("POST /send/{token}", h.answer(token.Send))
}

// handlers are the routes' methods, one file a page.
type handlers struct {
	Pages
	site          *web.Site
	pages         *web.Pages
	style, script string // addresses
	*manners
	last checkup
}

// frame is what admin.html.tmpl sees beside a page's own view.
type frame struct {
	Style, Script string
	In            bool // somebody is logged in
	Digests       []tab
	Here          string // the path of the page, for the menu
	View          any
}

// tab is a digest in the menu.
type tab struct{ Path, Title string }

// show answers with a page that nobody else may keep.
func (h *handlers) show(w http.ResponseWriter, r *http.Request, status int, name, title string, view any) error {
	private(w.Header())
	f := frame{Style: h.style, Script: h.script, In: h.isIn(r), Here: r.URL.Path, View: view}
	for _, d := range h.Digests {
		f.Digests = append(f.Digests, tab{Path: "/admin/next/" + d.Name, Title: d.Name})
	}
	return h.pages.Render(w, status, "admin_"+name, web.Page{Title: title, NoIndex: true, Body: f})
}

// private keeps an answer out of caches and indexes. Browsers may load our own
// script, show our own frames and hear of changes from us.
func private(header http.Header) {
	header.Set("Cache-Control", "private, no-store")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("X-Robots-Tag", "noindex")
	header.Set("Content-Security-Policy", "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "+
		"connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
}

// at is an instant as the operator's clock shows it, with its year where that is
// another than this.
func (h *handlers) at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	zone := h.Publication.Zone
	if t = t.In(zone); t.Year() != h.Now().In(zone).Year() {
		return t.Format("Jan 2, 2006, 15:04 MST")
	}
	return t.Format("Mon Jan 2, 15:04 MST")
}
