package digest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/digest"
	"marquee/internal/domain"
)

// outsiders are items that the edition of Friday cannot take, each for a cause
// of its own.
func outsiders(t *testing.T) (items []domain.Item, held domain.ItemID) {
	t.Helper()
	day := 24 * time.Hour
	flood := reviewItem(t, "Flood", 2*day, func(it *domain.Item) { it.Backlog = true })
	return []domain.Item{
		reviewItem(t, "Gone", day, func(it *domain.Item) { it.Withdrawn = frozen(t).Add(-time.Hour) }),
		reviewItem(t, "Had", 8*day),
		flood,
		reviewItem(t, "Backlog", 9*day, func(it *domain.Item) { it.Backlog = true }),
		reviewItem(t, "Old", 9*day, func(it *domain.Item) { it.Kind = domain.Post }),
		reviewItem(t, "Ahead", -2*time.Hour),
		reviewItem(t, "Scheduled", -30*time.Minute),
		reviewItem(t, "Edited", time.Hour, func(it *domain.Item) { it.Settles = frozen(t).Add(15 * time.Minute) }),
		reviewItem(t, "Post", time.Hour, func(it *domain.Item) { it.Kind = domain.Post }),
		reviewItem(t, "Third", 5*time.Hour),
	}, flood.ID
}

// Whatever came into question is in a section or is left out for a reason.
func TestReportSaysWhy(t *testing.T) {
	t.Parallel()
	items, held := outsiders(t)
	week := richWeek(t)
	s := &fakeStore{items: append(week, items...), held: map[domain.ItemID]bool{held: true}}
	s.editions = []digest.NewEdition{{Edition: domain.Edition{
		Digest: "weekly", Slot: "2026-11-13T17:00", Frozen: frozen(t).AddDate(0, 0, -7), Items: []domain.ItemID{items[1].ID},
	}}}
	c := newCompiler(t, s, func(c *digest.Config) { c.Sections[0] = reviews(t, "{max: 3, carry: 1}") })
	r, err := c.Report(t.Context(), slot)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, l := range r.Left {
		if zone := l.Published.Location(); zone.String() != "America/Chicago" {
			t.Errorf("%s was published on %v, of %v", l.Title, l.Published, zone)
		}
		got[l.Title] = fmt.Sprintf("%s|%s|%s", l.Cause, l.Section, l.Why)
	}
	want := map[string]string{
		"Gone":                                   "withdrawn||withdrawn by its source on Nov 20, 15:00",
		"Had":                                    "had||was in edition weekly-2026-11-13-1700",
		"Flood":                                  "held||came back as new with too many others: marquee gather --accept reviews makes them news",
		"Backlog":                                "backlog||was no news any more when it was first seen, on Nov 11, 16:00",
		"Old":                                    "old||was published before Nov 13, 17:00, and no edition has it",
		"Ahead":                                  "ahead||is published on Nov 20, 18:00, too late for this edition",
		"Scheduled":                              "ahead||is published on Nov 20, 16:30, in time for this edition",
		"Edited":                                 "unsettled||was changed of late and settles on Nov 20, 16:15, in time for this edition",
		"Post":                                   "unasked||no section is for a post like it",
		"The Definitives: The Long Intermission": "over|New reviews|its section takes 3: it waits for the next edition",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	var in []string
	for _, section := range r.Sections {
		if section.Shown != (len(section.Items) > 0) {
			t.Errorf("%s is shown: %t", section.Title, section.Shown)
		}
		for _, it := range section.Items {
			in = append(in, section.Title+"/"+it.Title)
		}
	}
	if want := []string{"New reviews/Reader’s Choice: Paper Lanterns", "New reviews/Third", "New reviews/Copperwire", "Picks of the week/Friday streaming picks"}; cmp.Diff(want, in) != "" {
		t.Errorf("in it: %v", in)
	}
}

// A report has a line for the public and for each audience that gets mail, and
// says who sees less than everything.
func TestReportOfAudiences(t *testing.T) {
	t.Parallel()
	s := &fakeStore{items: richWeek(t)}
	c := newCompiler(t, s)
	r, err := c.Report(t.Context(), slot)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.editions) != 0 || r.State != domain.EditionFrozen || r.Subject != "Paper Lanterns ★★★½ and three more" {
		t.Errorf("state %s, subject %q, %d editions stored", r.State, r.Subject, len(s.editions))
	}
	var got []string
	for _, a := range r.Audiences {
		if a.HTML == 0 || a.Text == 0 || a.Words == 0 || (a.Letter == 0) != (a.Key == "public") || a.Shortened != 0 {
			t.Errorf("sizes of %+v", a)
		}
		for _, g := range a.Gated {
			got = append(got, a.Key+": "+g.Title+" "+g.Level)
		}
	}
	want := []string{
		"public: Reader’s Choice: Paper Lanterns teaser", "public: Copperwire teaser", "public: Friday streaming picks teaser",
		"reader: Reader’s Choice: Paper Lanterns teaser", "reader: Copperwire teaser", "reader: Friday streaming picks teaser",
		"active: Reader’s Choice: Paper Lanterns teaser", "active-matinee: Reader’s Choice: Paper Lanterns teaser",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("gated (-want +got):\n%s", diff)
	}
}

