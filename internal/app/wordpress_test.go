package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/testkit"
)

// capturedFeeds are the feeds of the captured site that are gathered, by the
// name of their source.
func capturedFeeds() map[string]string {
	return map[string]string{
		"site": "/feed/", "sitepage2": "/feed/?paged=2", "siteatom": "/feed/atom/",
		"reviews": "/reviews/feed/", "reviews2": "/reviews/feed/?paged=2", "reviews3": "/reviews/feed/?paged=3",
		"reviewsatom": "/reviews/feed/atom/", "definitives": "/definitives/feed/",
		"exclusive": "/category/patreon-exclusive/feed/", "choice": "/category/readers-choice/feed/",
		"friday": "/category/streaming-picks/feed/", "window": window, "blog": "/category/blog/feed/", "lists": "/topic/lists/feed/",
	}
}

const rules = `
    rules:
      match:
        - {category: "Reader's Choice", series: "Reader's Choice"}
        - {path: /definitives/, kind: essay, series: The Definitives}
        - {category: Streaming Picks, kind: picks}
        - {title: "^Poll:", kind: poll}
        - {title: "^(The )?\\d+ Best", kind: list}`

const release = `
release:
  Reader's Choice: [{to: Screenwriter, after: 0s}, {to: patrons, after: 14d}, {to: everyone, after: 30d}]
  The Definitives: [{to: patrons, after: 0s}, {to: everyone, after: 30d}]`

// archive is the captured site with every feed gathered, and published, by itself.
type archive struct {
	*instance
	site *testkit.Site
}

func openArchive(t *testing.T) *archive {
	t.Helper()
	site := captured(t)
	home := serve(t, site)
	sources, feeds := "sources:", "feeds:"
	for name, target := range capturedFeeds() {
		sources += fmt.Sprintf("\n  %s:\n    kind: webfeed\n    apart: true\n    url: %q%s", name, home+target, rules)
		feeds += fmt.Sprintf("\n  %s: {items: {sources: [%s]}, limit: 500}", name, name)
	}
	p := publish(t, sources, feeds, release)
	return &archive{instance: p.open(t, slotTime), site: site}
}

// Every piece of every captured feed is in the store and in the built feeds, as
// the raw XML has it.
func TestCapturedSiteArrivesWhole(t *testing.T) {
	t.Parallel()
	a := openArchive(t)
	reports, failures := a.gather(t)
	if len(failures) > 0 {
		t.Fatal(failures)
	}
	built := a.build(t)
	for name, target := range capturedFeeds() {
		raw := rawFeed(t, "", target)
		stored := a.items(t, name)
		a.compareProblems(t, name, raw, reports[name].Problems)
		for _, it := range shown(raw) {
			compareStored(t, name, it, stored[it.GUID])
		}
		if len(stored) != len(shown(raw)) {
			t.Errorf("%s: %d items are stored of %d", name, len(stored), len(shown(raw)))
		}
		compareBuilt(t, name, shown(raw), builtFeeds(t, built, name))
	}
}

// shown are the pieces without those that nobody may see.
func shown(raw []rawItem) []rawItem {
	return slices.DeleteFunc(slices.Clone(raw), rawItem.protected)
}

// compareProblems wants each protected piece, and nothing else, to be reported.
func (a *archive) compareProblems(t *testing.T, name string, raw []rawItem, problems []string) {
	t.Helper()
	var want []string
	for _, it := range raw {
		if it.protected() {
			want = append(want, it.Title)
		}
	}
	if len(problems) != len(want) || len(want) > 0 && (!strings.Contains(problems[0], want[0]) || !strings.Contains(problems[0], "password")) {
		t.Errorf("%s: problems %q, want one for each of %q", name, problems, want)
	}
	if diff := cmp.Diff(problems, a.status(t, name).Problems); diff != "" {
		t.Errorf("%s: the operator sees other problems:\n%s", name, diff)
	}
}

// compareStored compares a stored item with its piece in every respect that the
// XML has a word on.
func compareStored(t *testing.T, name string, raw rawItem, it domain.Item) {
	t.Helper()
	if it.ID != domain.NewItemID(name, raw.GUID) {
		t.Errorf("%s: %q (%s) is not stored under its id", name, raw.Title, raw.GUID)
		return
	}
	want := rawItem{
		raw.GUID, raw.Link, titleOf(raw), raw.Published, unique(raw.Categories), raw.teaser(),
	}
	got := rawItem{it.GUID, it.URL, it.Title, it.Published, unique(it.Tags), textOf(it.Teaser)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: %q is stored otherwise than the feed has it (-feed +stored):\n%s", name, raw.Title, diff)
	}
	if it.Exclusive != raw.exclusive() || it.Series != raw.series() || it.Author != "Mara Ellison" {
		t.Errorf("%s: %q: exclusive %t, series %q, author %q", name, raw.Title, it.Exclusive, it.Series, it.Author)
	}
	if strings.Contains(it.Teaser+it.Body, "currently") && raw.exclusive() {
		t.Errorf("%s: %q still holds the paywall's sentence", name, raw.Title)
	}
	if !it.Withdrawn.IsZero() || it.FirstPublished.IsZero() || !it.FirstSeen.Equal(slotTime) {
		t.Errorf("%s: %q has the history %+v", name, raw.Title, it.ItemHistory)
	}
}

