package digest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"marquee/internal/calendar"
	"marquee/internal/domain"
)

const (
	maxSubject   = 60  // characters that phones show of a subject
	maxPreheader = 110 // characters that mailboxes show after it
)

// subjectOf is an edition's subject for one audience: the digest's own template,
// else the best that the view offers. It never says more than the view. A
// template that fails on a thin week keeps no edition back.
func (c *Compiler) subjectOf(v View, slot domain.Slot, dates *calendar.Calendar) string {
	own, err := c.ownSubject(v)
	if err != nil {
		c.cfg.Log.Warn("subject could not be made", "digest", c.cfg.Digest.Name, "audience", v.Audience.Key(), "err", err)
	}
	if own != "" {
		return own
	}
	return subject(v, slot, dates)
}

// ownSubject is what the digest's own template makes of a view; "" when it has
// none, or says nothing.
func (c *Compiler) ownSubject(v View) (string, error) {
	if c.subject == nil {
		return "", nil
	}
	var b strings.Builder
	if err := c.subject.Execute(&b, v); err != nil {
		return "", fmt.Errorf("digests.%s.subject: %w", c.cfg.Digest.Name, err)
	}
	return strings.Join(strings.Fields(b.String()), " "), nil
}

// subject names what is best in the edition: the newest review with its stars,
// how many picks, or the first pick in a week without reviews. Of the patterns
// that apply it takes the first that phones show whole.
func subject(v View, slot domain.Slot, dates *calendar.Calendar) string {
	items, picks := contents(v)
	var patterns []string
	switch {
	case len(items) > 0 && len(picks) > 0:
		patterns = []string{
			starred(items[0]) + ", " + picksTonight(len(picks)),
			items[0].Title + ", " + picksTonight(len(picks)),
			items[0].Title + " and " + counted(len(picks), "pick"),
		}
	case len(items) > 1:
		patterns = []string{
			starred(items[0]) + " and " + spelled(len(items)-1) + " more",
			items[0].Title + " and " + spelled(len(items)-1) + " more",
		}
	case len(items) == 1:
		patterns = []string{v.Title + ": " + starred(items[0]), starred(items[0])}
	case len(picks) > 0:
		patterns = picksAlone(picks, slot)
	default:
		patterns = []string{v.Title + ", " + dates.Short(slot.Date())}
	}
	for _, p := range patterns {
		if utf8.RuneCountInString(p) <= maxSubject {
			return p
		}
	}
	return truncated(patterns[len(patterns)-1], maxSubject)
}

// preheader is what mailboxes show behind the subject: what the subject left out.
func preheader(v View) string {
	items, picks := contents(v)
	var parts []string
	if len(picks) > 0 {
		parts = append(parts, hook(picks[0]))
	}
	for _, it := range items[min(1, len(items)):] {
		parts = append(parts, starred(it))
	}
	if len(parts) == 0 && len(items) > 0 {
		parts = append(parts, items[0].Excerpt)
	}
	return truncated(strings.Join(parts, " · "), maxPreheader)
}

// contents are what is new in a view, in order.
func contents(v View) (items []ItemView, picks []PickView) {
	for _, s := range v.Sections {
		if !s.Aside {
			items, picks = append(append(items, s.Items...), s.More...), append(picks, s.Picks...)
		}
	}
	return items, picks
}

func starred(it ItemView) string { return strings.TrimSpace(it.Title + " " + it.Rating.Stars) }

// hook is a pick in a few words: "The Salt Ledger on Criterion Channel, leaves Nov 30".
func hook(p PickView) string {
	s := p.Title
	if p.Service != "" {
		s += " on " + p.Service
	}
	if p.Dates != "" {
		s += ", " + p.Dates
	}
	return s
}

func picksTonight(n int) string { return counted(n, "pick") + " for tonight" }

// picksAlone are the patterns of an edition that holds nothing but picks.
func picksAlone(picks []PickView, slot domain.Slot) []string {
	when := "this week"
	switch slot.Date().In(time.UTC).Weekday() {
	case time.Thursday, time.Friday, time.Saturday, time.Sunday:
		when = "this weekend"
	case time.Monday, time.Tuesday, time.Wednesday:
	}
	n := len(picks)
	general := counted(n, "thing") + " to watch " + when
	general = strings.ToUpper(general[:1]) + general[1:]
	if n == 1 {
		return []string{picks[0].Title + ", to watch " + when, general}
	}
	return []string{picks[0].Title + " and " + spelled(n-1) + " more to watch " + when, general}
}

// counted is "one pick", "three picks".
func counted(n int, noun string) string {
	if n == 1 {
		return "one " + noun
	}
	return spelled(n) + " " + noun + "s"
}

// spelled is a number as a letter writes it.
func spelled(n int) string {
	words := []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	if n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

// truncated cuts s to at most n characters between words, and marks the cut.
func truncated(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	head := string([]rune(s)[:n-1])
	if i := strings.LastIndex(head, " "); i > 0 {
		head = head[:i]
	}
	return strings.TrimRight(head, " ,;:·–—") + "…"
}
