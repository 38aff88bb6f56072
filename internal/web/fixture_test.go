package web_test

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"marquee/internal/config"
	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/feed"
	"marquee/internal/feed/atom"
	"marquee/internal/feed/jsonfeed"
	"marquee/internal/feed/rss"
	"marquee/internal/feedlink"
	"marquee/internal/gather"
	"marquee/internal/patron"
	"marquee/internal/picture"
	"marquee/internal/store/sqlite"
	"marquee/internal/token"
	"marquee/internal/web"
	webpatron "marquee/internal/web/patron"
	"marquee/internal/web/public"
	"marquee/templates"
)

// now is the Saturday after the letter.
func now() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }

// stand is the whole site on a real store, reached through real HTTP.
type stand struct {
	*httptest.Server
	site  *web.Site
	store *sqlite.Store
	mint  *token.Mint
	links *feedlink.Links
	later atomic.Int64 // than now, for those who read feeds of their own
	log   *logbook
}

func (s *stand) now() time.Time { return now().Add(time.Duration(s.later.Load())) }

// logbook is a log that tests can read.
type logbook struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func publication() domain.Publication {
	return domain.Publication{
		Title: "Lantern Screen", Description: "Reviews and essays on film, and what to stream on Friday.",
		URL: "https://www.lanternscreen.example", Author: "Mara Ellison", Language: "en-US", Zone: time.UTC,
		Patreon: "https://www.patreon.com/lanternscreen", Address: "PO Box 1200, Elgin, IL", Server: "https://feeds.lanternscreen.example",
	}
}

// bare is a site without any routes but its own.
func bare(t testing.TB) *stand {
	t.Helper()
	set, err := templates.Look{}.Parse("")
	check(t, err)
	return serve(t, set.Web)
}

// serve is a bare site with templates of one's own.
func serve(t testing.TB, look *templates.Web) *stand {
	t.Helper()
	s := &stand{log: new(logbook)}
	var err error
	s.site, err = web.New(look, publication(), slog.New(slog.NewTextHandler(s.log, nil)))
	check(t, err)
	s.Server = httptest.NewServer(s.site)
	t.Cleanup(s.Close)
	return s
}

func feeds() []config.Feed {
	return []config.Feed{
		{Name: "reviews", Title: "Lantern Screen: Reviews", Description: "Every review and essay.", Items: config.Selection{Kinds: []domain.ItemKind{domain.Review, domain.Essay, domain.List}}},
		{Name: "picks", Title: "Lantern Screen: Friday picks & more", Items: config.Selection{Kinds: []domain.ItemKind{domain.Picks}}},
	}
}

// open is the whole site with nothing in its store.
func open(t testing.TB) *stand {
	t.Helper()
	s := bare(t)
	var err error
	log := slog.New(slog.DiscardHandler)
	s.store, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "marquee.db"), sqlite.Options{Exclusive: true, Now: now, Log: log})
	check(t, err)
	t.Cleanup(func() {
		s.Close() // before the store
		check(t, s.store.Close())
	})
	policy := &entitle.Policy{Kinds: map[domain.ItemKind]domain.Ladder{
		domain.Review: {{To: domain.ToPatrons}, {To: domain.ToEveryone, After: 14 * 24 * time.Hour}},
		domain.Essay:  {{To: domain.ToPatrons}},
	}}
	feeds := feeds()
	options := feed.Options{Store: s.store, Formats: []feed.Format{rss.Format(), atom.Format(), jsonfeed.Format()}, Now: now, Log: log}
	for _, f := range feeds {
		options.Feeds = append(options.Feeds, feed.Spec{Feed: f, Publication: publication(), Policy: policy, Seed: []byte("seed")})
	}
	publisher, err := feed.NewPublisher(options)
	check(t, err)
	public.Public{
		Publication: publication(), Feeds: feeds, Digests: []config.Digest{{Name: "weekly", Title: "Lantern Screen Weekly"}},
		Publisher: publisher, Hub: "https://hub.example/", Policy: policy, Store: s.store, Now: now,
	}.Routes(s.site)
	s.mint = token.New([]byte("0123456789abcdef0123456789abcdef"))
	webpatron.Routes(s.site, s.store, s.mint)
	s.links = feedlink.New(s.store, []byte("networks"), s.now)
	webpatron.Feeds{Links: s.links, Publisher: publisher, Visitor: web.Proxies(nil).Visitor}.Routes(s.site)
	s.site.Health(s.store)
	return s
}

