package gather

import (
	"html"
	"strings"
	"sync"
	"unicode/utf8"

	"marquee/internal/picks"
	"marquee/internal/sanitize"
	"marquee/internal/source"
)

// teaserWords is how long a teaser is that we make.
const teaserWords = 60

// cleaner makes a source's HTML publishable and takes out what was meant for
// the source's own readers.
type cleaner struct {
	site    string // what addresses are relative to when a piece has none of its own
	paywall *paywall
	footer  pattern              // which SEO plugins put below every feed item
	audio   pattern              // which leads nowhere in a teaser
	cutOff  pattern              // where WordPress cut an excerpt
	picks   func() *picks.Reader // made for the first post of picks
}

func newCleaner(phrases []string, site string) *cleaner {
	return &cleaner{
		site: site, paywall: newPaywall(phrases),
		footer: patternOf(`(?i)(?:^|\x{2029})\s*The post\s[^\x{2029}]{1,500}\sappeared first on\s[^\x{2029}]{1,200}[\s\p{Z}]*$`),
		audio:  patternOf(`(?i)^[\s\p{Z}]*Listen to the audio version of this \pL+\.?[\s\p{Z}]*`),
		picks:  sync.OnceValue(picks.NewReader),
		cutOff: patternOf(`[\s\p{Z}]*\[(?:…|\.\.\.)\][\s\p{Z}]*$`),
	}
}

// prose is what a piece says.
type prose struct {
	teaser, body string
	exclusive    bool
	made         bool // the teaser is the body's beginning
}

// prose is a piece's teaser and body. An exclusive piece is nothing but what
// stands before the sentence that sends readers to Patreon.
func (c *cleaner) prose(raw *source.Raw) prose {
	content, summary := c.html(raw.Content, raw.URL), c.html(raw.Summary, raw.URL)
	freeContent, closedContent := c.paywall.before(content)
	freeSummary, closedSummary := c.paywall.before(summary)
	if closedContent || closedSummary {
		return prose{teaser: c.teaser(freeContent, freeSummary), exclusive: true}
	}
	if teaser := c.teaser(summary); teaser != "" {
		return prose{teaser: teaser, body: content}
	}
	return prose{teaser: c.excerpt(content), body: content, made: true}
}

// html is publishable HTML without the footer; "" when it shows nothing.
func (c *cleaner) html(markup, address string) string {
	if markup == "" {
		return ""
	}
	if address == "" {
		address = c.site
	}
	markup = sanitize.HTML(markup, address)
	if !holds(markup, "appeared") && showsText(markup) {
		return markup
	}
	f := parseFragment(markup)
	if at := c.footer().FindStringIndex(f.text); at != nil {
		f.cutFrom(at[0])
		markup = rendered(f)
	}
	if f.blank() {
		return ""
	}
	return markup
}

// teaser is the first of some texts that is not empty, made to stand alone.
func (c *cleaner) teaser(texts ...string) string {
	for _, markup := range texts {
		if markup = c.ended(c.silent(markup)); markup != "" {
			return markup
		}
	}
	return ""
}

// silent takes off the line that offers the piece to listen to.
func (c *cleaner) silent(markup string) string {
	if !holds(markup, "audio") {
		return markup
	}
	f := parseFragment(markup)
	at := c.audio().FindStringIndex(f.text)
	if at == nil {
		return markup
	}
	f.cut(at[0], at[1])
	return rendered(f)
}

// ended makes "[…]" at the end of a text an ellipsis.
func (c *cleaner) ended(markup string) string {
	if !strings.Contains(markup, "[") {
		return markup
	}
	f := parseFragment(markup)
	at := c.cutOff().FindStringIndex(f.text)
	if at == nil {
		return markup
	}
	end := "…"
	if before, _ := utf8.DecodeLastRuneInString(f.text[:at[0]]); strings.ContainsRune(".!?…", before) {
		end = "" // it was cut between sentences
	}
	f.replaceEnd(at[0], end)
	return rendered(f)
}

// excerpt is a teaser made of a body.
func (c *cleaner) excerpt(body string) string {
	words := sanitize.Excerpt(c.silent(body), teaserWords)
	if words == "" {
		return ""
	}
	return sanitize.HTML("<p>"+html.EscapeString(words)+"</p>", "")
}

// rendered is a fragment of sanitised HTML in the form that sanitising gives it.
func rendered(f *fragment) string { return sanitize.HTML(f.String(), "") }

// oneLine is a stranger's text as a line of plain text.
func oneLine(s string) string { return sanitize.Title(s) }
