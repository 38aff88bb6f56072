package app_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/patron"
	"marquee/internal/testkit"
)

const day = 24 * time.Hour

// opening is what somebody must be, how long after publication, to read a piece.
type opening struct {
	to    string
	after time.Duration
}

// gatedItem is a piece whose text is one canary word, and its ladder.
type gatedItem struct {
	name      string
	openings  []opening     // none: open at once
	published time.Duration // after all others
	withdrawn time.Duration // 0 is never
}

func gatedItems() []gatedItem {
	return []gatedItem{
		{name: "open"},
		{name: "steps", openings: []opening{{"Screenwriter", 0}, {"patrons", 2 * day}, {"everyone", 10 * day}}},
		{name: "patrons", openings: []opening{{"patrons", 0}}},
		{name: "highest", openings: []opening{{"Screenwriter", 0}}},
		{name: "lowest", openings: []opening{{"Matinee", 0}}},
		{name: "later", openings: []opening{{"everyone", day}}},
		{name: "gone", withdrawn: time.Hour},
		{name: "ahead", published: 3 * time.Hour},
		{name: "aheadgated", published: 3 * time.Hour, openings: []opening{{"patrons", 0}, {"everyone", 2 * day}}},
	}
}

func (g *gatedItem) canary() string { return "canary" + g.name + "end" }

// open is this test's own idea of who reads a piece in full: by the tiers' order,
// each opening by itself.
func (g *gatedItem) open(who domain.Audience, at time.Duration) bool {
	if at < g.published || g.withdrawn > 0 {
		return false
	}
	rank := map[string]int{"Matinee": 1, "Screenwriter": 2}
	for _, o := range g.openings {
		active := who.Standing == domain.Active
		reaches := o.to == "everyone" || o.to == "patrons" && active || active && rank[o.to] > 0 && rank[who.Tier] >= rank[o.to]
		if reaches && at >= g.published+o.after {
			return true
		}
	}
	return len(g.openings) == 0
}

// born is when the pieces are published.
var born = time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)

func (g *gatedItem) item() domain.Item {
	at := born.Add(g.published)
	it := domain.Item{
		ID: domain.NewItemID("desk", g.name), Source: "desk", GUID: g.name, Kind: domain.Essay, Title: "Piece " + g.name,
		URL: "https://www.lanternscreen.example/" + g.name + "/", Body: "<p>" + g.canary() + "</p>", Published: at,
		ItemHistory: domain.ItemHistory{FirstPublished: at, FirstSeen: at, Changed: at},
	}
	for _, o := range g.openings {
		it.Release = append(it.Release, domain.Step{To: o.to, After: o.after})
	}
	if g.withdrawn > 0 {
		it.Withdrawn = born.Add(-g.withdrawn)
	}
	return it
}

// audiences of the test, with somebody of each who gets mail.
func everyAudience() map[string]domain.Audience {
	return map[string]domain.Audience{
		"reader": {Standing: domain.Reader}, "former": {Standing: domain.Former}, "active": {Standing: domain.Active},
		"matinee": {Standing: domain.Active, Tier: "Matinee"}, "screenwriter": {Standing: domain.Active, Tier: "Screenwriter"},
		"retired": {Standing: domain.Active, Tier: "Retired"}, "public": {},
	}
}

// TestEntitlementEverywhere reads every surface as everybody, a second before,
// at, and a second after each instant at which anything opens. A text is never in
// the bytes for somebody who may not read it, and never missing for who may.
func TestEntitlementEverywhere(t *testing.T) {
	t.Parallel()
	var instants []time.Duration
	for _, boundary := range []time.Duration{0, 3 * time.Hour, day, 2 * day, 2*day + 3*time.Hour, 10 * day} {
		instants = append(instants, boundary-time.Second, boundary, boundary+time.Second)
	}
	for _, at := range instants {
		t.Run(at.String(), func(t *testing.T) {
			t.Parallel()
			w := openGated(t, at)
			w.previews(t)
			w.publicPages(t, "/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json")
			if at < 0 {
				return // there is nothing to send
			}
			w.letters(t)
		})
	}
}

// gated is a publication at an instant, with its mail server and somebody of
// each audience.
type gated struct {
	*instance
	at     time.Duration
	site   http.Handler
	server *testkit.SMTP
}

