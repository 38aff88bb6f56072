package feedtest

import (
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/feed"
)

// Now is the instant at which the sample is looked at: a Friday noon.
func Now() time.Time { return time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC) }

// Spec is the sample publication's feed of everything.
func Spec() *feed.Spec {
	patronsFirst := domain.Ladder{
		{To: "Screenwriter"}, {To: domain.ToPatrons, After: 48 * time.Hour}, {To: domain.ToEveryone, After: 240 * time.Hour},
	}
	return &feed.Spec{
		Feed: config.Feed{Name: "reviews", Title: "Lantern Screen", Description: "Reviews & Friday streaming picks by Mara Ellison"},
		Publication: domain.Publication{
			Title: "Lantern Screen", URL: "https://www.lanternscreen.example/", Author: "Mara Ellison", Language: "en-US",
			Zone: time.FixedZone("CST", -6*60*60), Patreon: "https://www.patreon.com/lanternscreen",
			Server: "https://feeds.lanternscreen.example",
			Look: domain.Look{
				Icon:  "https://www.lanternscreen.example/icon-512.png",
				Logo:  "https://www.lanternscreen.example/wordmark.png",
				Cover: "https://www.lanternscreen.example/cover.jpg", Accent: "1E4B96",
			},
		},
		Policy: &entitle.Policy{
			Tiers: domain.Tiers{{Name: "Matinee"}, {Name: "Screenwriter"}},
			Kinds: map[domain.ItemKind]domain.Ladder{
				domain.Review: patronsFirst, domain.Post: {{To: domain.ToPatrons}},
			},
		},
		Seed: []byte("lantern screen's own seed"),
		Credits: map[string]config.Credit{
			"site": {Title: "Lantern Screen", URL: "https://www.lanternscreen.example/feed/"},
		},
		Hub: "https://hub.lanternscreen.example/",
	}
}

// Items are the sample's pieces, one of every sort that matters.
func Items() []domain.Item {
	return []domain.Item{paperLanterns(), picks(), copperwire(), harborLights(), definitives(), behindTheDesk()}
}

// Item is a piece with an id, dates and a history that fit together.
func Item(guid string, kind domain.ItemKind, published time.Time) domain.Item {
	seen := published.Add(10 * time.Minute)
	return domain.Item{
		ID: domain.NewItemID("site", guid), Source: "site", GUID: guid, Kind: kind, Published: published,
		ItemHistory: domain.ItemHistory{FirstPublished: published, FirstSeen: seen, Changed: seen},
	}
}

// paperLanterns is a new review: the highest tier reads it, others wait.
func paperLanterns() domain.Item {
	it := Item("41207", domain.Review, time.Date(2026, 11, 19, 20, 5, 33, 0, time.UTC))
	it.Title, it.URL = "Paper Lanterns", "https://www.lanternscreen.example/reviews/paper-lanterns/"
	it.Tags = []string{"Drama", "Festivals & Fairs"}
	it.Teaser = "<p>Ines Vardo’s second feature watches a harbor town forget itself, one festival at a time.</p>"
	it.Body = it.Teaser + "\n<p>What it remembers instead is <em>rope</em>: who tied it, who cut it & why.</p>"
	it.Film = &domain.Film{
		Title: "Paper Lanterns", Year: 2026, Directors: []string{"Ines Vardo"}, Writers: []string{"Ines Vardo", "Pell Okafor"},
		Cast: []string{"Juno Abara", "Tomas Reyl"}, Genres: []string{"Drama"}, Runtime: 98 * time.Minute, ContentRating: "PG-13",
		Released: domain.Date{Year: 2026, Month: time.October, Day: 9}, Rating: &domain.Rating{Value: 3.5, Best: 4},
		Poster: &domain.Image{
			URL:   "https://www.lanternscreen.example/wp-content/uploads/2026/11/Paper-Lanterns-movie-poster.png",
			Width: 1000, Height: 1500,
		},
		TMDB: "990002", IMDB: "tt9900002",
	}
	it.Pictures = []domain.Picture{Picture(it.Film.Poster.URL, 1000, 1500)}
	return it
}

// Picture is an image that is ours.
func Picture(address string, width, height int) domain.Picture {
	return domain.Picture{URL: address, Key: domain.PictureKey([]byte(address)), Width: width, Height: height}
}

