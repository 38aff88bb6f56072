package config_test

import (
	"errors"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"marquee/internal/config"
	"marquee/internal/domain"
)

const minimal = "publication: {title: Lantern Screen, url: \"https://lanternscreen.example\"}\n"

func parse(t *testing.T, text string) *config.Config {
	t.Helper()
	cfg, err := config.Parse([]byte(text), "testdata/config.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	cfg := parse(t, `
publication: {title: Lantern Screen, url: "https://lanternscreen.example", address: Elgin}
sources: {reviews: {kind: webfeed, rules: }}
feeds: {all: }
digests: {weekly: {schedule: "@weekly", sections: [{section: reviews}]}}
server:
mail: {from: d@lanternscreen.example}
`)
	dir, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	store := "sqlite:" + filepath.Join(dir, "marquee.db")
	compare(t, cfg, &config.Config{
		Publication: domain.Publication{
			Title: "Lantern Screen", URL: "https://lanternscreen.example", Address: "Elgin",
			Language: "en-US", Zone: time.UTC, Server: "http://127.0.0.1:8080",
		},
		Store: store, StoreSecret: config.NewSecret(store),
		Admin:  config.Admin{Access: config.AdminSecure},
		Server: config.Server{Listen: "127.0.0.1:8080", URL: "http://127.0.0.1:8080", Proxies: config.Default().Server.Proxies},
		Sources: []config.Source{{
			Name: "reviews", Kind: "webfeed", Schedule: "0 * * * *", Settle: 15 * time.Minute, Flood: 5, AlertAfter: 24 * time.Hour,
			Rules: config.Rules{Kind: domain.Review, Rating: 4},
		}},
		Feeds: []config.Feed{{Name: "all", Title: "Lantern Screen", Limit: 50}},
		Digests: []config.Digest{{
			Name: "weekly", Title: "Lantern Screen", Schedule: "@weekly", Cutoff: time.Hour, To: "patrons", WhenMissing: config.WhenMissingSend, Approval: config.ApprovalNone,
			WhenEmpty: "skip",
			Period:    7 * 24 * time.Hour, Grace: 12 * time.Hour, Sections: []config.Section{{Kind: "reviews", To: "everyone"}},
		}},
		Mail: config.Mail{
			From: "d@lanternscreen.example", Doubtful: "resend", Inbound: config.Inbound{Listen: "127.0.0.1:2525"}, Bounces: domain.DefaultBounceRules(),
			Relays: []config.Relay{{Name: "main", Transport: "smtp", Limits: config.Limits{Connections: 4}}},
		},
		Letters: config.Letters{Theme: "paper"},
		Dir:     dir,
	})
}

func compare(t *testing.T, got, want *config.Config) {
	t.Helper()
	diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(config.Config{}),
		cmpopts.IgnoreTypes(config.Options{}), cmpopts.EquateComparable(netip.Prefix{}), cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() }))
	if diff != "" {
		t.Errorf("configuration differs (-want +got):\n%s", diff)
	}
}

func TestEverything(t *testing.T) {
	t.Parallel()
	cfg := parse(t, `
publication: {title: Lantern Screen, url: "https://lanternscreen.example", timezone: America/Chicago,
  address: "PO Box 1200, Elgin", language: en-GB, author: Mara Ellison}
store: postgres://marquee:hunter2@db.example/marquee?sslmode=require
server: {listen: ":80", url: "https://feeds.example/"}
tiers: [{name: Matinee, price: 3}, {name: Screenwriter, patreon_id: 902, price: 10.5}, {name: Producer}]
sources:
  zebra: {kind: webfeed, url: https://z.example}
  alpha: {kind: markdown, path: picks, schedule: "@daily", settle: 1m, flood: 0, alert_after: 1d12h, apart: true,
    rules: {kind: picks, rating: 5, exclusive: [on Patreon], match: [{path: /a, title: ^Top, category: C, release: [{to: matinee, after: 0}], skip: yes}]}, release: []}
release:
  review: [{to: screenwriter, after: 0}, {to: patrons, after: 36h}, {to: everyone, after: 10d}]
  Reader's Choice: []
digests:
  weekly: {schedule: "0 17 * * FRI", cutoff: 1d12h, to: matinee, when_empty: send, grace: 0s, period: 35d, sections: [{section: reviews, max: 5}]}
mail: {from: digest@lanternscreen.example, transport: pigeon, pigeon: {loft: roof}, smtp: {host: spare}, key: 12345, connections: 9,
  previous_key: old, operator: mara@lanternscreen.example, doubtful: ask, fence: fence, messages: 100, rate: 2.5,
  dkim: [{selector: m2026, key: pem}], inbound: {address: in@lanternscreen.example, lmtp: true}, bounces: {dead: 2, over: 60d},
  domains: {Example.org: {connections: 2, rate: 0.5}, "*": {}}, spares: [{transport: pigeon, loft: barn, rate: 1}]}
`)
	want := *cfg
	want.Publication.Language, want.Publication.Author, want.Publication.Server = "en-GB", "Mara Ellison", "https://feeds.example"
	want.Store = "postgres://marquee@db.example/marquee?sslmode=require"
	want.StoreSecret = config.NewSecret("postgres://marquee:hunter2@db.example/marquee?sslmode=require")
	want.Server = config.Server{Listen: ":80", URL: "https://feeds.example", Proxies: config.Default().Server.Proxies}
	want.Tiers = domain.Tiers{{Name: "Matinee", Cents: 300}, {Name: "Screenwriter", PatreonID: "902", Cents: 1050}, {Name: "Producer"}}
	want.Sources = []config.Source{
		{
			Name: "zebra", Kind: "webfeed", Schedule: "0 * * * *", Settle: 15 * time.Minute, Flood: 5, AlertAfter: 24 * time.Hour,
			Rules: config.Rules{Kind: domain.Review, Rating: 4},
		},
		{Name: "alpha", Kind: "markdown", Schedule: "@daily", Settle: time.Minute, AlertAfter: 36 * time.Hour, Apart: true, Rules: config.Rules{
			Kind: domain.Picks, Rating: 5, Exclusive: []string{"on Patreon"},
			Match: []config.Rule{{Category: "C", Path: "/a", Title: "^Top", Release: domain.Ladder{{To: "Matinee"}}, Skip: true}},
		}},
	}
	want.Release = config.Release{
		Series:  map[string]domain.Ladder{"Reader's Choice": {}},
		Sources: map[string]domain.Ladder{"alpha": {}},
		Kinds: map[domain.ItemKind]domain.Ladder{domain.Review: {
			{To: "Screenwriter"}, {To: "patrons", After: 36 * time.Hour}, {To: "everyone", After: 240 * time.Hour},
		}},
	}
	want.Digests = []config.Digest{{
		Name: "weekly", Title: "Lantern Screen", Schedule: "0 17 * * FRI", Cutoff: 36 * time.Hour, To: "Matinee",
		WhenMissing: config.WhenMissingSend, Approval: config.ApprovalNone,
		WhenEmpty: "send", Period: 35 * 24 * time.Hour, Sections: []config.Section{{Kind: "reviews", To: "everyone"}},
	}}
	want.Mail = config.Mail{
		From: "digest@lanternscreen.example", Operator: "mara@lanternscreen.example", Doubtful: "ask",
		Fence: filepath.Join(cfg.Dir, "fence"), Key: config.NewSecret("12345"), PreviousKey: config.NewSecret("old"),
		DKIM:    []config.DKIM{{Selector: "m2026", Key: config.NewSecret("pem")}},
		Inbound: config.Inbound{Address: "in@lanternscreen.example", Listen: "127.0.0.1:2525", LMTP: true},
		Bounces: domain.BounceRules{Dead: 2, Within: 8 * 24 * time.Hour, Editions: 5, Over: 60 * 24 * time.Hour},
		Domains: map[string]config.Limits{"example.org": {Connections: 2, Rate: 0.5}, "*": {}},
		Relays: []config.Relay{
			{Name: "main", Transport: "pigeon", Limits: config.Limits{Connections: 9, Messages: 100, Rate: 2.5}},
			{Name: "spare-1", Transport: "pigeon", Limits: config.Limits{Connections: 4, Rate: 1}},
		},
	}
	compare(t, cfg, &want)
	if cfg.Publication.Zone.String() != "America/Chicago" {
		t.Errorf("zone is %s", cfg.Publication.Zone)
	}
	for _, relay := range cfg.Mail.Relays {
		if keys := relay.Options.Keys(); len(keys) != 1 || keys[0] != "loft" {
			t.Errorf("the options of relay %s are %v", relay.Name, keys)
		}
	}
}

func TestStorePassword(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "pw"), "p:w/@\r\n")
	text := minimal + "store: postgres://marquee@db.example/marquee\nstore_password_file: pw\n"
	cfg, err := config.Parse([]byte(text), filepath.Join(dir, "config.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Store != "postgres://marquee@db.example/marquee" || cfg.StoreSecret.Reveal() != "postgres://marquee:p%3Aw%2F%40@db.example/marquee" {
		t.Errorf("store is %s, to open %s", cfg.Store, cfg.StoreSecret.Reveal())
	}
	for _, bad := range []string{"store: postgres://marquee:hunter2@[db/x", "store: postgres://u@db/x?password=hunter2", "store: mysql://u:hunter2@db/x"} {
		if _, err := config.Parse([]byte(minimal+bad), "c.yaml", nil); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: error is %v", bad, err)
		}
	}
}

func TestServerURL(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]string{
		":8080": "http://localhost:8080", "0.0.0.0:80": "http://localhost:80",
		"[::]:80": "http://localhost:80", "[::1]:80": "http://[::1]:80", "host:80": "http://host:80",
	} {
		if got := parse(t, minimal+"server: {listen: \""+listen+"\"}").Server.URL; got != want {
			t.Errorf("%s is reached at %s, want %s", listen, got, want)
		}
	}
}

func TestVariables(t *testing.T) {
	t.Parallel()
	env := func(name string) (string, bool) {
		v, ok := map[string]string{"NAME": "Lantern", "LIMIT": "7", "RAW": "${NAME}", "NONE": ""}[name]
		return v, ok
	}
	cfg, err := config.Parse([]byte(`
publication: {title: "${NAME} Screen", url: https://lanternscreen.example, description: '$${NAME} $5 ${RAW}', author: "${NONE}"}
feeds:
  all:
    limit: ${LIMIT}
`), "c.yaml", env)
	if err != nil {
		t.Fatal(err)
	}
	p := cfg.Publication
	if p.Title != "Lantern Screen" || p.Description != "${NAME} $5 ${NAME}" || p.Author != "" || cfg.Feeds[0].Limit != 7 {
		t.Errorf("title %q, description %q, author %q, limit %d", p.Title, p.Description, p.Author, cfg.Feeds[0].Limit)
	}
}

func TestVariablesInQuotesStayText(t *testing.T) {
	t.Parallel()
	env := func(string) (string, bool) { return "7", true }
	_, err := config.Parse([]byte(minimal+`feeds: {all: {title: "${TITLE}", limit: "${LIMIT}"}}`), "c.yaml", env)
	const want = "c.yaml:2:34: feeds.all.limit: must be a whole number: write 5, without quotes"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestConfigErrorf(t *testing.T) {
	t.Parallel()
	cfg := parse(t, minimal+"sources:\n  reviews:\n    kind: webfed\n")
	err := cfg.Errorf("sources.reviews.kind", "%q is no kind: write %s", "webfed", "webfeed")
	const want = `testdata/config.yaml:4:5: sources.reviews.kind: "webfed" is no kind: write webfeed`
	if err.Error() != want || !errors.Is(err, domain.ErrInvalid) {
		t.Errorf("got %v, want %s", err, want)
	}
	if err := new(config.Config).Errorf("store", "is gone"); err.Error() != "store: is gone" {
		t.Errorf("of a configuration made by hand: %v", err)
	}
}

func TestFeedKeys(t *testing.T) {
	t.Parallel()
	cfg := parse(t, minimal+`
feeds:
  noir: {items: {tags: [Noir], rating: 3/4, years: 1940-1958}, item_title: "{{.Title}}", entries: items}
  old: {items: {years: -1929}, entries: picks}
  new: {items: {years: 2026-}, entries: editions}
  one: {items: {years: 1962}}
`)
	want := []config.Feed{
		{
			Name: "noir", Title: "Lantern Screen", Limit: 50, ItemTitle: "{{.Title}}", Items: config.Selection{
				Tags: []string{"Noir"}, Rating: &domain.Rating{Value: 3, Best: 4, Step: 0.5}, Years: config.Years{From: 1940, To: 1958},
			},
		},
		{Name: "old", Title: "Lantern Screen", Limit: 50, Entries: config.EntriesPicks, Items: config.Selection{Years: config.Years{To: 1929}}},
		{Name: "new", Title: "Lantern Screen", Limit: 50, Entries: config.EntriesEditions, Items: config.Selection{Years: config.Years{From: 2026}}},
		{Name: "one", Title: "Lantern Screen", Limit: 50, Items: config.Selection{Years: config.Years{From: 1962, To: 1962}}},
	}
	if diff := cmp.Diff(want, cfg.Feeds); diff != "" {
		t.Errorf("feeds (-want +got):\n%s", diff)
	}
}

func TestLookAndCredits(t *testing.T) {
	t.Parallel()
	cfg := parse(t, `
publication: {title: Lantern Screen, url: "https://lanternscreen.example", icon: "https://x.example/i.png", logo: "https://x.example/l.png", cover: "https://x.example/c.jpg", accent_color: "#1e4b96"}
sources: {reviews: {kind: webfeed, credit: {title: Letterboxd, url: "https://letterboxd.example/mara/rss/"}}}
`)
	look := domain.Look{Icon: "https://x.example/i.png", Logo: "https://x.example/l.png", Cover: "https://x.example/c.jpg", Accent: "1E4B96"}
	credit := config.Credit{Title: "Letterboxd", URL: "https://letterboxd.example/mara/rss/"}
	if cfg.Publication.Look != look || cfg.Sources[0].Credit != credit {
		t.Errorf("got %+v and %+v", cfg.Publication.Look, cfg.Sources[0].Credit)
	}
}