func openGated(t *testing.T, at time.Duration) *gated {
	t.Helper()
	server, block := smtpServer(t, testkit.SMTPConfig{})
	// The edition closes at once: a preview shows what may be seen when it does.
	p := publish(t, "feeds: {all: {}}", strings.Replace(weekly, "schedule:", "period: 60d\n    cutoff: 60d\n    schedule:", 1), block)
	p.write(t, "config.yaml", strings.Replace(p.read(t, "config.yaml"), "section: reviews, max: 10", "section: reviews, max: 20", 1), time.Time{})
	w := &gated{instance: p.open(t, born.Add(at)), at: at, server: server}
	var items []domain.Item
	for _, g := range gatedItems() {
		items = append(items, g.item())
	}
	if err := w.Store().SaveGathered(t.Context(), gather.Gathered{Source: "desk", At: born, Items: items}); err != nil {
		t.Fatal(err)
	}
	var d patron.Difference
	for name, who := range everyAudience() {
		if who.Standing != domain.Public {
			d.Add = append(d.Add, domain.Patron{Email: name + "@patrons.example", Audience: who})
		}
	}
	d.Add = append(d.Add, domain.Patron{Email: "falls@patrons.example", Audience: everyAudience()["screenwriter"]})
	if err := w.Store().ApplyDifference(t.Context(), "members", d); err != nil {
		t.Fatal(err)
	}
	w.site = must(w.Site())(t)
	return w
}

// holds checks which canaries are in some bytes for an audience.
func (w *gated) holds(t *testing.T, surface string, who domain.Audience, bytes string) {
	t.Helper()
	for _, g := range gatedItems() {
		if is, should := strings.Contains(bytes, g.canary()), g.open(who, w.at); is != should {
			t.Errorf("%s: %q for %s: %t, want %t", surface, g.name, who.Label(), is, should)
		}
	}
}

const gatedSlot = domain.Slot("2026-12-20T17:00")

func (w *gated) previews(t *testing.T) {
	t.Helper()
	for _, who := range everyAudience() {
		r, err := w.Preview(t.Context(), "weekly", gatedSlot, domain.Readers{Audience: who})
		if err != nil {
			t.Fatal(err)
		}
		w.holds(t, "preview, HTML", who, r.HTML)
		w.holds(t, "preview, text", who, r.Text)
	}
}

func (w *gated) publicPages(t *testing.T, paths ...string) {
	t.Helper()
	for _, path := range paths {
		w.holds(t, path, domain.Audience{}, w.page(t, path))
	}
	for _, path := range []string{"/", "/editions/"} { // which show no texts at all
		if strings.Contains(w.page(t, path), "canary") {
			t.Errorf("%s shows a text", path)
		}
	}
}

func (w *gated) page(t *testing.T, path string) string {
	t.Helper()
	answer := httptest.NewRecorder()
	w.site.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
	if answer.Code != http.StatusOK {
		t.Fatalf("%s answers %d", path, answer.Code)
	}
	return answer.Body.String()
}

// letters freezes an edition, lets somebody fall to a lower tier, sends it, and
// reads what came and what its links show, then and after another fall.
func (w *gated) letters(t *testing.T) {
	t.Helper()
	e, err := w.Compile(t.Context(), "weekly", gatedSlot)
	if err != nil {
		t.Fatal(err)
	}
	w.becomes(t, "falls", everyAudience()["matinee"])
	if b, err := w.Send(t.Context(), e); err != nil || b.Pending != 0 || b.Failed != 0 {
		t.Fatalf("%s: %v", b, err)
	}
	w.publicPages(t, "/editions/"+e.Slug())
	all := letters(t, w.server)
	get := everyAudience()
	delete(get, "public")
	delete(get, "former")
	delete(get, "retired") // a tier that nobody configured gets no letter
	get["falls"] = get["matinee"]
	for name, who := range get {
		l, sent := all[name+"@patrons.example"]
		if !sent {
			t.Errorf("%s got no letter", name)
			continue
		}
		w.holds(t, "letter, HTML", who, l.HTML)
		w.holds(t, "letter, text", who, l.Text)
		w.holds(t, "letter on the web", who, w.page(t, viewOf(t, l)))
		if name == "reader" {
			continue
		}
		w.becomes(t, name, everyAudience()["former"])
		w.holds(t, "letter on the web, afterwards", domain.Audience{}, w.page(t, viewOf(t, l)))
	}
	if len(all) != len(get) {
		t.Errorf("%d letters, want %d", len(all), len(get))
	}
}

// viewOf is the path of a letter's copy on the web.
func viewOf(t *testing.T, l letter) string {
	t.Helper()
	_, rest, found := strings.Cut(l.Text, "https://feeds.lanternscreen.example/e/")
	if !found {
		t.Fatalf("no link to the letter's copy in\n%s", l.Text)
	}
	return "/e/" + strings.Fields(rest)[0]
}

// becomes changes somebody's audience.
func (i *instance) becomes(t *testing.T, name string, who domain.Audience) {
	t.Helper()
	before := must(i.Store().PatronByEmail(t.Context(), name+"@patrons.example"))(t)
	after := before
	after.Audience = who
	d := patron.Difference{Update: []patron.Update{{Before: before, After: after}}}
	if err := i.Store().ApplyDifference(t.Context(), "members", d); err != nil {
		t.Fatal(err)
	}
}