// titleOf is the piece's title; one without is named after its first words.
func titleOf(raw rawItem) string {
	if raw.Title != "" {
		return raw.Title
	}
	return strings.Join(strings.Fields(raw.teaser())[:8], " ") + "…"
}

func unique(names []string) []string {
	names = slices.Sorted(slices.Values(names))
	return append([]string{}, slices.Compact(names)...)
}

// compareBuilt compares the source's feed in every format with its pieces,
// newest first.
func compareBuilt(t *testing.T, name string, raw []rawItem, built map[string][]entry) {
	t.Helper()
	raw = slices.SortedStableFunc(slices.Values(raw), func(x, y rawItem) int { return y.Published.Compare(x.Published) })
	for format, entries := range built {
		if len(entries) != len(raw) {
			t.Errorf("%s.%s: %d entries for %d pieces", name, format, len(entries), len(raw))
			continue
		}
		for i, it := range raw {
			compareEntry(t, name+"."+format, it, entries[i])
		}
	}
}

func compareEntry(t *testing.T, name string, raw rawItem, e entry) {
	t.Helper()
	source, _, _ := strings.Cut(name, ".")
	title := titleOf(raw)
	if raw.series() != "" {
		title = raw.series() + ": " + title
	}
	type face struct {
		ID, URL, Title string
		Published      time.Time
	}
	want := face{domain.NewItemID(source, raw.GUID).URN(), raw.Link, title, raw.Published}
	if diff := cmp.Diff(want, face{e.ID, e.URL, e.Title, e.Published}); diff != "" {
		t.Errorf("%s: %q is published otherwise than the feed has it (-feed +built):\n%s", name, raw.Title, diff)
	}
	for _, c := range raw.Categories {
		if !slices.Contains(e.Tags, c) {
			t.Errorf("%s: %q lacks the category %q among %q", name, raw.Title, c, e.Tags)
		}
	}
	if text := textOf(e.HTML); !strings.Contains(text, raw.teaser()) || strings.Contains(text, "urrently exclusive") || strings.Contains(text, "currently posted") {
		t.Errorf("%s: %q reads %q\nof the site's %q", name, raw.Title, text, raw.teaser())
	}
	if summary := strings.TrimSuffix(e.Summary, "…"); summary == "" || !strings.HasPrefix(raw.teaser(), summary) {
		t.Errorf("%s: %q is summed up as %q", name, raw.Title, e.Summary)
	}
	if raw.exclusive() != strings.Contains(e.HTML, "patreon.com/lanternscreen") && raw.series() == "" {
		t.Errorf("%s: %q, exclusive %t, has the content %s", name, raw.Title, raw.exclusive(), e.HTML)
	}
}

// An unchanged site costs one conditional request a feed, and no write.
func TestUnchangedSiteCostsOneRequestAFeed(t *testing.T) {
	t.Parallel()
	a := openArchive(t)
	a.gather(t)
	version := a.version(t)
	a.site.Forget()
	reports, failures := a.gather(t)
	if len(failures) > 0 {
		t.Error(failures)
	}
	asked := map[string]int{}
	for _, r := range a.site.Requests() {
		asked[r.Target]++
		if !r.Conditional() || r.Status != http.StatusNotModified {
			t.Errorf("asked for %s with validators %q, %q and answered %d", r.Target, r.IfNoneMatch, r.IfModifiedSince, r.Status)
		}
	}
	for name, target := range capturedFeeds() {
		if asked[target] != 1 || !reports[name].Unchanged {
			t.Errorf("%s: asked %d times, %v", name, asked[target], reports[name])
		}
	}
	if got := a.version(t); got != version {
		t.Errorf("the items' version went from %d to %d", version, got)
	}
}

// After an editor's work the items are what the site makes of them now, under
// the ids that they had, and nothing is lost.
func TestEditedSiteIsFollowed(t *testing.T) {
	t.Parallel()
	a := openArchive(t)
	a.gather(t)
	before := map[string]map[string]domain.Item{}
	for name := range capturedFeeds() {
		before[name] = a.items(t, name)
	}
	a.site.Turn("after")
	a.now = slotTime.Add(72 * time.Hour)
	if _, failures := a.gather(t); len(failures) > 0 {
		t.Fatal(failures)
	}
	built := a.build(t)
	for name, target := range capturedFeeds() {
		after := a.items(t, name)
		for _, it := range shown(rawFeed(t, "after", target)) {
			compareEdited(t, name, it, before[name][it.GUID], after[it.GUID], a.now)
		}
		compareWindow(t, name, before[name], after)
		comparePublished(t, name, after, builtFeeds(t, built, name))
	}
}

