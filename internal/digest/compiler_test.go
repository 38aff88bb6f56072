package digest_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/config"
	"marquee/internal/digest"
	"marquee/internal/domain"
)

func TestCompileFreezes(t *testing.T) {
	t.Parallel()
	items := richWeek(t)
	s := &fakeStore{items: items}
	e, err := newCompiler(t, s).Compile(t.Context(), slot)
	if err != nil {
		t.Fatal(err)
	}
	want := domain.Edition{
		ID: 1, Digest: "weekly", Slot: slot, State: domain.EditionFrozen,
		Subject: "Paper Lanterns ★★★½ and three more", // the public's: its picks are a teaser
		Frozen:  frozen(t).UTC(),
		Due:     time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC),
		Items:   []domain.ItemID{items[0].ID, items[1].ID, items[2].ID, items[3].ID},
	}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("edition (-want +got):\n%s", diff)
	}
	stored := s.editions[0]
	var rendered []string
	for _, r := range stored.Renditions {
		rendered = append(rendered, r.Key())
	}
	wantKeys := []string{"public", "reader", "active", "active-matinee", "active-screenwriter"}
	if !slices.Equal(rendered, wantKeys) {
		t.Errorf("renditions for %v, want %v", rendered, wantKeys)
	}
	if len(stored.Recipients) != 4 || slices.Contains(stored.Recipients, public()) {
		t.Errorf("recipients %v, want all but the public", stored.Recipients)
	}
}

func TestCompileOnlyForTier(t *testing.T) {
	t.Parallel()
	s := &fakeStore{items: richWeek(t)}
	c := newCompiler(t, s, func(c *digest.Config) { c.Digest.To = "Screenwriter" })
	if _, err := c.Compile(t.Context(), slot); err != nil {
		t.Fatal(err)
	}
	if got := s.editions[0].Recipients; !slices.Equal(got, []domain.Audience{patron("Screenwriter")}) {
		t.Errorf("recipients %v, want the tier alone", got)
	}
	if got := s.editions[0].Renditions; len(got) != 2 || got[0].Audience != public() {
		t.Errorf("%d renditions, want the public's and the tier's", len(got))
	}
}

// A rendition shows nothing that its audience may not see, in any of its parts.
func TestNoGatedTextLeaves(t *testing.T) {
	t.Parallel()
	items := richWeek(t)
	for i := range items {
		items[i].Teaser = "" // an excerpt must then not come from the body
		items[i].Body = "<p>" + canary + "</p>"
		for j := range items[i].Picks {
			items[i].Picks[j].Title = canary
		}
	}
	items[2].Release = domain.Ladder{{To: domain.ToPatrons}}
	items[1].Release = domain.Ladder{{To: "Screenwriter"}}
	s := &fakeStore{items: items}
	if _, err := newCompiler(t, s).Compile(t.Context(), slot); err != nil {
		t.Fatal(err)
	}
	sees := map[string]bool{"active": true, "active-matinee": true, "active-screenwriter": true}
	for _, r := range s.editions[0].Renditions {
		all := r.Subject + r.Preheader + r.HTML + r.Text + string(r.Form) + string(r.Plain)
		if got := strings.Contains(all, canary); got != sees[r.Key()] {
			t.Errorf("%s: gated text shown is %v, want %v", r.Key(), got, sees[r.Key()])
		}
	}
	if strings.Contains(s.editions[0].Edition.Subject, canary) {
		t.Error("the edition's subject, which the archive shows, holds gated text")
	}
}

func TestMarksStayInTheMail(t *testing.T) {
	t.Parallel()
	s := &fakeStore{items: richWeek(t)}
	if _, err := newCompiler(t, s).Compile(t.Context(), slot); err != nil {
		t.Fatal(err)
	}
	for _, r := range s.editions[0].Renditions {
		if strings.Contains(r.HTML+r.Text+r.Subject, "mq7slot0") {
			t.Errorf("%s: the page on the web holds a mark", r.Key())
		}
		marks := strings.Count(string(r.Form), "mq7slot0unsubscribe0tols7qm")
		if want := map[bool]int{true: 0, false: 2}[r.Audience == public()]; marks != want {
			t.Errorf("%s: %d unsubscribe marks in the mail, want %d", r.Key(), marks, want)
		}
		if plain := string(r.Plain); strings.Contains(plain, "<html") || strings.Count(plain, "mq7slot0unsubscribe0tols7qm") != marks/2 {
			t.Errorf("%s: of text alone:\n%s", r.Key(), plain)
		}
	}
}

