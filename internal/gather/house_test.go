package gather_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/gather"
	"marquee/internal/source"
	"marquee/internal/store/sqlite"
)

// house gathers several sources into a real store.
type house struct {
	*testing.T
	store *sqlite.Store
	now   time.Time
	order []string
	apart map[string]bool
	read  map[string]*script
	pages pages
	flood int
	rules map[string]config.Rules
	bound map[string]domain.Ladder
	wrap  func(gather.Store) gather.Store
}

func newHouse(t *testing.T, order ...string) *house {
	t.Helper()
	h := &house{T: t, now: time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC), order: order, read: map[string]*script{}, flood: 5}
	var err error
	h.store, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "marquee.db"),
		sqlite.Options{Exclusive: true, Now: func() time.Time { return h.now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// reads lets a source give pieces, a minute after the last read.
func (h *house) reads(name string, pieces ...source.Raw) gather.Report {
	h.Helper()
	h.now = h.now.Add(time.Minute)
	if h.read[name] == nil {
		h.read[name] = &script{res: source.Result{State: source.State("1")}}
	}
	h.read[name].res.Items = pieces
	report, err := h.gather(name)
	if err != nil {
		h.Fatal(err)
	}
	return report
}

func (h *house) gather(name string) (gather.Report, error) {
	var store gather.Store = h.store
	if h.wrap != nil {
		store = h.wrap(store)
	}
	cfg := gather.Config{
		Name: name, Reader: h.read[name], Store: store, Order: h.order, Apart: h.apart, Settle: 15 * time.Minute, Flood: h.flood,
		Rules: h.rules[name], Releases: h.bound,
		Publication: domain.Publication{URL: "https://www.lanternscreen.example/", Language: "en-US"},
		Now:         func() time.Time { return h.now }, Log: slog.New(slog.DiscardHandler),
	}
	if h.pages != nil {
		cfg.Pages = h.pages
	}
	return gather.New(cfg).Gather(h.Context())
}

// items are all that stand, newest first.
func (h *house) items(sources ...string) []domain.Item {
	h.Helper()
	items, err := h.store.Items(h.Context(), domain.ItemQuery{Sources: sources})
	if err != nil {
		h.Fatal(err)
	}
	return items
}

// only is the only item there is.
func (h *house) only() domain.Item {
	h.Helper()
	items := h.items()
	if len(items) != 1 {
		h.Fatalf("%d items, want one: %+v", len(items), items)
	}
	return items[0]
}

// events are the kinds of an item's events, oldest first.
func (h *house) events(q domain.EventQuery) string {
	h.Helper()
	found, err := h.store.Events(h.Context(), q)
	if err != nil {
		h.Fatal(err)
	}
	slices.Reverse(found)
	var kinds []string
	for _, e := range found {
		kinds = append(kinds, string(e.Kind))
	}
	return strings.Join(kinds, ", ")
}

// pages are a site's pages: their texts, and what is not there.
type pages map[string]string

func (p pages) Get(_ context.Context, req fetch.Request) (*fetch.Response, error) {
	text, ok := p[req.URL]
	if !ok {
		return nil, &fetch.Error{URL: req.URL, Status: 404}
	}
	if text == "" {
		return nil, &fetch.Error{URL: req.URL, Status: 503}
	}
	return &fetch.Response{URL: req.URL, Body: []byte(text)}, nil
}

const locked = "<p>A thriller. The full review is currently exclusive to Patreon subscribers.</p>"

// onSite is a piece as the site's feed gives it: in part.
func onSite() source.Raw {
	return source.Raw{
		GUID: "https://www.lanternscreen.example/?p=1", Title: "Copperwire", URL: "https://www.lanternscreen.example/reviews/copperwire/",
		Summary: locked, Film: &domain.Film{Title: "Copperwire", Year: 2026, Rating: &domain.Rating{Value: 3.5}},
		Published: time.Date(2026, 11, 19, 15, 0, 0, 0, time.UTC),
	}
}

// onPatreon is the same piece, whole, for its patrons.
func onPatreon() source.Raw {
	return source.Raw{
		GUID: "p1", Title: "Copperwire", URL: "https://www.patreon.com/posts/copperwire-1", Summary: "<p>For you.</p>", Content: "<p>All of it.</p>",
		Film: &domain.Film{Title: "Copperwire", Directors: []string{"Ines Vardo"}}, Release: domain.Ladder{{To: domain.ToPatrons}},
		Published: time.Date(2026, 11, 17, 15, 0, 0, 0, time.UTC),
	}
}

// Whoever tells it first: the site's word counts, and what it keeps back comes
// from Patreon with the release that binds it there.
func TestOnePieceOfTwoSources(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"site", "patreon"} {
		t.Run(first+" first", func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, "site", "patreon")
			site, patreon := onSite(), onPatreon()
			tell := map[string]func() gather.Report{
				"site":    func() gather.Report { return h.reads("site", site) },
				"patreon": func() gather.Report { return h.reads("patreon", patreon) },
			}
			second := map[string]string{"site": "patreon", "patreon": "site"}[first]
			tell[first]()
			id := h.only().ID
			if r := tell[second](); r.New != 0 || r.Changed != 1 {
				t.Errorf("the second telling: %s", r)
			}
			it := h.only()
			if it.ID != id || it.URL != site.URL || it.Body != patreon.Content || !it.Exclusive || it.Teaser != "<p>A thriller.</p>" ||
				len(it.Release) != 1 || it.Release[0].To != domain.ToPatrons || it.Film.Rating == nil || len(it.Film.Directors) != 1 ||
				!it.Published.Equal(site.Published) {
				t.Fatalf("%+v %+v", it, it.Film)
			}
			if len(h.items("site")) != 1 || len(h.items("patreon")) != 1 {
				t.Error("it is not an item of both sources")
			}
			for range 2 {
				if r := tell[first](); r.String() != "nothing new" {
					t.Errorf("told again: %s", r)
				}
				if r := tell[second](); r.String() != "nothing new" {
					t.Errorf("told again: %s", r)
				}
			}
			patreon.Content = "<p>All of it, and a postscript.</p>"
			if r := tell["patreon"](); r.String() != "1 changed" || h.only().Body != patreon.Content {
				t.Errorf("the loser's change: %s, %s", r, h.only().Body)
			}
			site.Summary, site.Content = "<p>A thriller.</p>", "<p>A thriller, all of it.</p>"
			if r := tell["site"](); r.String() != "1 changed, 1 now free" {
				t.Errorf("opened: %s", r)
			}
			if it = h.only(); it.Exclusive || it.Body != site.Content || len(it.Release) != 0 || it.Opened.IsZero() {
				t.Errorf("opened: %+v", it)
			}
			h.read["site"].res.Complete = true
			if r := h.reads("site"); r.Withdrawn != 0 || r.Changed != 1 || h.only().URL != patreon.URL || len(h.only().Release) != 1 {
				t.Errorf("the site has taken it back: %s, %+v", r, h.only())
			}
			h.read["patreon"].res.Complete = true
			if r := h.reads("patreon"); r.String() != "1 withdrawn" || len(h.items()) != 0 {
				t.Errorf("both have taken it back: %s", r)
			}
			if r := tell["site"](); r.Returned != 1 || h.only().ID != id || h.only().Body != site.Content {
				t.Errorf("it is back: %s", r)
			}
		})
	}
}