// furnished is the whole site with a week's work in it.
func furnished(t *testing.T) *stand {
	t.Helper()
	s := open(t)
	items := week()
	for i := range items {
		s.illustrate(t, &items[i])
	}
	check(t, s.store.SaveGathered(t.Context(), gather.Gathered{Source: "site", At: now(), Items: items}))
	s.enroll(t, "reader@example.com")
	s.edition(t, "2026-11-13T17:00", domain.EditionDone, picksOf(items, "old-picks")...)
	s.edition(t, "2026-11-20T17:00", domain.EditionSending, picksOf(items, "picks")...)
	s.edition(t, "2026-11-27T17:00", domain.EditionFrozen)
	s.edition(t, "2026-12-04T17:00", domain.EditionHeld)
	s.edition(t, "2026-12-11T17:00", domain.EditionCancelled)
	return s
}

// week is what a critic wrote in some weeks: open and gated, with a poster, with
// none, in two languages, and one piece that lies ahead.
func week() []domain.Item {
	film := func(title, poster string, stars float64) *domain.Film {
		f := &domain.Film{Title: title, Year: 2026, Directors: []string{"Ines Vardo"}, Runtime: 98 * time.Minute, Rating: &domain.Rating{Value: stars, Best: 4}}
		if poster != "" {
			f.Poster = &domain.Image{URL: posters + poster}
		}
		return f
	}
	items := []domain.Item{
		{GUID: "picks", Kind: domain.Picks, Title: "Friday streaming picks", Picks: []domain.Pick{{Title: "The Salt Ledger"}, {Title: "1917: A Projectionist’s Year"}, {Title: "Gutters"}}, Teaser: "<p>A week of harbors.</p>"},
		{GUID: "lanterns", Kind: domain.Review, Series: "Opening Week", Title: "Paper Lanterns", Film: film("Paper Lanterns", "/a.png", 3.5), Teaser: "<p>TEASER</p>", Body: "<p>BODY &amp; soul</p>"},
		{GUID: "treppe", Kind: domain.List, Title: "Haus ohne Treppe", Language: "de", Film: film("Haus ohne Treppe", "", 0), Teaser: "<p>x</p>", Body: "<p>" + strings.Repeat("A long list. ", 300) + "</p>"},
		{GUID: "essay", Kind: domain.Essay, Title: "“Ledgers” and Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", Teaser: "<p>x</p>", Body: "<p>y</p>"},
		{GUID: "exclusive", Kind: domain.Post, Exclusive: true, Title: "On Patreon", Teaser: "<p>x</p>"},
		{GUID: "locked-picks", Kind: domain.Picks, Title: "locked picks", Picks: []domain.Pick{{Title: "SECRET FILM", Image: &domain.Image{URL: posters + "/secret.png"}}}, Release: domain.Ladder{{To: domain.ToPatrons}}},
		{GUID: "old-picks", Kind: domain.Picks, Title: "Older picks", Picks: []domain.Pick{{Title: "Fog", Image: &domain.Image{URL: posters + "/b.png"}}}},
		{GUID: "untitled", Kind: domain.Post, Teaser: "<p>x</p>"},
	}
	for i := range items {
		settle(&items[i], now().Add(-time.Duration(i+1)*5*time.Hour))
	}
	ahead := domain.Item{GUID: "ahead", Kind: domain.Post, Title: "From tomorrow"}
	settle(&ahead, now().Add(time.Hour))
	return append(items, ahead)
}

// settle gives an item what gathering would.
func settle(it *domain.Item, published time.Time) {
	it.Source, it.ID = "site", domain.NewItemID("site", it.GUID)
	if it.Kind != domain.Picks {
		it.URL = "https://www.lanternscreen.example/" + it.GUID + "/"
	}
	it.Published, it.FirstPublished, it.FirstSeen, it.Changed = published, published, published, published
}

func picksOf(items []domain.Item, guid string) []domain.ItemID {
	for i := range items {
		if items[i].GUID == guid {
			return []domain.ItemID{items[i].ID}
		}
	}
	return nil
}

// posters is another host with pictures, which nobody may ask.
const posters = "https://www.lanternscreen.example/uploads"