// Whoever wants dates in another language has a letter with them: once for each
// audience and language, and none for a wish that is the publication's own.
func TestCompileForWishes(t *testing.T) {
	t.Parallel()
	s := &fakeStore{items: richWeek(t), wishes: []domain.Readers{
		{Audience: reader(), Dates: "de"},
		{Audience: patron("Matinee"), Dates: "de"},
		{Audience: patron("Matinee"), Dates: "de-AT"},
		{Audience: patron("Matinee"), Dates: "en"},
		{Audience: patron("Matinee"), Dates: "tlh"},
	}}
	dated := func(c *digest.Config) { c.Digest.Subject = "Films of {{.Date}}" }
	if _, err := newCompiler(t, s, dated).Compile(t.Context(), slot); err != nil {
		t.Fatal(err)
	}
	days := map[string]int{}
	for _, r := range s.editions[0].Renditions {
		english, german := "Friday, November 20, 2026", "Freitag, 20. November 2026"
		if days[r.Dates]++; r.Dates == "de" {
			english, german = german, english
		}
		texts := map[string]string{"subject": r.Subject, "page": r.HTML, "text": r.Text}
		if r.Standing != domain.Public {
			texts["letter"], texts["letter of text alone"] = string(r.Form), string(r.Plain)
		}
		for name, text := range texts {
			if !strings.Contains(text, english) || strings.Contains(text, german) {
				t.Errorf("%s for %s in %q: wrong dates:\n%s", name, r.Key(), r.Dates, text)
			}
		}
		if short := strings.Contains(r.Text, "on 30. Nov."); r.Standing == domain.Reader && short != (r.Dates == "de") {
			t.Errorf("%s in %q: wrong short dates:\n%s", r.Key(), r.Dates, r.Text)
		}
		if r.Dates == "de" && !strings.Contains(r.HTML, `<span lang="de">Freitag`) {
			t.Errorf("%s: the page does not say that its dates are German", r.Key())
		}
	}
	if days[""] != 5 || days["de"] != 2 || len(days) != 2 {
		t.Errorf("renditions by language %v, want 5 of the publication's and 2 German", days)
	}
}

func TestCompileTwiceIsOnce(t *testing.T) {
	t.Parallel()
	s := &fakeStore{items: richWeek(t)}
	c := newCompiler(t, s)
	first, err := c.Compile(t.Context(), slot)
	if err != nil {
		t.Fatal(err)
	}
	s.items = append(s.items, reviewItem(t, "Latecomer", time.Hour))
	again, err := c.Compile(t.Context(), slot)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, again); diff != "" || len(s.editions) != 1 {
		t.Errorf("%d editions, second differs:\n%s", len(s.editions), diff)
	}
}

// Two instances compile the same slot at once: the slower takes the other's edition.
func TestCompileLosesRace(t *testing.T) {
	t.Parallel()
	s := &fakeStore{items: richWeek(t)}
	other := newCompiler(t, s, func(c *digest.Config) { c.Now = func() time.Time { return frozen(t).Add(-time.Minute) } })
	var theirs domain.Edition
	s.race = func() {
		var err error
		if theirs, err = other.Compile(t.Context(), slot); err != nil {
			t.Error(err)
		}
	}
	ours, err := newCompiler(t, s).Compile(t.Context(), slot)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(theirs, ours); diff != "" || theirs.ID == 0 {
		t.Errorf("not the other's edition:\n%s", diff)
	}
}

