package digest_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/digest"
	"marquee/internal/digest/section"
	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/templates"
)

const (
	slot    = domain.Slot("2026-11-20T17:00") // a Friday
	canary  = "CANARYINAGATEDBODY"
	site    = "https://www.lanternscreen.example"
	uploads = site + "/wp-content/uploads/2026/11/"
)

func chicago(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// frozen is the moment of the tests: an hour before the slot.
func frozen(t testing.TB) time.Time {
	t.Helper()
	return time.Date(2026, 11, 20, 16, 0, 0, 0, chicago(t))
}

func policy() *entitle.Policy {
	return &entitle.Policy{
		Tiers: domain.Tiers{{Name: "Matinee"}, {Name: "Screenwriter"}},
		Kinds: map[domain.ItemKind]domain.Ladder{
			domain.Review: {
				{To: "Screenwriter"},
				{To: domain.ToPatrons, After: 48 * time.Hour},
				{To: domain.ToEveryone, After: 240 * time.Hour},
			},
			domain.Picks: {{To: domain.ToPatrons}},
		},
	}
}

func public() domain.Audience { return domain.Audience{} }
func reader() domain.Audience { return domain.Audience{Standing: domain.Reader} }
func patron(tier string) domain.Audience {
	return domain.Audience{Standing: domain.Active, Tier: tier}
}

// newCompiler is a compiler of the weekly digest over a store, adjusted.
func newCompiler(t testing.TB, s digest.Store, adjust ...func(*digest.Config)) *digest.Compiler {
	t.Helper()
	cfg := digest.Config{
		Digest: config.Digest{
			Name: "weekly", Title: "Lantern Screen Weekly", To: domain.ToEveryone, WhenEmpty: "skip",
		},
		Sections: []digest.Block{reviews(t, ""), picks(t, "")},
		Publication: domain.Publication{
			Title: "Lantern Screen", URL: site, Author: "Mara Ellison", Language: "en-US", Zone: chicago(t),
			Patreon: "https://www.patreon.com/lanternscreen", Address: "PO Box 112, Duluth MN 55802, USA",
			Server: "https://feeds.lanternscreen.example",
		},
		Policy:    policy(),
		Store:     s,
		Compose:   func(l digest.Letter) ([]byte, error) { return []byte(l.Subject + "\n" + l.Text + l.HTML), nil },
		Templates: mailTemplates(t),
		Marks:     digest.Marks{Name: "mq7slot0name0tols7qm", Unsubscribe: "mq7slot0unsubscribe0tols7qm"},
		Now:       func() time.Time { return frozen(t) },
		Log:       slog.New(slog.DiscardHandler),
	}
	for _, f := range adjust {
		f(&cfg)
	}
	c, err := digest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func mailTemplates(t testing.TB) *templates.Mail { return mailLook(t, templates.Look{}) }

func mailLook(t testing.TB, look templates.Look) *templates.Mail {
	t.Helper()
	set, err := look.Parse("")
	if err != nil {
		t.Fatal(err)
	}
	return set.Mail
}

func reviews(t testing.TB, options string) digest.Block {
	t.Helper()
	return made(t, options, "reviews")
}

func picks(t testing.TB, options string) digest.Block {
	t.Helper()
	return made(t, options, "picks")
}

// made is a block of a kind of section.
func made(t testing.TB, options, name string) digest.Block {
	t.Helper()
	kinds := section.Kinds()
	kind := kinds[slices.IndexFunc(kinds, func(k digest.SectionKind) bool { return k.Name == name })]
	opts, err := config.ParseOptions(options, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s, err := kind.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return digest.Block{Kind: kind.Name, Title: kind.Title, Section: s}
}

// reviewItem is a review that was published some hours before the freeze.
func reviewItem(t testing.TB, title string, age time.Duration, adjust ...func(*domain.Item)) domain.Item {
	t.Helper()
	slug := strings.ReplaceAll(strings.ToLower(title), " ", "-")
	at := frozen(t).Add(-age).UTC()
	it := domain.Item{
		ID: domain.NewItemID("reviews", slug), Source: "reviews", GUID: slug, Kind: domain.Review,
		Title: title, URL: site + "/reviews/" + slug + "/",
		Teaser:    "<p>" + opening(title) + "</p>",
		Body:      "<p>" + opening(title) + "</p><p>" + canary + " The rest is for those who may read it.</p>",
		Published: at, ItemHistory: domain.ItemHistory{FirstPublished: at, FirstSeen: at},
		Film: &domain.Film{
			Title: title, Year: 2026, Directors: []string{"Ines Vardo"}, Runtime: 98 * time.Minute,
			Rating: &domain.Rating{Value: 3.5, Best: 4},
			Poster: &domain.Image{URL: uploads + slug + "-movie-poster.png", Width: 1000, Height: 1500},
		},
	}
	for _, f := range adjust {
		f(&it)
	}
	return illustrated(it)
}

// illustrated is an item whose images are ours: posters, and stills.
func illustrated(it domain.Item) domain.Item {
	images := []*domain.Image{it.Image}
	if it.Film != nil {
		images = append(images, it.Film.Poster)
	}
	for _, p := range it.Picks {
		images = append(images, p.Image)
	}
	for _, img := range images {
		if img != nil {
			it.Pictures = append(it.Pictures, domain.Picture{
				URL: img.URL, Key: domain.PictureKey([]byte(img.URL)), Width: img.Width, Height: img.Height,
			})
		}
	}
	return it
}

func opening(title string) string {
	return fmt.Sprintf("%s watches a harbor town forget itself, one festival at a time. Vardo films the "+
		"forgetting as a craft, with its tools and its apprentices, and never asks for our pity. By the time "+
		"the last lantern is out, all that is left is rope against wood.", title)
}

// picksItem is the week's list of picks, published two hours before the freeze.
func picksItem(t testing.TB, adjust ...func(*domain.Item)) domain.Item {
	t.Helper()
	at := frozen(t).Add(-2 * time.Hour).UTC()
	it := domain.Item{
		ID: domain.NewItemID("picks", "2026-11-20"), Source: "picks", GUID: "2026-11-20", Kind: domain.Picks,
		Title: "Friday streaming picks", URL: site + "/picks/2026-11-20/",
		Teaser:    "<p>Three films for a weekend indoors, one of which leaves before the month does.</p>",
		Body:      "<p>A week of harbors and heists. It has rained here since Monday, and every film I liked had water in it.</p>",
		Published: at, ItemHistory: domain.ItemHistory{FirstPublished: at, FirstSeen: at},
		Picks: []domain.Pick{
			{
				Title: "The Salt Ledger", Year: 2024, Directors: []string{"Tomas Reyl"}, Service: "Criterion Channel",
				Access: domain.Subscription, Region: "US", Rating: &domain.Rating{Value: 3.5, Best: 4},
				Why: "<p>A heist told entirely through receipts. The last reel earns every one of its silences, and " +
					"Lio Marsh does more with a cash register than most actors do with a monologue.</p>",
				URL: "https://www.criterionchannel.com/the-salt-ledger", Review: site + "/reviews/the-salt-ledger/",
				Leaves: domain.Date{Year: 2026, Month: time.November, Day: 30},
				Image:  &domain.Image{URL: uploads + "the-salt-ledger-movie-poster.png", Width: 1000, Height: 1500},
			},
			{
				Title: "1917: A Projectionist’s Year", Year: 1978, Service: "Kanopy", Access: domain.Free, Region: "US",
				Why: "<p>Found footage, found grief. Watch it with the <em>sound</em> up: most of the story is in the projector.</p>",
				URL: "https://www.kanopy.com/1917",
			},
			{
				Title: "Night Ferry", Year: 1951, Directors: []string{"Agnes Holm", "Per Holm"}, Service: "MUBI",
				Access: domain.Rent, Region: "US", Rating: &domain.Rating{Value: 4, Best: 4},
				Why:  "<p>Two strangers, one cabin, and the best fog ever put on film.</p>",
				From: domain.Date{Year: 2026, Month: time.November, Day: 24},
			},
		},
	}
	for _, f := range adjust {
		f(&it)
	}
	return illustrated(it)
}

// richWeek is a week with everything in it.
func richWeek(t testing.TB) []domain.Item {
	t.Helper()
	return []domain.Item{
		reviewItem(t, "Paper Lanterns", 3*time.Hour, func(it *domain.Item) { it.Series = "Reader’s Choice" }),
		reviewItem(t, "Copperwire", 60*time.Hour, func(it *domain.Item) {
			it.Film.Directors, it.Film.Rating = []string{"Dane Okafor"}, &domain.Rating{Value: 2, Best: 4}
			it.Film.Poster.Alt = "A coil of copper wire in the shape of a heart"
			it.Teaser = "<p>A thriller about theft that steals only from better thrillers. It is handsome, it is loud, and it is over " +
				"twenty minutes before it ends.</p>"
		}),
		reviewItem(t, "The Long Intermission", 100*time.Hour, func(it *domain.Item) {
			it.Kind, it.Series, it.Film = domain.Essay, "The Definitives", nil
			it.Image = &domain.Image{URL: uploads + "long-intermission-still.png", Width: 1200, Height: 675}
			it.Teaser = "<p>In 1962 a small-town cinema stopped a film halfway through and never started it again. For sixty years people " +
				"in Harrow Falls have been telling each other how it ends, and no two endings agree.</p>"
		}),
		picksItem(t),
	}
}