// A text that is bound fills no piece that everybody may read.
func TestBoundTextStaysBound(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "site", "patreon")
	site := onSite()
	site.Summary = "<p>A thriller. Read on at the site.</p>"
	h.reads("site", site)
	h.reads("patreon", onPatreon())
	if it := h.only(); it.Body != "" || len(it.Release) != 0 {
		t.Errorf("%+v", it)
	}
	h = newHouse(t, "site", "patreon")
	h.rules = map[string]config.Rules{"patreon": {Kind: domain.Post}} // which a ladder may bind
	patreon := onPatreon()
	patreon.Release, patreon.URL = nil, onSite().URL
	h.reads("patreon", patreon)
	h.reads("site", onSite())
	if it := h.only(); it.Body != "" || it.Kind != domain.Review {
		t.Errorf("%+v", it)
	}
}

// A source's ladder binds its texts wherever they go, and what binds others' texts
// does not bind them where a source has a ladder of its own.
func TestTextOfABoundSource(t *testing.T) {
	t.Parallel()
	club := domain.Ladder{{To: "Screenwriter"}}
	for name, tt := range map[string]struct {
		bound map[string]domain.Ladder
		taken bool
		want  domain.Ladder
	}{
		"nobody has one":           {nil, true, nil},
		"whose text it is":         {map[string]domain.Ladder{"patreon": club}, true, club},
		"who shows it":             {map[string]domain.Ladder{"site": {}}, false, nil},
		"both":                     {map[string]domain.Ladder{"site": {}, "patreon": club}, true, club},
		"whose text it is, openly": {map[string]domain.Ladder{"patreon": {}}, true, nil},
	} {
		h := newHouse(t, "site", "patreon")
		h.bound = tt.bound
		patreon := onPatreon()
		patreon.Release = nil
		h.reads("site", onSite())
		h.reads("patreon", patreon)
		if it := h.only(); (it.Body != "") != tt.taken || !slices.Equal(it.Release, tt.want) {
			t.Errorf("%s: %q under %v", name, it.Body, it.Release)
		}
	}
}