// poster is the picture that was found at an address.
func poster(t *testing.T, address string) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 400, 600))
	copy(img.Pix, address)
	var buf bytes.Buffer
	check(t, png.Encode(&buf, img))
	return buf.Bytes()
}

// illustrate makes an item's posters ours.
func (s *stand) illustrate(t *testing.T, it *domain.Item) {
	t.Helper()
	var images []*domain.Image
	if it.Film != nil {
		images = append(images, it.Film.Poster)
	}
	for _, p := range it.Picks {
		images = append(images, p.Image)
	}
	for _, img := range images {
		if img == nil {
			continue
		}
		p, prints, err := picture.Make(poster(t, img.URL))
		check(t, err)
		p.URL = img.URL
		check(t, s.store.SavePicture(t.Context(), picture.Source{Picture: p}, prints))
		it.Pictures = append(it.Pictures, p)
	}
}

// edition freezes an edition of the weekly with its public copy and brings it
// into a state.
func (s *stand) edition(t testing.TB, slot domain.Slot, state domain.EditionState, items ...domain.ItemID) domain.Edition {
	t.Helper()
	e, err := s.store.CreateEdition(t.Context(), digest.NewEdition{
		Edition: domain.Edition{
			Digest: "weekly", Slot: slot, State: domain.EditionFrozen, Subject: "Letter of " + string(slot[:10]),
			Frozen: now().Add(-time.Hour), Due: now(), Items: items,
		},
		Renditions: []domain.Rendition{
			{Subject: "Letter", HTML: letter("the public copy of " + string(slot))},
			{Readers: domain.Readers{Audience: domain.Audience{Standing: domain.Reader}}, Subject: "Letter", HTML: letter("READERS ONLY")},
			{Readers: domain.Readers{Audience: domain.Audience{Standing: domain.Reader}, Dates: "de"}, Subject: "Letter", HTML: letter("READERS ONLY, ON FREITAG")},
		},
		Recipients: []domain.Audience{{Standing: domain.Reader}},
	})
	check(t, err)
	for _, next := range map[domain.EditionState][]domain.EditionState{
		domain.EditionFrozen: nil,
		domain.EditionHeld:   {domain.EditionHeld}, domain.EditionCancelled: {domain.EditionCancelled},
		domain.EditionSending: {domain.EditionSending}, domain.EditionDone: {domain.EditionSending, domain.EditionDone},
	}[state] {
		check(t, s.store.SetEditionState(t.Context(), e.ID, domain.EditionStates(), next, "test"))
	}
	return e
}

func letter(words string) string {
	return `<!DOCTYPE html><html lang="en-US"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Letter</title></head><body style="color:#111"><h1>Letter</h1><p>` + words + `</p></body></html>`
}

// enroll adds a reader and returns their id.
func (s *stand) enroll(t testing.TB, address string) domain.PatronID {
	t.Helper()
	check(t, s.store.ApplyDifference(t.Context(), "test", patron.Difference{Add: []domain.Patron{
		{Email: address, Name: "Rosa", Audience: domain.Audience{Standing: domain.Reader}},
	}}))
	p, err := s.store.PatronByEmail(t.Context(), address)
	check(t, err)
	return p.ID
}

// got is an answer, read whole.
type got struct {
	*http.Response
	body string
}

// do sends a request; headers are pairs of name and value.
func (s *stand) do(t *testing.T, method, path, body string, headers ...string) got {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	check(t, err)
	if body == "" {
		r.Body = http.NoBody
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	// As it comes: not unpacked, no redirect followed.
	resp, err := (&http.Transport{DisableCompression: true, DisableKeepAlives: true}).RoundTrip(r)
	check(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	check(t, err)
	return got{Response: resp, body: string(text)}
}

func (s *stand) get(t *testing.T, path string, headers ...string) got {
	t.Helper()
	return s.do(t, http.MethodGet, path, "", headers...)
}

// is fails the test unless the answer has a status.
func (g got) is(t *testing.T, status int) got {
	t.Helper()
	if g.StatusCode != status {
		t.Fatalf("%s %s: status %d, want %d", g.Request.Method, g.Request.URL.Path, g.StatusCode, status)
	}
	return g
}

func (g got) html(t *testing.T) *goquery.Document {
	t.Helper()
	if got := g.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Fatalf("content type %q", got)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(g.body))
	check(t, err)
	return doc
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
