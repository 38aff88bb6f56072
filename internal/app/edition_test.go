package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/testkit"
)

const (
	// reviewCanary stands in the text of The Orchard Telegraph behind its teaser,
	// pickCanary in a pick that is for patrons.
	reviewCanary = "the waiting says more about the marriage than the twenty minutes of argument"
	pickCanary   = "a heist told entirely through receipts"

	monthly = `
digests:
  monthly:
    title: Lantern Screen Monthly
    schedule: "0 17 * * FRI"
    period: 30d
    to: everyone
    sections: [{section: reviews, max: 20}, {section: picks}]`

	handPicks = `---
title: Friday picks
picks:
  - {title: The Salt Ledger, year: 1961, service: Criterion Channel, why: "` + pickCanary + `"}
---
A week of harbors and ledgers.
`
	fourPeople = `Name,Email,Patron Status,Tier,Pledge Amount,Free Member,User ID
Rowan Vale,rowan@patrons.example,Active patron,Screenwriter,10.00,No,1
Ada Lind,ada@patrons.example,Active patron,Matinee,3.00,No,2
Yuki Mori,yuki@patrons.example,,Free,0.00,Yes,3
Otto Former,otto@patrons.example,Former patron,,0.00,No,4
`
)

// openMonthly is a publication with the captured site's whole texts, picks that
// are written by hand for patrons, and four people.
func openMonthly(t *testing.T) (*instance, *testkit.SMTP) {
	t.Helper()
	site := captured(t)
	server, mail := smtpServer(t, testkit.SMTPConfig{})
	source := "sources:\n  picks: {kind: markdown, path: picks}\n  site:\n    kind: webfeed\n    url: " + serve(t, site) + fullText + rules
	skipped := "\n        - {category: Streaming Picks, skip: true}" // they are written by hand here
	p := publish(t, source+skipped, release, "  picks: [{to: patrons, after: 0s}]", "feeds: {all: {limit: 100}}", monthly, rosters, mail)
	p.write(t, "members.csv", fourPeople, time.Time{})
	p.write(t, "picks/2026-11-20.md", handPicks, slotTime.Add(-9*time.Hour))
	i := p.open(t, slotTime)
	if _, err := i.SyncRoster(t.Context(), "members", false); err != nil {
		t.Fatal(err)
	}
	if _, failures := i.gather(t); len(failures) > 0 {
		t.Fatal(failures)
	}
	return i, server
}

// Each tier gets one edition's items, with as much of each as it may see.
func TestEditionForEachTier(t *testing.T) {
	t.Parallel()
	i, server := openMonthly(t)
	e, err := i.Compile(t.Context(), "monthly", slotName)
	if err != nil {
		t.Fatal(err)
	}
	b, err := i.Send(t.Context(), e)
	if err != nil || b != (domain.Balance{Entitled: 3, Sent: 3}) || len(e.Items) != 5 {
		t.Fatalf("%s, %d items, %v", b, len(e.Items), err)
	}
	mails := letters(t, server)
	for who, want := range map[string][]string{ // each item's title, label and link
		"rowan@patrons.example": {
			"Reader's Choice: Paper Lanterns|First look|Read on Patreon",
			"Reader's Choice: The Orchard Telegraph|First look|Read the review",
			"Winter Count|First look|Read on Patreon", "The 25 Best Staircases in Cinema|First look|Read on Patreon",
		},
		"ada@patrons.example": {
			"Reader's Choice: Paper Lanterns|For higher tiers first; opens to you on Dec 3|Read the opening",
			"Reader's Choice: The Orchard Telegraph|For higher tiers first; opens to you on Nov 24|Read the opening",
			"Winter Count|First look|Read on Patreon", "The 25 Best Staircases in Cinema|First look|Read on Patreon",
		},
		"yuki@patrons.example": {
			"Reader's Choice: Paper Lanterns|For patrons; becomes free to read on Dec 19|Become a patron",
			"Reader's Choice: The Orchard Telegraph|For patrons; becomes free to read on Dec 10|Become a patron",
			"Winter Count|For patrons|Become a patron", "The 25 Best Staircases in Cinema|For patrons|Become a patron",
		},
	} {
		compareLetter(t, mails[who], want)
	}
	if len(mails) != 3 {
		t.Errorf("%d letters", len(mails))
	}
}