func TestEmptyWeek(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		whenEmpty  string
		state      domain.EditionState
		reason     string
		renditions int
	}{
		"skip":    {"skip", domain.EditionSkipped, "nothing new", 0},
		"unset":   {"", domain.EditionSkipped, "nothing new", 0},
		"or send": {"send", domain.EditionFrozen, "", 5},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &fakeStore{}
			c := newCompiler(t, s, func(c *digest.Config) { c.Digest.WhenEmpty = test.whenEmpty })
			e, err := c.Compile(t.Context(), slot)
			if err != nil {
				t.Fatal(err)
			}
			if e.State != test.state || e.Reason != test.reason || len(s.editions[0].Renditions) != test.renditions {
				t.Errorf("%s because %q with %d renditions, want %s because %q with %d", e.State, e.Reason,
					len(s.editions[0].Renditions), test.state, test.reason, test.renditions)
			}
			if test.state == domain.EditionSkipped && s.editions[0].Recipients != nil {
				t.Error("a skipped edition has recipients")
			}
		})
	}
}

// What is in an edition is decided by its period, by what earlier editions held
// and by when things came to light.
func TestCandidates(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	week := richWeek(t)[:1]
	old := reviewItem(t, "Old", 8*day)
	found := reviewItem(t, "Back Dated", 30*day, func(it *domain.Item) { it.FirstSeen = frozen(t).Add(-day) })
	backlog := reviewItem(t, "Backlog", 30*day, func(it *domain.Item) {
		it.FirstSeen, it.Backlog = frozen(t).Add(-day), true
	})
	future := reviewItem(t, "Future", -30*time.Minute)
	s := &fakeStore{items: append(week, old, found, backlog, future)}
	s.editions = []digest.NewEdition{{Edition: domain.Edition{
		Digest: "weekly", Slot: "2026-11-13T17:00", Frozen: frozen(t).Add(-7 * day),
	}}}
	e, err := newCompiler(t, s).Compile(t.Context(), slot)
	if err != nil {
		t.Fatal(err)
	}
	if want := []domain.ItemID{week[0].ID, found.ID}; !slices.Equal(e.Items, want) {
		t.Errorf("items %v, want %v", e.Items, want)
	}
	s.items = append(s.items, reviewItem(t, "Next Week", -2*day))
	next := newCompiler(t, s, func(c *digest.Config) { c.Now = func() time.Time { return frozen(t).Add(7 * day) } })
	e, err = next.Compile(t.Context(), "2026-11-27T17:00")
	if err != nil {
		t.Fatal(err)
	}
	if want := []domain.ItemID{s.items[5].ID, future.ID}; !slices.Equal(e.Items, want) {
		t.Errorf("the week after: items %v, want %v", e.Items, want)
	}
}

func TestEveryItemOnce(t *testing.T) {
	t.Parallel()
	s := &fakeStore{items: richWeek(t)}
	c := newCompiler(t, s, func(c *digest.Config) {
		c.Sections = []digest.Block{reviews(t, "series: [The Definitives]"), reviews(t, ""), reviews(t, ""), picks(t, "")}
	})
	e, err := c.Compile(t.Context(), slot)
	if err != nil {
		t.Fatal(err)
	}
	want := []domain.ItemID{s.items[2].ID, s.items[0].ID, s.items[1].ID, s.items[3].ID}
	if !slices.Equal(e.Items, want) {
		t.Errorf("items %v, want %v", e.Items, want)
	}
}

func TestCompileFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk full")
	t.Run("store", func(t *testing.T) {
		t.Parallel()
		_, err := newCompiler(t, &fakeStore{fail: broken}).Compile(t.Context(), slot)
		if !errors.Is(err, broken) || !strings.Contains(err.Error(), "compile weekly of 2026-11-20T17:00") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("composer", func(t *testing.T) {
		t.Parallel()
		s := &fakeStore{items: richWeek(t)}
		c := newCompiler(t, s, func(c *digest.Config) {
			c.Compose = func(digest.Letter) ([]byte, error) { return nil, broken }
		})
		if _, err := c.Compile(t.Context(), slot); !errors.Is(err, broken) || len(s.editions) != 0 {
			t.Errorf("error %v, %d editions stored", err, len(s.editions))
		}
	})
	t.Run("slot", func(t *testing.T) {
		t.Parallel()
		if _, err := newCompiler(t, &fakeStore{}).Compile(t.Context(), "Friday"); !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("error %v, want invalid", err)
		}
	})
}