// compareWindow wants what has left the feed's window to stay: that a piece is
// gone from a feed says nothing.
func compareWindow(t *testing.T, name string, before, after map[string]domain.Item) {
	t.Helper()
	for guid, old := range before {
		if now, ok := after[guid]; !ok || now.ID != old.ID || !now.Withdrawn.IsZero() {
			t.Errorf("%s: %q has left the feed's window, and the store", name, old.Title)
		}
	}
}

// comparePublished wants every stored item in every format of its feed, under its
// present title and address.
func comparePublished(t *testing.T, name string, items map[string]domain.Item, built map[string][]entry) {
	t.Helper()
	for format, entries := range built {
		byID := map[string]entry{}
		for _, e := range entries {
			byID[e.ID] = e
		}
		for _, it := range items {
			if e := byID[it.ID.URN()]; e.Title != it.FullTitle() || e.URL != it.URL || !e.Published.Equal(it.Published) {
				t.Errorf("%s.%s has of %q: %+v", name, format, it.Title, e)
			}
		}
		if len(entries) != len(items) {
			t.Errorf("%s.%s: %d entries for %d items", name, format, len(entries), len(items))
		}
	}
}

// compareEdited compares an item with what the site says after the editor's
// work. The zero old is an item that was not there before.
func compareEdited(t *testing.T, name string, raw rawItem, old, it domain.Item, now time.Time) {
	t.Helper()
	if it.URL != raw.Link || it.Title != titleOf(raw) || !it.Published.Equal(raw.Published) || textOf(it.Teaser) != raw.teaser() {
		t.Errorf("%s: %q is stored as %q at %s of %s:\n%s", name, raw.Title, it.Title, it.URL, it.Published, textOf(it.Teaser))
	}
	opened := old.Exclusive && !raw.exclusive()
	if it.Exclusive != raw.exclusive() || opened && !it.Opened.Equal(now) || !opened && !it.Opened.IsZero() {
		t.Errorf("%s: %q: exclusive %t, opened %s; was exclusive %t", name, raw.Title, it.Exclusive, it.Opened, old.Exclusive)
	}
	if old.ID == "" {
		return
	}
	if it.ID != old.ID || !it.FirstPublished.Equal(old.FirstPublished) || !it.FirstSeen.Equal(old.FirstSeen) {
		t.Errorf("%s: %q changed its id or its first dates: %+v, was %+v", name, raw.Title, it, old)
	}
	same := it.Title == old.Title && it.URL == old.URL && it.Published.Equal(old.Published) && it.Teaser == old.Teaser &&
		it.Exclusive == old.Exclusive && slices.Equal(it.Tags, old.Tags)
	if it.Changed.Equal(now) == same {
		t.Errorf("%s: %q: changed at %s, and reads the same: %t", name, raw.Title, it.Changed, same)
	}
}

// The editor's work, piece by piece, as testdata/wordpress/README.md tells it.
func TestEditorsWork(t *testing.T) {
	t.Parallel()
	a := openArchive(t)
	a.gather(t, "site", "reviews", "window")
	a.site.Turn("after")
	a.now = slotTime.Add(72 * time.Hour)
	reports, _ := a.gather(t, "site", "reviews", "window")
	for _, want := range []struct {
		source, guid string
		is           func(domain.Item) bool
	}{
		{"reviews", "?post_type=reviews&p=28091", func(it domain.Item) bool { return !it.Exclusive && it.Opened.Equal(a.now) }},
		{"reviews", "?post_type=reviews&p=28061", func(it domain.Item) bool { return !it.Exclusive && it.Opened.Equal(a.now) }},
		{"reviews", "?post_type=reviews&p=28067", func(it domain.Item) bool {
			return it.Title == "Copperwire (Director’s Cut)" && strings.HasSuffix(it.URL, "/reviews/copperwire-directors-cut/")
		}},
		{"site", "?p=28089", func(it domain.Item) bool { return it.Withdrawn.IsZero() && it.Changed.Equal(slotTime) }},
		{"window", "?post_type=reviews&p=28000", func(it domain.Item) bool {
			return it.Published.Sub(it.FirstPublished) > 400*24*time.Hour && it.FirstPublished.Year() == 2025
		}},
	} {
		it, ok := a.items(t, want.source)["http://127.0.0.1:8088/"+want.guid]
		if !ok || !want.is(it) {
			t.Errorf("%s: %s is %+v", want.source, want.guid, it)
		}
	}
	if r := reports["reviews"]; r.Opened != 2 || r.Changed != 3 || r.New != 1 {
		t.Errorf("reviews: %s", r)
	}
}
