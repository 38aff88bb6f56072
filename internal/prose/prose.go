// Package prose makes what strangers wrote of a piece publishable: a teaser and a
// body, without what was meant for their site's own readers, and nothing beyond the
// sentence that sends readers to where patrons find the rest.
package prose

import (
	"html"
	"strings"
	"unicode/utf8"

	"marquee/internal/sanitize"
)

// teaserWords is how long a teaser is that we make.
const teaserWords = 60

// Cleaner makes a source's HTML publishable and takes out what was meant for
// the source's own readers. It is safe for concurrent use.
type Cleaner struct {
	site    string // what addresses are relative to when a piece has none of its own
	paywall *paywall
	footer  pattern // which SEO plugins put below every feed item
	audio   pattern // which leads nowhere in a teaser
	cutOff  pattern // where WordPress cut an excerpt
}

// New returns a Cleaner. Phrases are those, besides the usual ones, with which the
// source sends readers to where patrons find the rest; site is what addresses are
// relative to when a piece has none of its own.
func New(phrases []string, site string) *Cleaner {
	return &Cleaner{
		site: site, paywall: newPaywall(phrases),
		footer: patternOf(`(?i)(?:^|\x{2029})\s*The post\s[^\x{2029}]{1,500}\sappeared first on\s[^\x{2029}]{1,200}[\s\p{Z}]*$`),
		audio:  patternOf(`(?i)^[\s\p{Z}]*Listen to the audio version of this \pL+\.?[\s\p{Z}]*`),
		cutOff: patternOf(`[\s\p{Z}]*\[(?:…|\.\.\.)\][\s\p{Z}]*$`),
	}
}

// Raw is what a piece says in its source's own words.
type Raw struct {
	Content, Summary string
	URL              string // what addresses in it are relative to; may be empty
}

// Prose is what a piece says, publishable as it stands.
type Prose struct {
	Teaser, Body string
	Exclusive    bool // there is more, which the source keeps for its patrons
	Made         bool // the teaser is the body's beginning
}

// Prose is a piece's teaser and body. An exclusive piece is nothing but what
// stands before the sentence that sends readers to Patreon.
func (c *Cleaner) Prose(raw Raw) Prose {
	content, summary := c.HTML(raw.Content, raw.URL), c.HTML(raw.Summary, raw.URL)
	freeContent, closedContent := c.paywall.before(content)
	freeSummary, closedSummary := c.paywall.before(summary)
	if closedContent || closedSummary {
		return Prose{Teaser: c.teaser(freeContent, freeSummary), Exclusive: true}
	}
	if teaser := c.teaser(summary); teaser != "" {
		return Prose{Teaser: teaser, Body: content}
	}
	return Prose{Teaser: c.Excerpt(content), Body: content, Made: true}
}

// Closed tells whether a page's text sends readers to where patrons find the rest.
func (c *Cleaner) Closed(text string) bool { return c.paywall.phrase().MatchString(text) }

// HTML is publishable HTML without the footer; "" when it shows nothing.
func (c *Cleaner) HTML(markup, address string) string {
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
func (c *Cleaner) teaser(texts ...string) string {
	for _, markup := range texts {
		if markup = c.ended(c.silent(markup)); markup != "" {
			return markup
		}
	}
	return ""
}

// silent takes off the line that offers the piece to listen to.
func (c *Cleaner) silent(markup string) string {
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
func (c *Cleaner) ended(markup string) string {
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

// Excerpt is a teaser made of a body.
func (c *Cleaner) Excerpt(body string) string {
	words := sanitize.Excerpt(c.silent(body), teaserWords)
	if words == "" {
		return ""
	}
	return sanitize.HTML("<p>"+html.EscapeString(words)+"</p>", "")
}

// rendered is a fragment of sanitised HTML in the form that sanitising gives it.
func rendered(f *fragment) string { return sanitize.HTML(f.String(), "") }