// picks are the Friday streaming picks, open to everyone.
func picks() domain.Item {
	it := Item("picks/2026-11-20", domain.Picks, time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC))
	it.Title = "Friday Picks: Receipts and Ghosts"
	it.Teaser = "<p>Two films about what people keep.</p>"
	it.Picks = []domain.Pick{
		{
			Title: "The Salt Ledger", Year: 2024, Directors: []string{"Tomas Reyl"}, Service: "Criterion Channel",
			Access: domain.Subscription, Region: "US", Why: "<p>A heist told entirely through receipts.</p>",
			Rating: &domain.Rating{Value: 3.5, Best: 4}, URL: "https://www.criterionchannel.example/the-salt-ledger",
			Review: "https://www.lanternscreen.example/reviews/the-salt-ledger/",
			Leaves: domain.Date{Year: 2026, Month: time.November, Day: 30}, TMDB: "990001", IMDB: "tt9900001",
			Image: &domain.Image{URL: "https://www.lanternscreen.example/img/salt-ledger.jpg", Width: 400, Height: 600},
		},
		{Title: "Ghost Tariff", Year: 1931, Service: "Public Domain Pictures", Access: domain.Free, Why: "Nine minutes, one joke, no survivors."},
	}
	it.Pictures = []domain.Picture{Picture(it.Picks[0].Image.URL, 400, 600)}
	return it
}

// copperwire is a Reader's Choice of which the site itself shows a teaser.
func copperwire() domain.Item {
	it := Item("41190", domain.Review, time.Date(2026, 11, 5, 15, 0, 0, 0, time.UTC))
	it.Title, it.Series, it.URL = "Copperwire", "Reader’s Choice", "https://www.lanternscreen.example/reviews/copperwire/"
	it.Teaser = "<p>Asked for by our readers: a telephone exchange, a strike, and a love story conducted in clicks.</p>"
	it.Exclusive = true
	it.Film = &domain.Film{
		Title: "Copperwire", Year: 1962, Directors: []string{"Aldo Brandt"}, Runtime: 81 * time.Minute,
		Rating: &domain.Rating{Value: 3, Best: 4},
	}
	return it
}

// harborLights is an older review that everyone has been able to read for days,
// with a correction since. It shows two images; one of them could not be had.
func harborLights() domain.Item {
	it := Item("41100", domain.Review, time.Date(2026, 11, 2, 16, 30, 0, 0, time.UTC))
	it.Title, it.URL = "Harbor Lights <Director’s Cut>", "https://www.lanternscreen.example/reviews/harbor-lights/"
	it.Teaser = "<p>Longer, and better for it.</p>"
	it.Body = "<p>Longer, and better for it. Forty minutes of <strong>fog</strong> &amp; foghorns.</p>" +
		`<figure><img src="https://www.lanternscreen.example/img/fog.jpg" alt="The pier" width="9999"></figure>` +
		`<p><img src="https://www.lanternscreen.example/img/gone.jpg" alt="A foghorn"></p>`
	it.Pictures = []domain.Picture{
		Picture("https://www.lanternscreen.example/img/fog.jpg", 800, 450), {URL: "https://www.lanternscreen.example/img/gone.jpg"},
	}
	it.Film = &domain.Film{Title: "Harbor Lights", Year: 1988, Rating: &domain.Rating{Value: 0, Best: 4}}
	it.Changed = time.Date(2026, 11, 13, 9, 12, 0, 0, time.UTC)
	return it
}

// definitives is an essay in French by a guest, with an image of its own.
func definitives() domain.Item {
	it := Item("40900", domain.Essay, time.Date(2026, 10, 28, 12, 0, 0, 0, time.UTC))
	it.Title, it.Series, it.Author, it.Language = "L’Écluse", "The Definitives", "Odile Marchetti", "fr"
	it.URL = "https://www.lanternscreen.example/définitifs/l’écluse/"
	it.Body = "<p>Le cinéma de l’écluse est un cinéma de l’attente.</p>"
	it.Image = &domain.Image{URL: "https://www.lanternscreen.example/img/écluse.webp", Width: 1600, Height: 900, Alt: "Une écluse au matin"}
	it.Pictures = []domain.Picture{Picture(it.Image.URL, 1600, 900)}
	return it
}

// behindTheDesk is a post for patrons only.
func behindTheDesk() domain.Item {
	it := Item("post/77", domain.Post, time.Date(2026, 10, 20, 8, 0, 0, 0, time.UTC))
	it.Title = "Behind the desk: why I stopped counting"
	it.URL = "https://www.patreon.com/posts/99001077"
	it.Teaser = "<p>Lists are a way of not writing.</p>"
	it.Body = "<p>Lists are a way of not writing. Here is what I did instead.</p>"
	return it
}
