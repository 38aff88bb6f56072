package feed_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/feed"
	"marquee/internal/feed/feedtest"
)

var (
	public       = domain.Audience{}
	reader       = domain.Audience{Standing: domain.Reader}
	matinee      = domain.Audience{Standing: domain.Active, Tier: "Matinee"}
	screenwriter = domain.Audience{Standing: domain.Active, Tier: "Screenwriter"}
)

// build builds spec's document of some items.
func build(t *testing.T, spec *feed.Spec, a domain.Audience, now time.Time, items ...domain.Item) feed.Built {
	t.Helper()
	var store feedtest.Memory
	store.Set(items...)
	b, err := spec.Build(t.Context(), &store, domain.Readers{Audience: a}, now)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// review is a piece whose parts can be told apart in any output.
func review(published time.Time) domain.Item {
	it := feedtest.Item("r", domain.Review, published)
	it.Title, it.URL = "Review", "https://site.example/r/"
	it.Teaser, it.Body = "<p>TEASER of it.</p>", "<p>BODY of it.</p>"
	return it
}

func TestBuildShowsWhatEachAudienceMaySee(t *testing.T) {
	t.Parallel()
	published := feedtest.Now().Add(-24 * time.Hour)
	everyone := "November 29, 2026"
	for name, tt := range map[string]struct {
		audience domain.Audience
		change   func(*domain.Item, *feed.Spec)
		want     []string
		never    []string
	}{
		"public, opens later": {
			audience: public,
			want:     []string{"TEASER", "The full review opens here on " + everyone, `<a href="https://www.patreon.com/lanternscreen">Become a patron</a> to read it now.`},
			never:    []string{"BODY"},
		},
		"reader, opens later": {audience: reader, want: []string{"TEASER", everyone, "Become a patron"}, never: []string{"BODY"}},
		"lower tier, opens later": {
			audience: matinee, want: []string{"TEASER", "opens here on November 21, 2026"}, never: []string{"BODY", "Become a patron"},
		},
		"highest tier": {audience: screenwriter, want: []string{"BODY"}, never: []string{"TEASER</p>", "opens here", "patron"}},
		"operator":     {audience: domain.Audience{Standing: domain.Operator}, want: []string{"BODY"}},
		"full without a body": {
			audience: screenwriter, change: func(it *domain.Item, _ *feed.Spec) { it.Body = "" }, want: []string{"TEASER"},
		},
		"nobody sees it sooner": {
			audience: public,
			change: func(it *domain.Item, _ *feed.Spec) {
				it.Release = domain.Ladder{{To: domain.ToEveryone, After: 240 * time.Hour}}
			},
			want: []string{"opens here on"}, never: []string{"BODY", "Become a patron"},
		},
		"patrons see it sooner, not now": {
			audience: public,
			change: func(it *domain.Item, _ *feed.Spec) {
				it.Release = domain.Ladder{{To: domain.ToPatrons, After: 48 * time.Hour}, {To: domain.ToEveryone, After: 240 * time.Hour}}
			},
			want: []string{"Become a patron</a> to read it sooner."}, never: []string{"BODY"},
		},
		"never for the public": {
			audience: public,
			change:   func(it *domain.Item, _ *feed.Spec) { it.Release = domain.Ladder{{To: domain.ToPatrons}} },
			want:     []string{"The full review is for patrons. ", "Become a patron</a> to read it."}, never: []string{"BODY"},
		},
		"never for a lower tier": {
			audience: matinee,
			change:   func(it *domain.Item, _ *feed.Spec) { it.Release = domain.Ladder{{To: "Screenwriter"}} },
			want:     []string{"is for a higher tier. ", "See the tiers</a>."}, never: []string{"BODY", "Become"},
		},
		"a tier that nobody has": {
			audience: public,
			change:   func(it *domain.Item, _ *feed.Spec) { it.Release = domain.Ladder{{To: "Nobody"}} },
			want:     []string{"is for patrons."}, never: []string{"BODY", "Become a patron"},
		},
		"no Patreon": {
			audience: public,
			change: func(it *domain.Item, s *feed.Spec) {
				it.Release, s.Publication.Patreon = domain.Ladder{{To: domain.ToPatrons}}, ""
			},
			want: []string{`<a href="https://site.example/r/">Read on at its own page</a>.`}, never: []string{"BODY", "Become"},
		},
		"exclusive, public": {
			audience: public, change: func(it *domain.Item, _ *feed.Spec) { it.Exclusive, it.Body = true, "" },
			want: []string{"TEASER", "The full review is on Patreon. ", "Become a patron</a>."}, never: []string{"opens here"},
		},
		"exclusive, patron, piece on Patreon": {
			audience: screenwriter,
			change: func(it *domain.Item, _ *feed.Spec) {
				it.Exclusive, it.Body, it.URL = true, "", "https://www.patreon.com/posts/99001001"
			},
			want: []string{`<a href="https://www.patreon.com/posts/99001001">Read it there</a>.`}, never: []string{"Become"},
		},
		"exclusive, no Patreon": {
			audience: public,
			change: func(it *domain.Item, s *feed.Spec) {
				it.Exclusive, it.Body, s.Publication.Patreon = true, "", ""
			},
			want: []string{`The full review is for patrons. <a href="https://site.example/r/">Read it there</a>.`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			it, spec := review(published), feedtest.Spec()
			if tt.change != nil {
				tt.change(&it, spec)
			}
			e := build(t, spec, tt.audience, feedtest.Now(), it).Document.Entries[0]
			for _, want := range tt.want {
				if !strings.Contains(e.HTML, want) {
					t.Errorf("no %q in:\n%s", want, e.HTML)
				}
			}
			for _, never := range tt.never {
				if strings.Contains(e.HTML+e.Summary+e.Title, never) {
					t.Errorf("%q in:\n%s\n%s\n%s", never, e.Title, e.Summary, e.HTML)
				}
			}
		})
	}
}

func TestBuildKeepsLockedPicksOutOfEveryField(t *testing.T) {
	t.Parallel()
	it := feedtest.Item("p", domain.Picks, feedtest.Now().Add(-time.Hour))
	it.Picks = []domain.Pick{{Title: "SECRET FILM", Why: "SECRET", Image: &domain.Image{URL: "https://site.example/SECRET.jpg"}}}
	it.Pictures = []domain.Picture{feedtest.Picture(it.Picks[0].Image.URL, 400, 600)}
	it.Release = domain.Ladder{{To: domain.ToPatrons}}
	e := build(t, feedtest.Spec(), public, feedtest.Now(), it).Document.Entries[0]
	if e.Picks != nil || e.Image != nil || e.Thumbnail != nil || strings.Contains(e.HTML+e.Title+e.Summary, "SECRET") {
		t.Errorf("a locked pick shows: %+v", e)
	}
	e = build(t, feedtest.Spec(), matinee, feedtest.Now(), it).Document.Entries[0]
	if len(e.Picks) != 1 || e.Image == nil || e.Summary != "SECRET FILM" || !strings.Contains(e.HTML, "<h3>SECRET FILM</h3>") {
		t.Errorf("an open pick is missing: %+v", e)
	}
}

func TestBuildLeavesOutWhatIsNotThereAndFillsUp(t *testing.T) {
	t.Parallel()
	now, spec := feedtest.Now(), feedtest.Spec()
	spec.Limit = 3
	var items []domain.Item
	for i := range 10 { // the five newest lie ahead
		it := review(now.Add(time.Duration(5-i)*time.Hour - time.Minute))
		it.ID = domain.NewItemID("site", string(rune('a'+i)))
		items = append(items, it)
	}
	b := build(t, spec, public, now, items...)
	if got := len(b.Document.Entries); got != 3 {
		t.Errorf("got %d entries, want the limit of 3 visible ones", got)
	}
	if want := now.Add(time.Hour - time.Minute); !b.Until.Equal(want) {
		t.Errorf("stands until %v, want the next publication at %v", b.Until, want)
	}
	for _, e := range b.Document.Entries {
		if e.Published.After(now) {
			t.Errorf("an entry of the future: %v", e.Published)
		}
	}
}

// TestLadder walks through the hours of a release: what Build says about its
// own future must come true, at the instant and not before.
func TestLadder(t *testing.T) {
	t.Parallel()
	published := time.Date(2026, 11, 19, 20, 0, 0, 0, time.UTC)
	it := review(published)
	patrons, everyone := published.Add(48*time.Hour), published.Add(240*time.Hour)
	for _, tt := range []struct {
		name           string
		audience       domain.Audience
		now            time.Time
		full           bool
		updated, until time.Time
	}{
		{"public before", public, patrons.Add(-1), false, published, patrons}, // then the line's words change
		{"public between", public, everyone.Add(-1), false, published, everyone},
		{"public at the step", public, everyone, true, everyone, time.Time{}},
		{"tier before", matinee, patrons.Add(-1), false, published, patrons},
		{"tier at the step", matinee, patrons, true, patrons, time.Time{}},
		{"highest tier", screenwriter, published.Add(time.Hour), true, published, time.Time{}},
	} {
		spec := feedtest.Spec()
		spec.Policy.Kinds[domain.Review] = domain.Ladder{
			{To: "Screenwriter"}, {To: domain.ToPatrons, After: 48 * time.Hour}, {To: domain.ToEveryone, After: 240 * time.Hour},
		}
		if tt.name == "public before" {
			spec.Policy.Kinds[domain.Review] = spec.Policy.Kinds[domain.Review][1:]
		}
		b := build(t, spec, tt.audience, tt.now, it)
		e := b.Document.Entries[0]
		if full := strings.Contains(e.HTML, "BODY"); full != tt.full {
			t.Errorf("%s: full is %v", tt.name, full)
		}
		if !e.Updated.Equal(tt.updated) || !b.Until.Equal(tt.until) {
			t.Errorf("%s: updated %v until %v, want %v until %v", tt.name, e.Updated, b.Until, tt.updated, tt.until)
		}
	}
}

// TestLanguageOfDates: a feed's dates are in the publication's language, and no
// sentence ends twice.
func TestLanguageOfDates(t *testing.T) {
	t.Parallel()
	picks := feedtest.Item("p", domain.Picks, feedtest.Now().Add(-time.Hour))
	picks.Picks = []domain.Pick{{Title: "Fog", Service: "MUBI", Leaves: domain.Date{Year: 2026, Month: 12, Day: 7}}}
	for language, want := range map[string][]string{
		"en-US": {"opens here on November 29, 2026. <a", "leaves Dec 7"}, "de-AT": {"opens here on 29. November 2026. <a", "leaves 7. Dez."},
		"ru": {"opens here on 29 ноября 2026 г. <a", "leaves 7 дек."}, "tlh": {"opens here on November 29, 2026. <a", "leaves Dec 7"},
	} {
		spec := feedtest.Spec()
		spec.Publication.Language = language
		b := build(t, spec, public, feedtest.Now(), review(feedtest.Now().Add(-24*time.Hour)), picks)
		all := b.Document.Entries[0].HTML + b.Document.Entries[1].HTML
		for _, w := range want {
			if !strings.Contains(all, w) {
				t.Errorf("%s: lacks %q:\n%s", language, w, all)
			}
		}
	}
}

// TestNowFree: what opens to readers comes up once more, as the same entry, and
// says why; to those who always had it, and to pieces that were never held back,
// nothing has happened.
func TestNowFree(t *testing.T) {
	t.Parallel()
	published := time.Date(2026, 11, 1, 20, 0, 0, 0, time.UTC)
	now := published.Add(20 * 24 * time.Hour)
	const line = "<p>Free to read since November 11, 2026; patrons have had it since November 1, 2026.</p>"
	it := review(published)
	before := build(t, feedtest.Spec(), public, published.Add(time.Hour), it).Document.Entries[0]
	for name, tt := range map[string]struct {
		audience domain.Audience
		change   func(*domain.Item)
		want     bool
	}{
		"public":           {public, func(*domain.Item) {}, true},
		"reader":           {reader, func(*domain.Item) {}, true},
		"highest tier":     {screenwriter, func(*domain.Item) {}, false},
		"open at once":     {public, func(it *domain.Item) { it.Kind = domain.Picks }, false},
		"nothing more":     {public, func(it *domain.Item) { it.Body = "" }, false},
		"found open":       {public, func(it *domain.Item) { it.FirstSeen = now.Add(-time.Hour) }, false},
		"opened elsewhere": {public, func(it *domain.Item) { it.Kind, it.Opened = domain.Picks, published.Add(240*time.Hour) }, true},
	} {
		it := review(published)
		tt.change(&it)
		e := build(t, feedtest.Spec(), tt.audience, now, it).Document.Entries[0]
		if got := strings.Contains(e.HTML, line); got != tt.want {
			t.Errorf("%s: says so is %v in %s", name, got, e.HTML)
		}
		if e.ID != before.ID || tt.want && !e.Updated.Equal(published.Add(240*time.Hour)) {
			t.Errorf("%s: id %s, updated %v", name, e.ID, e.Updated)
		}
	}
}

func TestUpdatedMovesOnlyWithWhatIsSeen(t *testing.T) {
	t.Parallel()
	now, published := feedtest.Now(), feedtest.Now().Add(-300*24*time.Hour)
	seen := now.Add(-30 * 24 * time.Hour)
	change := now.Add(-2 * time.Hour)
	for name, tt := range map[string]struct {
		set  func(*domain.Item)
		want time.Time
	}{
		"backlog":            {func(*domain.Item) {}, published},
		"changed since":      {func(it *domain.Item) { it.Changed = change }, change},
		"source says so":     {func(it *domain.Item) { it.Updated = change }, published},
		"opened at its site": {func(it *domain.Item) { it.Opened = change }, change},
		"changed ahead":      {func(it *domain.Item) { it.Changed = now.Add(time.Hour) }, published},
		"no date":            {func(it *domain.Item) { it.Published = time.Time{} }, seen},
		"re-dated":           {func(it *domain.Item) { it.Published = change }, change},
		"exclusive stays so": {func(it *domain.Item) {
			it.Exclusive, it.Body, it.FirstPublished = true, "", seen
		}, published},
	} {
		it := review(published)
		it.FirstSeen, it.Changed = seen, seen
		tt.set(&it)
		doc := build(t, feedtest.Spec(), public, now, it).Document
		if got := doc.Entries[0].Updated; !got.Equal(tt.want) {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
		if doc.Updated.Before(seen) || doc.Updated.After(now) {
			t.Errorf("%s: the document was updated at %v, not between its items' arrival and now", name, doc.Updated)
		}
	}
}

func TestTitles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		set  func(*domain.Item)
		want string
	}{
		{func(it *domain.Item) { it.Series = "Reader’s Choice" }, "Reader’s Choice: Review"},
		{func(it *domain.Item) { it.Film = &domain.Film{Rating: &domain.Rating{Value: 3, Best: 4}} }, "Review ★★★"},
		{func(it *domain.Item) { it.Film = &domain.Film{Rating: &domain.Rating{Value: 7, Best: 4}} }, "Review"},
		{func(it *domain.Item) { it.Title = " " }, "TEASER of it."},
		{func(it *domain.Item) { it.Title, it.Film = "", &domain.Film{Title: "Fog"} }, "Fog"},
		{
			func(it *domain.Item) { it.Title, it.Teaser = "", strings.Repeat("<b>word</b> ", 40) },
			strings.TrimSpace(strings.Repeat("word ", 15)) + "…",
		},
		{func(it *domain.Item) { it.Title, it.Series, it.Teaser, it.Body = "", "Polls", "", "" }, "Polls: Review"},
	} {
		it := review(feedtest.Now().Add(-time.Hour))
		tt.set(&it)
		if got := build(t, feedtest.Spec(), screenwriter, feedtest.Now(), it).Document.Entries[0].Title; got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestFilmBlockComesFirstAndIsEscaped(t *testing.T) {
	t.Parallel()
	it := review(feedtest.Now().Add(-time.Hour))
	it.Film = &domain.Film{
		Title: `A "B" <c>`, Year: 2026, Directors: []string{"D & <E>"}, Runtime: 98 * time.Minute,
		Rating: &domain.Rating{Value: 3.5, Best: 4}, Poster: &domain.Image{URL: "https://site.example/p.png", Width: 1000, Height: 1500},
	}
	it.Pictures = []domain.Picture{feedtest.Picture("https://site.example/p.png", 1000, 1500)}
	want := `<p><img class="webfeedsFeaturedVisual" src="https://feeds.lanternscreen.example/i/` + it.Pictures[0].Key + `-640.jpg" width="640" height="960" alt="Poster for A &#34;B&#34; &lt;c&gt;"></p>
<p>★★★½ <span>(3.5 out of 4 stars)</span> · 2026 · D &amp; &lt;E&gt; · 98 min.</p>
<p>BODY of it.</p>`
	e := build(t, feedtest.Spec(), screenwriter, feedtest.Now(), it).Document.Entries[0]
	if e.HTML != want {
		t.Errorf("got:\n%s\nwant:\n%s", e.HTML, want)
	}
	it.Body = `<p><img src="https://site.example/p.png"></p>`
	e = build(t, feedtest.Spec(), screenwriter, feedtest.Now(), it).Document.Entries[0]
	if strings.Count(e.HTML, "<img") != 1 || !strings.Contains(e.HTML, "-640.jpg") {
		t.Errorf("the poster shows twice, or not:\n%s", e.HTML)
	}
}

func TestHeadIsStable(t *testing.T) {
	t.Parallel()
	spec := feedtest.Spec()
	everyone := build(t, spec, public, feedtest.Now()).Document
	tier := build(t, spec, matinee, feedtest.Now()).Document
	other := build(t, spec, screenwriter, feedtest.Now()).Document
	if everyone.Self != "https://feeds.lanternscreen.example/feeds/reviews" || tier.Self != "" || tier.Hub != "" {
		t.Errorf("addresses: %q, private %q %q", everyone.Self, tier.Self, tier.Hub)
	}
	if everyone.ID == tier.ID || tier.ID != other.ID {
		t.Errorf("ids: %s for all, %s and %s for two tiers", everyone.ID, tier.ID, other.ID)
	}
	moved := feedtest.Spec()
	moved.Publication.Server, moved.Publication.URL = "https://new.example", "https://elsewhere.example"
	if got := build(t, moved, public, feedtest.Now()).Document.ID; got != everyone.ID {
		t.Errorf("the id moved with the site: %s", got)
	}
	moved.Seed = []byte("another installation")
	if got := build(t, moved, public, feedtest.Now()).Document.ID; got == everyone.ID {
		t.Error("two installations share an id")
	}
	if want := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC); !everyone.Updated.Equal(want) {
		t.Errorf("empty document updated at %v", everyone.Updated)
	}
}

func TestBuildSelectsAndReportsErrors(t *testing.T) {
	t.Parallel()
	spec := feedtest.Spec()
	spec.Items.Kinds = []domain.ItemKind{domain.Picks}
	if got := build(t, spec, public, feedtest.Now(), feedtest.Items()...).Document.Entries; len(got) != 1 || got[0].Kind != domain.Picks {
		t.Errorf("got %+v", got)
	}
	var store feedtest.Memory
	broken := errors.New("disk on fire")
	store.Fail(broken)
	if _, err := spec.Build(t.Context(), &store, domain.Readers{Audience: public}, feedtest.Now()); !errors.Is(err, broken) || !strings.Contains(err.Error(), "reviews") {
		t.Errorf("got %v", err)
	}
}

// TestIDsAreTheSameForEveryAudience is why a reader who becomes a patron sees
// nothing twice.
func TestIDsAreTheSameForEveryAudience(t *testing.T) {
	t.Parallel()
	want := feedtest.Document(t, public)
	for _, a := range (&entitle.Policy{Tiers: feedtest.Spec().Policy.Tiers}).Audiences() {
		got := feedtest.Document(t, a)
		got.Entries = got.Entries[len(got.Entries)-len(want.Entries):] // former patrons are told so before
		for i := range want.Entries {
			if got.Entries[i].ID != want.Entries[i].ID {
				t.Errorf("%s: entry %d has another id", a.Key(), i)
			}
		}
	}
}