func TestSamePiece(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		edit func(*source.Raw)
		same bool
	}{
		"scheme, www, slash":   {func(r *source.Raw) { r.URL, r.Title = "http://lanternscreen.example/reviews/copperwire", "Other" }, true},
		"campaign":             {func(r *source.Raw) { r.URL, r.Title = onSite().URL+"?utm_source=rss&fbclid=1", "Other" }, true},
		"port":                 {func(r *source.Raw) { r.URL, r.Title = "https://lanternscreen.example:443/reviews/copperwire/", "Other" }, true},
		"another query":        {func(r *source.Raw) { r.URL, r.Title = onSite().URL+"?p=2", "Other" }, false},
		"another page":         {func(r *source.Raw) { r.Title = "Other" }, false},
		"title":                {func(*source.Raw) {}, true},
		"title, three days":    {func(r *source.Raw) { r.Published = onSite().Published.Add(72 * time.Hour) }, true},
		"title, a bit more":    {func(r *source.Raw) { r.Published = onSite().Published.Add(72*time.Hour + time.Second) }, false},
		"title, before":        {func(r *source.Raw) { r.Published = onSite().Published.Add(-72 * time.Hour) }, true},
		"title, long before":   {func(r *source.Raw) { r.Published = onSite().Published.Add(-72*time.Hour - time.Second) }, false},
		"title, case, signs":   {func(r *source.Raw) { r.Title = "“COPPERWIRE!”" }, true},
		"title with series":    {func(r *source.Raw) { r.Title, r.Series = "Reader’s Choice: Copperwire", "Reader's Choice" }, true},
		"another kind":         {func(r *source.Raw) { r.Kind = domain.Poll }, false},
		"another film":         {func(r *source.Raw) { r.Film = &domain.Film{Title: "Copperwire", Year: 1961} }, false},
		"address, months away": {func(r *source.Raw) { r.URL, r.Published = onSite().URL, onSite().Published.AddDate(0, -2, 0) }, false},
		"front page":           {func(r *source.Raw) { r.URL, r.Title = "https://lanternscreen.example/?utm_medium=x", "Other" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, "site", "other")
			h.reads("site", onSite())
			raw := onPatreon()
			raw.URL = "https://other.example/1"
			tt.edit(&raw)
			h.reads("other", raw)
			if got := len(h.items()) == 1; got != tt.same {
				t.Errorf("the same %t, want %t", got, tt.same)
			}
		})
	}
}

// Nobody is taken for another where two would do, where both are in one read, or
// where the operator says so.
func TestNotTheSame(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "site", "other")
	twin := onSite()
	twin.GUID, twin.URL = "2", "https://www.lanternscreen.example/reviews/copperwire-2/"
	h.reads("site", onSite(), twin)
	h.reads("other", onPatreon())
	if n := len(h.items()); n != 3 {
		t.Errorf("two films of one title: %d items, want 3", n)
	}
	h = newHouse(t, "site", "other")
	h.reads("other", onPatreon())
	h.reads("site", onSite(), twin)
	if n := len(h.items()); n != 3 {
		t.Errorf("two films of one title, the other way: %d items, want 3", n)
	}
	h = newHouse(t, "site", "other")
	h.apart = map[string]bool{"other": true}
	h.reads("site", onSite())
	h.reads("other", onPatreon())
	if n := len(h.items()); n != 2 {
		t.Errorf("apart: %d items, want 2", n)
	}
}

// series is a source's pieces under guids of some kind.
func series(n int, guid string, edit func(i int, r *source.Raw)) []source.Raw {
	var all []source.Raw
	for i := range n {
		r := piece(fmt.Sprint(guid, i), fmt.Sprint("Film ", 'a'+i))
		r.URL = fmt.Sprintf("https://www.lanternscreen.example/reviews/film-%d/", i)
		r.Published = time.Date(2026, 11, 20, 16, 0, 0, 0, time.UTC).AddDate(0, 0, -i)
		if edit != nil {
			edit(i, &r)
		}
		all = append(all, r)
	}
	return all
}

