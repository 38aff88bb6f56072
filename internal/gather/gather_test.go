package gather_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/gather"
	"marquee/internal/source"
)

func piece(guid, title string) source.Raw {
	return source.Raw{
		GUID: guid, Title: title, URL: "https://www.lanternscreen.example/reviews/" + guid + "/",
		Summary: "<p>A thriller.</p>", Content: "<p>A thriller, and more.</p>", Categories: []string{"Drama"},
		Film:      &domain.Film{Title: title, Year: 2026, Rating: &domain.Rating{Value: 3.5}},
		Published: time.Date(2026, 11, 19, 15, 35, 59, 0, time.UTC),
	}
}

func TestFirstRead(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	saved, report := b.reads(piece("a", "Copperwire"))
	now := b.now.Truncate(time.Microsecond)
	want := gather.Gathered{Source: "reviews", At: now, State: source.State("1"), Items: []domain.Item{{
		ID: domain.NewItemID("reviews", "a"), Source: "reviews", GUID: "a", Kind: domain.Review, Title: "Copperwire",
		URL: "https://www.lanternscreen.example/reviews/a/", Tags: []string{"Drama"},
		Teaser: "<p>A thriller.</p>", Body: "<p>A thriller, and more.</p>",
		Film:      &domain.Film{Title: "Copperwire", Year: 2026, Rating: &domain.Rating{Value: 3.5, Best: 4}},
		Published: time.Date(2026, 11, 19, 15, 35, 59, 0, time.UTC),
		ItemHistory: domain.ItemHistory{
			FirstPublished: time.Date(2026, 11, 19, 15, 35, 59, 0, time.UTC), FirstSeen: now, Changed: now, Backlog: true,
			Settles: time.Date(2026, 11, 19, 15, 35, 59, 0, time.UTC),
		},
	}}}
	want.New, want.Oldest = []domain.ItemID{want.Items[0].ID}, want.Items[0].Published
	if diff := cmp.Diff(want, saved); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := report.String(); got != "1 new" {
		t.Errorf("report %q", got)
	}
	saved, _ = b.reads(piece("a", "Copperwire"), piece("b", "Winter Count"))
	if len(saved.Items) != 1 || saved.Items[0].GUID != "b" || saved.Items[0].Backlog {
		t.Errorf("second read: got %+v, want b, which is no backlog", saved.Items)
	}
	slid := piece("c", "The Long Take")
	slid.Published = b.now.AddDate(0, 0, -15)
	saved, _ = b.reads(piece("b", "Winter Count"), slid)
	if len(saved.Items) != 1 || saved.Items[0].GUID != "c" || !saved.Items[0].Backlog {
		t.Errorf("an old piece that slid into the window: got %+v, want c as backlog", saved.Items)
	}
}

func TestNothingIsWrittenForNothing(t *testing.T) {
	t.Parallel()
	full := piece("a", "Copperwire")
	full.Author, full.Language, full.Series, full.Image = "Mara Ellison", "en-us", "Reader's Choice", &domain.Image{URL: "https://i.example/a.png", Width: -1}
	full.Picks = []domain.Pick{{Title: "No", Year: 2012, Why: "<b>Now</b> & \"then\" don’t", Directors: []string{" A ", ""}}}
	full.Release = domain.Ladder{{To: domain.ToEveryone}}
	bare := source.Raw{GUID: "b"}
	cut := source.Raw{GUID: "c", Title: "Ember Street", Summary: "It's <em>\"cut\"</em> &amp; more […]<p>The post <a href='/x'>X</a> appeared first on <a href='/'>Y</a>.</p>"}
	b := newBench(t)
	b.reads(full, bare, cut)
	for range 3 {
		full.Updated = b.now
		saved, report := b.reads(full, bare, cut)
		if len(saved.Items) > 0 || report.String() != "nothing new" {
			t.Fatalf("report %q, wrote %s", report, cmp.Diff(b.store.items["a"], saved.Items))
		}
	}
	b.reader.res = source.Result{Unchanged: true, State: source.State("2")}
	saved, report := b.reads()
	want := gather.Gathered{Source: "reviews", At: b.now.Truncate(time.Microsecond), State: source.State("2"), Unchanged: true}
	if diff := cmp.Diff(want, saved); diff != "" || !report.Unchanged {
		t.Errorf("unchanged source (-want +got):\n%s", diff)
	}
}