func TestNewChecks(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		subject string
		blocks  []digest.Block
		want    string
	}{
		"subject":  {"{{.Nope", nil, "digests.weekly.subject"},
		"no field": {"{{.Titel}}", nil, "can't evaluate field Titel"},
		"template": {"", []digest.Block{reviews(t, ""), reviews(t, "show: horoscope")}, "sections[1]: templates lack mail/section_horoscope.html.tmpl"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := digest.New(digest.Config{
				Digest: config.Digest{Name: "weekly", Subject: test.subject}, Sections: test.blocks, Templates: mailTemplates(t),
			})
			if !errors.Is(err, domain.ErrInvalid) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestOwnSubject(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ template, want string }{
		"own":        {"{{.Title}},\n  {{.Date}}", "Lantern Screen Weekly, Friday, November 20, 2026"},
		"empty":      {"{{if .Web}}x{{end}} ", "Paper Lanterns ★★★½, three picks for tonight"},
		"first item": {"{{(index (index .Sections 0).Items 0).Title}}!", "Paper Lanterns!"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompiler(t, &fakeStore{items: richWeek(t)}, func(c *digest.Config) { c.Digest.Subject = test.template })
			r, err := c.Preview(t.Context(), slot, domain.Readers{Audience: patron("Screenwriter")})
			if err != nil {
				t.Fatal(err)
			}
			if r.Subject != test.want {
				t.Errorf("subject %q, want %q", r.Subject, test.want)
			}
		})
	}
	t.Run("failing on a thin week", func(t *testing.T) {
		t.Parallel()
		c := newCompiler(t, &fakeStore{items: richWeek(t)[1:2]}, func(c *digest.Config) { c.Digest.Subject = "{{(index .Sections 7).Title}}" })
		e, err := c.Compile(t.Context(), slot)
		if err != nil || e.Subject != "Lantern Screen Weekly: Copperwire ★★" {
			t.Errorf("subject %q, error %v", e.Subject, err)
		}
		c = newCompiler(t, &fakeStore{items: richWeek(t)[1:2]}, func(c *digest.Config) { c.Digest.Subject = "{{(index .Sections 7).Title}}" })
		if r, err := c.Report(t.Context(), slot); err != nil || !strings.Contains(strings.Join(r.Warnings, " "), "the subject for everyone is Marquee's own: digests.weekly.subject") {
			t.Errorf("warnings %q, error %v", r.Warnings, err)
		}
	})
}

// A preview is what Compile would freeze, with the marks filled, and stores nothing.
func TestPreviewIsTheMail(t *testing.T) {
	t.Parallel()
	s := &fakeStore{items: richWeek(t)}
	c := newCompiler(t, s)
	r, err := c.Preview(t.Context(), slot, domain.Readers{Audience: patron("Screenwriter")})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.editions) != 0 {
		t.Fatal("a preview was stored")
	}
	if _, err := c.Compile(t.Context(), slot); err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("mq7slot0name0tols7qm", "Alex", "mq7slot0unsubscribe0tols7qm", "https://feeds.lanternscreen.example/u/preview")
	i := slices.IndexFunc(s.editions[0].Renditions, func(r domain.Rendition) bool { return r.Audience == patron("Screenwriter") })
	want := fill.Replace(string(s.editions[0].Renditions[i].Form))
	if got := fmt.Sprintf("%s\n%s%s", r.Subject, r.Text, r.HTML); got != want {
		t.Errorf("preview differs from the mail:\n%s", cmp.Diff(want, got))
	}
}

// An edition that is made up for later is the one its readers would have got.
func TestMadeUpLater(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	s := &fakeStore{items: append(richWeek(t)[:1], reviewItem(t, "Saturday", -day))}
	late := newCompiler(t, s, func(c *digest.Config) { c.Now = func() time.Time { return frozen(t).Add(2 * day) } })
	e, err := late.Compile(t.Context(), slot)
	if err != nil {
		t.Fatal(err)
	}
	if want := []domain.ItemID{s.items[0].ID}; !slices.Equal(e.Items, want) {
		t.Errorf("items %v, want %v", e.Items, want)
	}
}