// compareLetter compares the items of both bodies with the wanted ones, in their
// order, and nothing but them.
func compareLetter(t *testing.T, l letter, want []string) {
	t.Helper()
	reviews := between(t, l.Text, "NEW REVIEWS\n-----------", "PICKS OF THE WEEK")
	blocks := strings.Split(strings.TrimSpace(reviews), "\n\n")
	if len(blocks) != len(want) {
		t.Fatalf("%s reads of %d items, want %d:\n%s", l.To, len(blocks), len(want), reviews)
	}
	read := textOf(l.HTML[strings.Index(l.HTML, "<body"):])
	at := 0
	for i, item := range want {
		parts := strings.Split(item, "|")
		title, label, action := parts[0], parts[1], parts[2]
		if !strings.HasPrefix(blocks[i], title+"\n"+label+"\n") || !strings.Contains(blocks[i], "\n"+action+": http") {
			t.Errorf("%s reads\n%s\nwhere %q should be", l.To, blocks[i], item)
		}
		_, name, _ := strings.Cut(title, ": ")
		if name == "" {
			name = title
		}
		found := strings.Index(read[at:], name)
		if found < 0 || !strings.Contains(read[at+found:], action) {
			t.Errorf("%s does not see %q after %q in the HTML:\n%s", l.To, item, read[:at], read)
			continue
		}
		at += found
	}
	for _, never := range []string{"Poll:", "Protected", "currently", "Listen to the audio", "CDATA"} {
		if strings.Contains(l.Text, never) || strings.Contains(read, never) {
			t.Errorf("%s reads %q:\n%s", l.To, never, l.Text)
		}
	}
}

// between is the part of a text between two others.
func between(t *testing.T, text, from, to string) string {
	t.Helper()
	_, rest, begun := strings.Cut(text, from)
	part, _, ended := strings.Cut(rest, to)
	if !begun || !ended {
		t.Fatalf("nothing between %q and %q:\n%s", from, to, text)
	}
	return part
}

// What an audience may not see is in no letter, no page and no feed for it.
func TestGatedTextIsNowhere(t *testing.T) {
	t.Parallel()
	i, server := openMonthly(t)
	e, err := i.Compile(t.Context(), "monthly", slotName)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := i.Send(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	i.compareCanaries(t)
	mails := letters(t, server)
	for who, entitled := range map[string]bool{"rowan@patrons.example": true, "ada@patrons.example": true, "yuki@patrons.example": false} {
		l := mails[who]
		if strings.Contains(unwrapped(l.Text), pickCanary) != entitled || strings.Contains(textOf(l.HTML), pickCanary) != entitled {
			t.Errorf("%s, entitled %t, reads\n%s", who, entitled, l.Text)
		}
		if strings.Contains(unwrapped(l.Text)+textOf(l.HTML), reviewCanary) {
			t.Errorf("%s reads a gated review:\n%s", who, l.Text)
		}
	}
	public, err := i.Store().Rendition(t.Context(), e.ID, domain.Readers{})
	if err != nil {
		t.Fatal(err)
	}
	hidden(t, "the copy on the web", textOf(public.HTML)+unwrapped(public.Text))
	for format, entries := range builtFeeds(t, i.build(t), "all") {
		for _, e := range entries {
			hidden(t, format+" of "+e.Title, e.Summary+textOf(e.HTML))
		}
	}
}

// compareCanaries makes sure that the store does hold what must not be seen.
func (i *instance) compareCanaries(t *testing.T) {
	t.Helper()
	var texts []string
	for _, it := range i.items(t, "site") {
		texts = append(texts, textOf(it.Body))
	}
	for _, it := range i.items(t, "picks") {
		texts = append(texts, textOf(it.Picks[0].Why))
	}
	for _, canary := range []string{reviewCanary, pickCanary} {
		if !slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, canary) }) {
			t.Fatalf("no stored item says %q", canary)
		}
	}
}

func hidden(t *testing.T, where, text string) {
	t.Helper()
	for _, canary := range []string{reviewCanary, pickCanary} {
		if strings.Contains(text, canary) {
			t.Errorf("%s says %q", where, canary)
		}
	}
}

// unwrapped is text without the ends of its lines.
func unwrapped(text string) string { return strings.Join(strings.Fields(text), " ") }