func TestReportWarns(t *testing.T) {
	t.Parallel()
	bare := reviewItem(t, "Bare", time.Hour, func(it *domain.Item) { it.Film.Poster = nil })
	left := picksItem(t, func(it *domain.Item) { it.Picks[0].Leaves = domain.Date{Year: 2026, Month: time.November, Day: 19} })
	many := make([]domain.Item, 50)
	for i := range many {
		many[i] = reviewItem(t, fmt.Sprintf("Reel %d", i), time.Hour, func(it *domain.Item) {
			it.Teaser = "<p>" + strings.Repeat("It goes on about the sea. ", 40) + "</p>"
			it.Film.Poster.Alt = "A reel"
		})
	}
	tests := map[string]struct {
		items             []domain.Item
		adjust            func(*digest.Config)
		warnings, missing []string
	}{
		"nothing to mend": {items: []domain.Item{richWeek(t)[1], picksItem(t)}},
		"no picks yet":    {items: richWeek(t)[1:2], missing: []string{"no picks yet"}},
		"no address": {
			items: []domain.Item{picksItem(t)}, adjust: func(c *digest.Config) { c.Publication.Address = "" },
			warnings: []string{"no postal address: write publication.address, which the law wants in every letter"},
		},
		"pictures": {
			items: append(richWeek(t), bare),
			warnings: []string{
				"Bare has no picture",
				"Paper Lanterns and The Long Intermission have pictures without alt texts: their titles are read out instead",
			},
		},
		"a film that has left": {
			items: []domain.Item{left}, warnings: []string{"The Salt Ledger leaves Criterion Channel on Nov 19, before the edition is sent"},
		},
		"too long": {
			items: append(many, picksItem(t)), adjust: func(c *digest.Config) {
				c.Sections[0], c.Digest.To = reviews(t, "{max: 50, words: 120}"), "Screenwriter"
			},
			warnings: []string{"shortened for everyone, Screenwriter patrons, so that it stays below 90000 bytes and mailboxes do not cut it"},
		},
		"a long subject": {
			items: []domain.Item{picksItem(t)}, adjust: func(c *digest.Config) { c.Digest.Subject = strings.Repeat("ä", 61) },
			warnings: []string{`phones cut the subject "` + strings.Repeat("ä", 61) + `": it has 61 characters, they show 60`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			adjust := test.adjust
			if adjust == nil {
				adjust = func(*digest.Config) {}
			}
			r, err := newCompiler(t, &fakeStore{items: test.items}, adjust).Report(t.Context(), slot)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.warnings, r.Warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.missing, r.Missing); diff != "" {
				t.Errorf("missing (-want +got):\n%s", diff)
			}
		})
	}
}

// A week without news says that it would be skipped, and a slot that has its
// edition tells of that one.
func TestReportOfNothingAndOfWhatIs(t *testing.T) {
	t.Parallel()
	s := &fakeStore{}
	c := newCompiler(t, s, func(c *digest.Config) { c.Digest.Cutoff = time.Hour })
	r, err := c.Report(t.Context(), slot)
	if err != nil || r.State != domain.EditionSkipped || r.Reason != "nothing new" {
		t.Errorf("of nothing: %s because %q, error %v", r.State, r.Reason, err)
	}
	if !r.Closes.Equal(frozen(t)) || !r.Due.Equal(frozen(t).Add(time.Hour)) {
		t.Errorf("closes %s, due %s", r.Closes, r.Due)
	}
	s.items = richWeek(t)
	e, err := c.Compile(t.Context(), slot)
	if err != nil {
		t.Fatal(err)
	}
	r, err = c.Report(t.Context(), slot)
	if err != nil || r.Edition != e.ID || r.State != e.State || r.Subject != e.Subject || r.Sections != nil {
		t.Errorf("of %v: %+v, error %v", e, r, err)
	}
}

// What opens until the edition closes is open in what its maker sees of it before.
func TestForeseen(t *testing.T) {
	t.Parallel()
	s := &fakeStore{items: []domain.Item{reviewItem(t, "Soon", 47*time.Hour)}} // opens to patrons an hour from now
	for cutoff, want := range map[time.Duration]int{time.Hour: 1, 0: 0} {      // which is when the edition closes, or just before
		c := newCompiler(t, s, func(c *digest.Config) { c.Digest.Cutoff = cutoff })
		r, err := c.Report(t.Context(), slot)
		if err != nil {
			t.Fatal(err)
		}
		matinee := r.Audiences[3]
		if len(matinee.Gated) != want {
			t.Errorf("cutoff %s: %s misses %+v, want %d", cutoff, matinee.Key, matinee.Gated, want)
		}
		shown, err := c.Preview(t.Context(), slot, domain.Readers{Audience: patron("Matinee")})
		if err != nil || strings.Contains(shown.Text, "opens to you") != (want == 1) {
			t.Errorf("cutoff %s: error %v, letter\n%s", cutoff, err, shown.Text)
		}
	}
}

// What waits for the next edition is left out, also where it is named aside.
func TestNamedAsideIsLeft(t *testing.T) {
	t.Parallel()
	s := &fakeStore{items: []domain.Item{reviewItem(t, "One", time.Hour), reviewItem(t, "Two", 2*time.Hour)}}
	r, err := newCompiler(t, s, blocks(t, "reviews {max: 1, carry: 1}", "recent")).Report(t.Context(), slot)
	if err != nil || len(r.Left) != 1 || r.Left[0].Title != "Two" || r.Left[0].Cause != digest.Over {
		t.Errorf("left %+v, error %v", r.Left, err)
	}
}