// Whatever a reader sees of a piece makes it a changed one.
func TestChanges(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*source.Raw){
		"title":     func(r *source.Raw) { r.Title = "Copperwire, Again" },
		"url":       func(r *source.Raw) { r.URL += "directors-cut/" },
		"author":    func(r *source.Raw) { r.Author = "Mara Ellison" },
		"language":  func(r *source.Raw) { r.Language = "fr" },
		"tags":      func(r *source.Raw) { r.Categories = append(r.Categories, "Noir") },
		"teaser":    func(r *source.Raw) { r.Summary = "<p>A comedy.</p>" },
		"body":      func(r *source.Raw) { r.Content = "<p>A comedy, and more.</p>" },
		"image":     func(r *source.Raw) { r.Image = &domain.Image{URL: "https://i.example/a.png"} },
		"rating":    func(r *source.Raw) { r.Film.Rating = &domain.Rating{Value: 4} },
		"film":      func(r *source.Raw) { r.Film.Runtime = 98 * time.Minute },
		"no film":   func(r *source.Raw) { r.Film = nil },
		"picks":     func(r *source.Raw) { r.Picks = []domain.Pick{{Title: "No"}} },
		"kind":      func(r *source.Raw) { r.Kind = domain.Essay },
		"series":    func(r *source.Raw) { r.Series = "Reader's Choice" },
		"release":   func(r *source.Raw) { r.Release = domain.Ladder{{To: domain.ToPatrons}} },
		"published": func(r *source.Raw) { r.Published = r.Published.AddDate(1, 0, 0).Add(-time.Second) },
		"exclusive": func(r *source.Raw) { r.Content = "The full review is currently exclusive to Patreon subscribers." },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			first, _ := b.reads(piece("a", "Copperwire"))
			raw := piece("a", "Copperwire")
			edit(&raw)
			saved, report := b.reads(raw)
			summary := "1 changed"
			if name == "published" {
				summary += ", 1 republished"
			}
			if len(saved.Items) != 1 || report.String() != summary {
				t.Fatalf("report %q, saved %+v", report, saved.Items)
			}
			want := first.Items[0].ItemHistory
			want.Changed = b.now.Truncate(time.Microsecond)
			want.Settles = want.FirstSeen // at once
			if diff := cmp.Diff(want, saved.Items[0].ItemHistory); diff != "" {
				t.Errorf("history (-want +got):\n%s", diff)
			}
			if saved, report = b.reads(raw); len(saved.Items) > 0 {
				t.Errorf("read again: report %q", report)
			}
		})
	}
}

// What a piece says is made publishable by the rules of its source.
func TestTexts(t *testing.T) {
	t.Parallel()
	it := one(t, config.Rules{Exclusive: []string{"The rest is for Members"}}, source.Raw{
		URL: "https://l.example/r/x/", Summary: `<p>See <a href="y" onclick="z()">it</a>. The rest is for members.</p>`,
	})
	if it.Teaser != `<p>See <a href="https://l.example/r/x/y">it</a>.</p>` || it.Body != "" || !it.Exclusive {
		t.Errorf("%+v", it)
	}
	it = one(t, config.Rules{}, source.Raw{Content: `<p>All of <a href="y">it</a>.</p>`})
	if it.Body != `<p>All of <a href="https://www.lanternscreen.example/y">it</a>.</p>` || it.Exclusive {
		t.Errorf("%+v", it)
	}
}

func TestExclusiveOpens(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	closed, open := piece("a", "Copperwire"), piece("a", "Copperwire")
	closed.Summary, closed.Content = "<p>A thriller. The full review is currently exclusive to Patreon subscribers.</p>", ""
	saved, _ := b.reads(closed)
	if it := saved.Items[0]; !it.Exclusive || it.Body != "" || it.Teaser != "<p>A thriller.</p>" || !it.Opened.IsZero() {
		t.Fatalf("closed: %+v", it)
	}
	saved, report := b.reads(open)
	opened := b.now.Truncate(time.Microsecond)
	if it := saved.Items[0]; it.Exclusive || it.Body == "" || !it.Opened.Equal(opened) || report.String() != "1 changed, 1 now free" {
		t.Fatalf("opened: %q %+v", report, it)
	}
	b.reads(closed)
	saved, _ = b.reads(open)
	if got := saved.Items[0].Opened; !got.Equal(opened) {
		t.Errorf("closed and opened again: opened %v, want the first time, %v", got, opened)
	}
}

