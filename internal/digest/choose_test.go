package digest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/digest"
	"marquee/internal/domain"
)

const day = 24 * time.Hour

// blocks are sections made from their kinds and options.
func blocks(t *testing.T, kinds ...string) func(*digest.Config) {
	t.Helper()
	var all []digest.Block
	for _, k := range kinds {
		name, options, _ := strings.Cut(k, " ")
		all = append(all, made(t, options, name))
	}
	return func(c *digest.Config) { c.Sections = all }
}

// week compiles the edition of a Friday, so many weeks after the tests' own.
func compileWeek(t *testing.T, s *fakeStore, weeks int, adjust ...func(*digest.Config)) domain.Edition {
	t.Helper()
	adjust = append(adjust, func(c *digest.Config) { c.Now = func() time.Time { return frozen(t).AddDate(0, 0, 7*weeks) } })
	e, err := newCompiler(t, s, adjust...).Compile(t.Context(), domain.Slot(frozen(t).AddDate(0, 0, 7*weeks).Format("2006-01-02")+"T17:00"))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// text is what an audience read in the newest edition.
func textFor(t *testing.T, s *fakeStore, a domain.Audience) string {
	t.Helper()
	all := s.editions[len(s.editions)-1].Renditions
	i := slices.IndexFunc(all, func(r domain.Rendition) bool { return r.Audience == a })
	if i < 0 {
		t.Fatalf("no rendition for %s", a.Key())
	}
	return all[i].Text
}

// A review is told of when it is new and once more when it opens to everyone,
// by its ladder or by its source, and has its edition once.
func TestNowFree(t *testing.T) {
	t.Parallel()
	ladder := reviewItem(t, "Laddered", time.Hour) // opens after ten days
	kept := reviewItem(t, "Kept", 2*time.Hour, func(it *domain.Item) { it.Exclusive, it.Release = true, domain.Ladder{{To: domain.ToEveryone}} })
	open := reviewItem(t, "Open", 3*time.Hour, func(it *domain.Item) { it.Release = domain.Ladder{{To: domain.ToEveryone}} })
	s := &fakeStore{items: []domain.Item{ladder, kept, open}}
	sections := blocks(t, "now_free", "reviews")
	if e := compileWeek(t, s, 0, sections); len(e.Items) != 3 {
		t.Errorf("items %v, want all", e.Items)
	}
	if got := textFor(t, s, reader()); strings.Contains(got, "NOW FREE") {
		t.Errorf("free at once:\n%s", got)
	}
	s.items[1].Exclusive, s.items[1].Opened = false, frozen(t).Add(5*day)
	e := compileWeek(t, s, 1, sections)
	if e.State != domain.EditionFrozen || len(e.Items) != 0 {
		t.Errorf("edition %s with items %v, want one without", e.State, e.Items)
	}
	if got := textFor(t, s, reader()); !strings.Contains(got, "- Kept") || strings.Contains(got, "Laddered") || strings.Contains(got, "Open ") {
		t.Errorf("the week in which one was opened:\n%s", got)
	}
	compileWeek(t, s, 2, sections)
	if got := textFor(t, s, reader()); !strings.Contains(got, "- Laddered") || strings.Contains(got, "Kept") {
		t.Errorf("the week in which the other was:\n%s", got)
	}
	if e := compileWeek(t, s, 3, sections); e.State != domain.EditionSkipped {
		t.Errorf("the week after is %s", e.State)
	}
}

// What found no room waits for the next edition, but not for ever.
func TestCarryOver(t *testing.T) {
	t.Parallel()
	s := &fakeStore{items: []domain.Item{
		reviewItem(t, "One", time.Hour), reviewItem(t, "Two", 2*time.Hour), reviewItem(t, "Three", 3*time.Hour), reviewItem(t, "Four", 4*time.Hour),
	}}
	sections := blocks(t, "reviews {max: 1, carry: 2}")
	for week, want := range []string{"One", "Two", "Three", ""} {
		e := compileWeek(t, s, week, sections)
		var got string
		for _, it := range s.items {
			if slices.Contains(e.Items, it.ID) {
				got += it.Title
			}
		}
		if got != want {
			t.Errorf("week %d has %q, want %q", week, got, want)
		}
	}
}

// What is only repeated, or the operator's own words, makes no edition, takes
// nothing from other sections, and does not make the subject.
func TestAsides(t *testing.T) {
	t.Parallel()
	s := &fakeStore{items: []domain.Item{reviewItem(t, "Lately", 8*day)}}
	sections := blocks(t, "recent", "text text: Write to me.", "reviews")
	if e := compileWeek(t, s, 0, sections); e.State != domain.EditionSkipped {
		t.Errorf("an edition of asides is %s", e.State)
	}
	s = &fakeStore{items: []domain.Item{reviewItem(t, "Lately", 8*day), reviewItem(t, "Fresh", time.Hour)}}
	e := compileWeek(t, s, 0, sections)
	if !slices.Equal(e.Items, []domain.ItemID{s.items[1].ID}) || !strings.Contains(e.Subject, "Fresh") {
		t.Errorf("subject %q, items %v", e.Subject, e.Items)
	}
	got := textFor(t, s, reader())
	recent, rest, _ := strings.Cut(got, "Write to me.")
	if !strings.Contains(recent, "- Lately") || strings.Contains(recent, "Fresh") || !strings.Contains(rest, "Fresh") {
		t.Errorf("sections are in the wrong order, or took from each other:\n%s", got)
	}
}

// A section for a tier is shown to it and those above, and to nobody else in any
// form.
func TestSectionForATier(t *testing.T) {
	t.Parallel()
	s := &fakeStore{items: richWeek(t)}
	e := compileWeek(t, s, 0, func(c *digest.Config) { c.Sections[0].To = "Screenwriter" })
	for _, a := range []domain.Audience{public(), reader(), patron(""), patron("Matinee"), patron("Screenwriter")} {
		if got := strings.Contains(textFor(t, s, a), "Copperwire"); got != (a == patron("Screenwriter")) {
			t.Errorf("%s: shown is %v", a.Key(), got)
		}
	}
	if strings.Contains(e.Subject, "Paper Lanterns") {
		t.Errorf("the archive's subject %q tells what is for a tier", e.Subject)
	}
	c := newCompiler(t, &fakeStore{items: richWeek(t)}, func(c *digest.Config) { c.Sections[0].To = "Screenwriter" })
	r, err := c.Report(t.Context(), slot)
	if err != nil {
		t.Fatal(err)
	}
	if g := r.Audiences[1].Gated; len(g) != 4 || g[0].Level != "none" || g[0].Why != "its section is for Screenwriter" || r.Sections[0].To != "Screenwriter" {
		t.Errorf("readers miss %+v", g)
	}
}

// Everything that came to light is in the edition once, whatever the sections.
func TestNothingTwice(t *testing.T) {
	t.Parallel()
	s := &fakeStore{items: richWeek(t)}
	e := compileWeek(t, s, 0, blocks(t, "recent", "now_free", "first_look", "reviews", "readers_choice", "essays", "picks"))
	if len(e.Items) != 4 {
		t.Errorf("items %v", e.Items)
	}
	for _, it := range s.items[:3] {
		if n := strings.Count(textFor(t, s, patron("Screenwriter")), "\n"+it.FullTitle()); n != 1 {
			t.Errorf("%q is shown %d times", it.Title, n)
		}
	}
}

// What was open from the start, or is kept for patrons again, did not become free;
// and of what is long past a report says nothing, however far its sections look.
func TestNotNowFree(t *testing.T) {
	t.Parallel()
	everyone := domain.Ladder{{To: domain.ToEveryone}}
	s := &fakeStore{items: []domain.Item{
		reviewItem(t, "Open", 3*time.Hour, func(it *domain.Item) { it.Release = everyone }),
		reviewItem(t, "Kept Again", 4*time.Hour, func(it *domain.Item) {
			it.Release, it.Exclusive, it.Opened = everyone, true, frozen(t).Add(-time.Hour)
		}),
		reviewItem(t, "Long Past", 20*day),
	}}
	c := newCompiler(t, s, blocks(t, "now_free", "recent max: 1"))
	r, err := c.Report(t.Context(), slot)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Sections[0].Items) != 0 || r.State != domain.EditionSkipped {
		t.Errorf("became free: %+v", r.Sections[0].Items)
	}
	for _, l := range r.Left {
		if l.Title == "Long Past" {
			t.Errorf("tells of %+v", l)
		}
	}
}