// A site that changes all its ids has nothing new to tell.
func TestIDsOvernight(t *testing.T) {
	t.Parallel()
	elsewhere := func(i int, r *source.Raw) { r.URL = fmt.Sprintf("https://new.example/%d", i) }
	for name, edit := range map[string]func(int, *source.Raw){
		"ids":                       nil,
		"ids and titles":            func(i int, r *source.Raw) { r.Title = fmt.Sprint("Review: Film ", 'a'+i) },
		"ids and addresses":         elsewhere,
		"ids and schemes and a day": func(_ int, r *source.Raw) { r.URL, r.Published = "http"+r.URL[5:], r.Published.Add(24*time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, "site")
			h.reads("site", series(12, "old", nil)...)
			before := h.items()
			h.now = h.now.Add(48 * time.Hour)
			if r := h.reads("site", series(12, "new", edit)...); r.New != 0 || r.Held != 0 {
				t.Errorf("overnight: %s", r)
			}
			if r := h.reads("site", series(12, "new", edit)...); r.String() != "nothing new" {
				t.Errorf("read again: %s", r)
			}
			if r := h.reads("site", series(12, "old", edit)...); r.New != 0 {
				t.Errorf("and back: %s", r)
			}
			after := h.items()
			if len(after) != 12 || after[0].ID != before[0].ID || after[11].ID != before[11].ID {
				t.Errorf("%d items, were %d", len(after), len(before))
			}
		})
	}
}

// What comes back as new is held when it is too much at once, and is news when
// the operator says so.
func TestFlood(t *testing.T) {
	t.Parallel()
	anew := func(back int) func(int, *source.Raw) {
		return func(i int, r *source.Raw) { // nothing of it is known but the title
			r.URL, r.Published = fmt.Sprintf("https://new.example/%d", i), r.Published.Add(time.Duration(back)*24*time.Hour)
		}
	}
	for name, tt := range map[string]struct {
		n, flood, held int
		edit           func(int, *source.Raw)
	}{
		"as many as may":    {5, 5, 0, anew(20)},
		"one more":          {6, 5, 6, anew(20)},
		"any number":        {12, 0, 0, anew(20)},
		"unknown, but old":  {12, 5, 10, func(i int, r *source.Raw) { anew(0)(i, r); r.Title += " again" }},
		"unknown, but news": {12, 5, 0, func(i int, r *source.Raw) { anew(20)(i, r); r.Title += " again" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, "site")
			h.flood = tt.flood
			h.reads("site", series(12, "old", nil)...)
			h.now = h.now.Add(4 * 24 * time.Hour)
			h.reads("site", series(1, "old", nil)...)
			h.now = h.now.Add(12 * time.Hour)
			r := h.reads("site", series(tt.n, "new", tt.edit)...)
			if r.Held != tt.held || (r.Held > 0) != (len(r.Problems) == 1) {
				t.Errorf("%s, %q; want %d held", r, r.Problems, tt.held)
			}
			st, err := h.store.Sources(h.Context())
			if err != nil || st[0].Held != tt.held {
				t.Errorf("status %+v, %v", st, err)
			}
			for range 2 {
				n, err := h.store.AcceptHeld(h.Context(), "site", h.now)
				if err != nil || n != tt.held {
					t.Errorf("accepted %d, %v; want %d", n, err, tt.held)
				}
				tt.held = 0
			}
		})
	}
}

// A piece is mailed when it has stood unchanged for a while; edits without end
// do not keep it back for ever.
func TestSettles(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "site")
	h.reads("site", series(1, "x", nil)...)
	h.now = time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)
	raw := piece("a", "Copperwire")
	raw.Published = time.Date(2026, 11, 20, 18, 1, 0, 0, time.UTC)
	seen := time.Date(2026, 11, 20, 18, 1, 0, 0, time.UTC)
	settles := func() time.Duration {
		for _, it := range h.items() {
			if it.GUID == "a" {
				return it.Settles.Sub(seen)
			}
		}
		return -1
	}
	h.reads("site", raw)
	if got := settles(); got != 15*time.Minute {
		t.Errorf("settles %v after it was seen, want 15m", got)
	}
	for i := range 12 {
		h.now = seen.Add(time.Duration(i+1)*10*time.Minute - time.Minute)
		raw.Summary += fmt.Sprintf("<p>Edit %d.</p>", i)
		h.reads("site", raw)
		want := min(time.Duration(i+1)*10*time.Minute+15*time.Minute, time.Hour)
		if got := settles(); got != want {
			t.Errorf("edit %d: settles %v after it was seen, want %v", i, got, want)
		}
	}
	old := piece("b", "Winter Count")
	old.Published = h.now.Add(-3 * time.Hour)
	h.reads("site", old)
	for _, it := range h.items() {
		if it.GUID == "b" && !it.Settles.Equal(old.Published.Add(15*time.Minute)) {
			t.Errorf("published before it was seen: settles %v", it.Settles)
		}
	}
}