func TestWithdrawal(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	a, c := piece("a", "Copperwire"), piece("c", "Ember Street")
	b.reads(a, c)
	if saved, _ := b.reads(c); len(saved.Items) > 0 {
		t.Errorf("a feed shrank, and %v was written", guids(saved.Items))
	}
	b.reader.res.Complete = true
	b.reader.res.Problems = []source.Problem{{GUID: "a", Where: "a.md:7", Err: errBroken}}
	saved, report := b.reads(c)
	if len(saved.Items) > 0 || !slices.Equal(saved.Problems, []string{"a.md:7: the disk is gone"}) || report.String() != "1 problem" {
		t.Errorf("a cannot be read: %q, %v, wrote %v", report, saved.Problems, guids(saved.Items))
	}
	b.reader.res.Problems[0].GUID = ""
	if saved, _ = b.reads(c); len(saved.Items) > 0 {
		t.Errorf("something cannot be read, and %v was written", guids(saved.Items))
	}
	b.reader.res.Problems = nil
	if saved, report = b.reads(c, source.Raw{Title: "no guid"}); len(saved.Items) > 0 || len(report.Problems) != 1 {
		t.Errorf("a piece has no guid, and %v was written", guids(saved.Items))
	}
	saved, report = b.reads(c)
	gone := b.now.Truncate(time.Microsecond)
	if len(saved.Items) != 1 || !saved.Items[0].Withdrawn.Equal(gone) || report.String() != "1 withdrawn" {
		t.Fatalf("a is gone: %q %+v", report, saved.Items)
	}
	before := saved.Items[0].ItemHistory
	if saved, _ = b.reads(c); len(saved.Items) > 0 {
		t.Errorf("still gone, and %v was written", guids(saved.Items))
	}
	saved, report = b.reads(a, c)
	before.Withdrawn = time.Time{}
	if len(saved.Items) != 1 || report.String() != "1 returned" {
		t.Fatalf("a is back: %q %+v", report, saved.Items)
	}
	if diff := cmp.Diff(before, saved.Items[0].ItemHistory); diff != "" {
		t.Errorf("a is back (-want +got):\n%s", diff)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.reads(piece("broken", "Ember Street"))
	b.reader.res.Problems = []source.Problem{{GUID: "broken", Where: "x", Err: errBroken}}
	saved, report := b.reads(
		piece("a", "Copperwire"), piece("a", "Copperwire Again"), piece("", "Nameless"), piece("broken", "Half a file"),
		source.Raw{GUID: "p", Title: "Protected: The Members’ Screening", Summary: "There is no excerpt because this is a protected post."},
		source.Raw{GUID: "q", Title: "Protected: A Film About Bodyguards", Summary: "A film."},
		source.Raw{GUID: "h", Title: "Huge", Content: strings.Repeat("x", 2<<20+1)},
	)
	if got := guids(saved.Items); !slices.Equal(got, []string{"a", "q"}) {
		t.Errorf("stored %v, want a and q", got)
	}
	if saved.Items[0].Title != "Copperwire" {
		t.Errorf("stored %q, want the first of two", saved.Items[0].Title)
	}
	want := []string{
		"x: the disk is gone",
		`item 2 ("Copperwire Again"): another piece of this read has its guid, "a"`,
		`item 3 ("Nameless"): it has no guid`,
		`item 4 ("Half a file"): another piece of this read has its guid, "broken"`,
		`item 5 ("Protected: The Members’ Screening"): it is protected by a password: readers get it once that is taken off`,
		`item 7 ("Huge"): it is longer than 2 MB`,
	}
	if diff := cmp.Diff(want, saved.Problems); diff != "" || report.String() != "2 new, 6 problems" {
		t.Errorf("report %q, problems (-want +got):\n%s", report, diff)
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	raw := piece("a", "Copperwire")
	for _, missing := range []time.Time{{}, time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC), b.now.AddDate(2, 0, 0)} {
		b.store.items = map[string]domain.Item{}
		raw.Published = missing
		saved, _ := b.reads(raw)
		if got := saved.Items[0]; !got.Published.Equal(b.now.Truncate(time.Microsecond)) || got.FirstPublished != got.Published {
			t.Errorf("dated %v: published %v, want now", missing, got.Published)
		}
		if saved, _ = b.reads(raw); len(saved.Items) > 0 {
			t.Errorf("dated %v: written again", missing)
		}
	}
	raw.Published = b.now.AddDate(0, 0, 7)
	saved, _ := b.reads(raw)
	if got := saved.Items[0]; !got.Published.Equal(raw.Published.Truncate(time.Microsecond)) || got.FirstPublished.Equal(got.Published) {
		t.Errorf("dated anew: %+v", got)
	}
}

func TestFailure(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.reads(piece("a", "Copperwire"))
	b.reader.err = fmt.Errorf("read the feed: %w", &fetch.Error{URL: "https://x.example/feed", Status: 503, RetryAfter: 10 * time.Minute})
	text := b.reader.err.Error()
	_, err := b.gather(t.Context())
	var fe *fetch.Error
	if !errors.As(err, &fe) || err.Error() != "gather reviews: "+text {
		t.Errorf("got error %v", err)
	}
	now := b.now.Truncate(time.Microsecond)
	want := []gather.Failure{{Source: "reviews", At: now, Err: text, NotBefore: now.Add(10 * time.Minute), Host: "x.example"}}
	if diff := cmp.Diff(want, b.store.failures); diff != "" || len(b.store.saved) != 1 {
		t.Errorf("%d reads saved, failures (-want +got):\n%s", len(b.store.saved), diff)
	}
	b.reader.err = fmt.Errorf("%w: the feed is gone", domain.ErrPermanent)
	if _, err = b.gather(t.Context()); !errors.Is(err, domain.ErrPermanent) || !b.store.failures[1].NotBefore.IsZero() {
		t.Errorf("got error %v, failure %+v", err, b.store.failures[1])
	}
	b.reader.err = &fetch.Error{URL: "https://x.example/feed", Status: 410, RetryAfter: time.Minute}
	if _, err = b.gather(t.Context()); !errors.Is(err, domain.ErrPermanent) || b.store.failures[2].NotBefore != now.Add(30*24*time.Hour) || b.store.failures[2].Host != "" {
		t.Errorf("taken down: error %v, failure %+v", err, b.store.failures[2])
	}
}

// frantic is a reader that panics.
type frantic struct{}

func (frantic) Read(context.Context, source.State) (source.Result, error) { panic("out of film") }

func TestPanicIsAFailure(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := gather.New(gather.Config{Name: "reviews", Reader: frantic{}, Store: b.store, Now: func() time.Time { return b.now }, Log: slog.New(slog.DiscardHandler)}).Gather(t.Context())
	if err == nil || !strings.Contains(err.Error(), "out of film") || len(b.store.failures) != 1 {
		t.Errorf("error %v, failures %v", err, b.store.failures)
	}
}

func TestCalledOff(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b.reader.err = ctx.Err()
	if _, err := b.gather(ctx); !errors.Is(err, context.Canceled) || len(b.store.failures) > 0 {
		t.Errorf("called off: error %v, failures %v", err, b.store.failures)
	}
	ctx, cancel = context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	b.reader.err = ctx.Err()
	if _, err := b.gather(ctx); !errors.Is(err, context.DeadlineExceeded) || len(b.store.failures) != 1 {
		t.Errorf("out of time: error %v, failures %v", err, b.store.failures)
	}
}

func TestBrokenStore(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.store.broken = errBroken
	if _, err := b.gather(t.Context()); !errors.Is(err, errBroken) || len(b.reader.last) > 0 {
		t.Errorf("got error %v, reads %d", err, len(b.reader.last))
	}
}

// A reader that keeps no state is not at its first read for ever.
func TestReaderWithoutState(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.reader.res.State = nil
	b.reads(piece("a", "Copperwire"))
	saved, _ := b.reads(piece("b", "Winter Count"))
	if saved.Items[0].Backlog {
		t.Error("a piece of the second read is backlog")
	}
	for _, last := range b.reader.last {
		if last != nil {
			t.Errorf("the reader was given %q, which it never gave", last)
		}
	}
}

func TestDetails(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	asked := 0
	b.detail = func(raw *source.Raw) error {
		asked++
		raw.Film.Directors = []string{"Edda Quill"}
		raw.Film.Rating = &domain.Rating{Value: 7, Best: 10}
		raw.Image = &domain.Image{URL: "https://i.example/a.png"}
		raw.Content = "<p>All of it.</p>"
		return nil
	}
	raw := piece("a", "Copperwire")
	raw.Content = ""
	saved, _ := b.reads(raw)
	it := saved.Items[0]
	if asked != 1 || it.Body != "<p>All of it.</p>" || it.Image == nil || len(it.Film.Directors) != 1 || it.Film.Rating.Best != 10 {
		t.Fatalf("asked %d times, got %+v %+v", asked, it, it.Film)
	}
	if saved, _ = b.reads(raw); asked != 1 || len(saved.Items) > 0 {
		t.Errorf("unchanged: asked %d times, wrote %+v", asked, saved.Items)
	}
	raw.Summary = "<p>A comedy.</p>"
	if saved, _ = b.reads(raw); asked != 2 || len(saved.Items) != 1 {
		t.Errorf("changed: asked %d times, wrote %+v", asked, saved.Items)
	}
	b.detail = func(*source.Raw) error { return errBroken }
	raw.Summary = "<p>A tragedy.</p>"
	saved, report := b.reads(raw)
	if it = saved.Items[0]; it.Teaser != raw.Summary || it.Body == "" || it.Image == nil || it.Film.Rating.Best != 10 || len(report.Problems) > 0 {
		t.Errorf("details not found: %+v", it)
	}
	if got := b.log.String(); !strings.Contains(got, `level=WARN msg="details not found" source=reviews item=`+string(it.ID)+` err="the disk is gone"`) {
		t.Errorf("logged %s", got)
	}
}

// That a source has updated a piece is nothing that readers see, but its page is
// looked at, once.
func TestDetailsOfRevisions(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	asked, text := 0, "<p>All of it.</p>"
	b.detail = func(raw *source.Raw) error { asked++; raw.Content = text; return nil }
	raw := piece("a", "Copperwire")
	raw.Content, raw.Updated = "", b.now
	b.reads(raw)
	for _, step := range []struct {
		after  time.Duration
		text   string
		asked  int
		change int
	}{{0, text, 1, 0}, {time.Hour, text, 2, 0}, {0, text, 2, 0}, {time.Hour, "<p>All of it, and more.</p>", 3, 1}, {0, text, 3, 0}} {
		raw.Updated, text = raw.Updated.Add(step.after), step.text
		if _, report := b.reads(raw); asked != step.asked || report.Changed != step.change {
			t.Errorf("%+v: asked %d times, %d changed", step, asked, report.Changed)
		}
	}
	if changed := b.store.items["a"].Changed; b.store.items["a"].Body != "<p>All of it, and more.</p>" || changed.IsZero() {
		t.Errorf("%+v", b.store.items["a"])
	}
}

// What only a piece's page can tell is not lost in an hour in which it cannot be
// read, and a page that cannot be read has not been opened to everyone.
func TestDetailsOutlastTheirPage(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.rules = config.Rules{Match: []config.Rule{{Path: "/r/", Series: "Reader's Choice"}}}
	full := func(raw *source.Raw) error {
		raw.Title, raw.Author, raw.Content = "Reader's Choice: Copperwire", "Mara Ellison", "<p>A thriller.</p><p>The full review is currently exclusive to Patreon subscribers.</p>"
		return nil
	}
	b.detail = full
	raw := source.Raw{GUID: "a", URL: "https://www.lanternscreen.example/r/copperwire/", Published: b.now}
	saved, _ := b.reads(raw)
	want := saved.Items[0]
	if want.Title != "Copperwire" || want.Author != "Mara Ellison" || !want.Exclusive {
		t.Fatalf("the first read made %+v", want)
	}
	b.detail = func(*source.Raw) error { return errBroken }
	raw.Summary = "<p>A thriller, seen twice.</p>"
	saved, report := b.reads(raw)
	it := saved.Items[0]
	if it.FullTitle() != want.FullTitle() || it.Author != want.Author || !it.Exclusive || report.Opened > 0 || it.Teaser != raw.Summary {
		t.Errorf("%+v\n%+v", it, report)
	}
	var pieces []source.Raw
	for i := range 50 { // new ones, which use up what a read may ask for
		pieces = append(pieces, piece(fmt.Sprint(i), "Film"))
	}
	raw.Summary = "<p>A thriller, seen three times.</p>"
	if _, report = b.reads(append(pieces, raw)...); report.Opened > 0 || !b.store.items["a"].Exclusive {
		t.Errorf("not asked: %+v", report)
	}
	b.detail = func(raw *source.Raw) error { _ = full(raw); raw.Content = "<p>All of it.</p>"; return nil }
	if saved, report = b.reads(raw); report.Opened != 1 || saved.Items[0].Exclusive || saved.Items[0].Body != "<p>All of it.</p>" {
		t.Errorf("%+v\n%+v", saved.Items, report)
	}
}

func TestDetailsAreBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	asked := 0
	b.detail = func(*source.Raw) error { asked++; return nil }
	var pieces []source.Raw
	for i := range 80 {
		pieces = append(pieces, piece(fmt.Sprint(i), "Film"))
	}
	if saved, _ := b.reads(pieces...); asked != 50 || len(saved.Items) != 80 {
		t.Errorf("asked for %d of %d, want 50 of 80", asked, len(saved.Items))
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	r := gather.Report{New: 3, Changed: 2, Opened: 1, Returned: 4, Withdrawn: 5, Problems: []string{"x"}}
	if got, want := r.String(), "3 new, 2 changed, 1 now free, 4 returned, 5 withdrawn, 1 problem"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
