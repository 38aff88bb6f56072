package app_test

import (
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marquee/internal/testkit"
)

// The critic's post of picks, as a paragraph for each film, becomes the letter's
// picks section and the feeds' picks: title, where, until when, why. One that is no
// list is one link.
func TestPicksOfAPostReachReaders(t *testing.T) {
	t.Parallel()
	const films = `<p>A week of harbors.</p><p><strong>The Salt Ledger</strong> (1961), Criterion Channel, leaves Nov 30. A heist in receipts.</p>` +
		`<p><em>Ember Street</em> (1956) – Tubi (free with ads): Noir without a night.</p>`
	const walk = `<p>I went for a walk.</p><p>It was a long one.</p><p>Ask me about <em>Winter Count</em> (1973) on Friday.</p>`
	rss := `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>L</title><link>https://www.lanternscreen.example/</link>`
	for title, text := range map[string]string{"Friday picks": films, "No picks this Friday": walk} {
		slug := strings.ReplaceAll(strings.ToLower(title), " ", "-")
		rss += `<item><guid isPermaLink="false">` + slug + `</guid><title>` + title + `</title><link>https://www.lanternscreen.example/` + slug +
			`/</link><pubDate>Fri, 20 Nov 2026 15:00:00 +0000</pubDate><content:encoded>` + html.EscapeString(text) + `</content:encoded></item>`
	}
	site := testkit.NewSite()
	site.Set("", "/feed/", "application/rss+xml", []byte(rss+"</channel></rss>"))
	server, mail := smtpServer(t, testkit.SMTPConfig{})
	p := publish(t, "sources:\n  friday: {kind: webfeed, url: \""+serve(t, site)+"/feed/\", rules: {kind: picks}}",
		"feeds: {all: {limit: 100}}", weekly, rosters, mail)
	p.write(t, "members.csv", fourPeople, time.Time{})
	i := p.open(t, slotTime)
	if _, err := i.SyncRoster(t.Context(), "members", false); err != nil {
		t.Fatal(err)
	}
	if _, failures := i.gather(t); len(failures) > 0 {
		t.Fatal(failures)
	}
	e, err := i.Compile(t.Context(), "weekly", slotName)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := i.Send(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	letter := letters(t, server)["yuki@patrons.example"]
	for _, text := range []string{unwrapped(letter.Text), textOf(letter.HTML)} {
		for _, want := range []string{
			"A week of harbors.", "The Salt Ledger (1961)", "Criterion Channel", "leaves Nov 30", "A heist in receipts.",
			"Ember Street (1956)", "Tubi · free with ads", "Noir without a night.", "No picks this Friday",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the letter does not say %q:\n%s", want, text)
			}
		}
		if strings.Count(text, "A heist in receipts") != 1 || strings.Contains(text, "2. Winter Count") {
			t.Errorf("the letter says too much:\n%s", text)
		}
	}
	built := i.build(t)
	body, err := os.ReadFile(filepath.Join(built, "feeds", "all.json"))
	if err != nil || strings.Count(string(body), `"_picks"`) != 1 || !strings.Contains(string(body), `"service":"Criterion Channel"`) {
		t.Errorf("the feed has no films: %v\n%s", err, body)
	}
	for format, entries := range builtFeeds(t, built, "all") {
		for _, e := range entries {
			if e.Title == "Friday picks" && (strings.Count(textOf(e.HTML), "A heist in receipts") != 1 || !strings.Contains(textOf(e.HTML), "Criterion Channel")) {
				t.Errorf("%s: %s", format, e.HTML)
			}
		}
	}
}