// meanwhile lets something happen before the first save.
type meanwhile struct {
	gather.Store
	do func()
}

func (m *meanwhile) SaveGathered(ctx context.Context, g gather.Gathered) error {
	if do := m.do; do != nil {
		m.do = nil
		do()
	}
	return m.Store.SaveGathered(ctx, g)
}

// Two sources that bring one piece at the same time bring one item.
func TestTwoSourcesAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "site", "patreon")
	m := &meanwhile{}
	m.do = func() {
		wrap := h.wrap
		h.wrap = nil
		h.reads("patreon", onPatreon())
		h.wrap = wrap
	}
	h.wrap = func(s gather.Store) gather.Store { m.Store = s; return m }
	if r := h.reads("site", onSite()); r.New != 0 || r.Changed != 1 {
		t.Errorf("%s", r)
	}
	if it := h.only(); it.Body == "" || it.Source != "patreon" {
		t.Errorf("%+v", it)
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "site")
	h.reads("site", series(1, "x", nil)...)
	if got := h.events(domain.EventQuery{}); got != "" {
		t.Errorf("of the first read: %s", got)
	}
	raw := onSite()
	if r := h.reads("site", raw); r.String() != "1 new, 1 first look" {
		t.Errorf("%s", r)
	}
	raw.Summary = "<p>A thriller.</p>"
	h.reads("site", raw)
	raw.Published = raw.Published.Add(time.Hour)
	h.reads("site", raw)
	h.read["site"].res.Complete = true
	h.reads("site", series(1, "x", nil)...)
	h.reads("site", append(series(1, "x", nil), raw)...)
	const want = "new, first look, now free, changed, republished, changed, withdrawn, returned"
	for _, q := range []domain.EventQuery{{}, {Source: "site"}, {Item: domain.NewItemID("site", raw.GUID)}, {Kinds: domain.EventKinds()}} {
		if got := h.events(q); got != want {
			t.Errorf("%+v: %s, want %s", q, got, want)
		}
	}
	if got := h.events(domain.EventQuery{Limit: 1}); got != "returned" {
		t.Errorf("the newest: %s", got)
	}
	if got := h.events(domain.EventQuery{Source: "other"}); got != "" {
		t.Errorf("another source's: %s", got)
	}
	if got := h.events(domain.EventQuery{Since: h.now.Add(-time.Minute)}); got != "withdrawn, returned" {
		t.Errorf("the last minute's: %s", got)
	}
	st, err := h.store.Sources(h.Context())
	if err != nil || st[0].Events[domain.EventChanged] != 2 || st[0].Events[domain.EventNowFree] != 1 {
		t.Errorf("status %+v, %v", st, err)
	}
}

// A feed says nothing of what has left its window; the pieces' pages do.
func TestPagesTell(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "site")
	raw := onSite()
	others := series(4, "x", nil)
	h.pages = pages{raw.URL: "<title>Copperwire</title><h1>Copperwire</h1>" + locked, others[1].URL: ""}
	h.reads("site", append(others, raw)...)
	day := func(pieces ...source.Raw) gather.Report {
		h.Helper()
		h.now = h.now.Add(25 * time.Hour)
		return h.reads("site", pieces...)
	}
	if r := day(append(others, raw)...); r.String() != "nothing new" {
		t.Errorf("its page says it is for patrons: %s", r)
	}
	others[3].Published = raw.Published.Add(-240 * time.Hour) // so that it bounds the window
	day(append(others, raw)...)
	h.pages[raw.URL] = "<h1>Please log in</h1>"
	if r := day(others...); r.Opened != 0 {
		t.Errorf("a login page: %s", r)
	}
	h.pages[raw.URL] = "<h1>Copperwire</h1><p>All of it.</p>"
	if r := day(others[:1]...); r.String() != "1 changed, 1 now free" {
		t.Errorf("opened: %s", r)
	}
	if r := day(others[:1]...); r.String() != "nothing new" {
		t.Errorf("the day after: %s", r)
	}
	if r := day(others[0], others[2], others[3]); r.Withdrawn != 0 {
		t.Errorf("its page cannot be had: %s", r)
	}
	delete(h.pages, others[1].URL)
	if r := day(others[0], others[2], others[3]); r.String() != "1 withdrawn" {
		t.Errorf("neither in the feed nor on the site: %s", r)
	}
	if r := day(others[0]); r.Withdrawn != 0 {
		t.Errorf("older than the window: %s", r)
	}
	if r := day(others...); r.Returned != 1 {
		t.Errorf("back: %s", r)
	}
}
