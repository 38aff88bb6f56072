package feed

import (
	"html"
	"strconv"
	"strings"

	"marquee/internal/calendar"
	"marquee/internal/domain"
)

// markup writes HTML. Everything but raw is escaped; addresses that are not
// absolute http or https are left out together with what needs them.
type markup struct {
	b     strings.Builder
	dates *calendar.Calendar
}

// raw writes HTML that has passed internal/sanitize, or our own.
func (m *markup) raw(parts ...string) {
	for _, p := range parts {
		m.b.WriteString(p)
	}
}

func (m *markup) text(s string) { m.b.WriteString(html.EscapeString(s)) }

// link writes words that lead to an address, bare words when there is none.
func (m *markup) link(href, words string) {
	href = address(href)
	if href == "" {
		m.text(words)
		return
	}
	m.raw(`<a href="`, html.EscapeString(href), `">`)
	m.text(words)
	m.raw(`</a>`)
}

// cover writes the image that stands for the whole piece, marked as Feedly
// wants it.
func (m *markup) cover(img *domain.Image) { m.image(img, ` class="webfeedsFeaturedVisual"`) }

// image writes a paragraph with an image. Its size keeps readers from taking it
// for an icon.
func (m *markup) image(img *domain.Image, attrs string) {
	m.raw("<p><img", attrs, ` src="`, html.EscapeString(address(img.URL)), `"`)
	if img.Width > 0 && img.Height > 0 {
		m.raw(` width="`, strconv.Itoa(img.Width), `" height="`, strconv.Itoa(img.Height), `"`)
	}
	m.raw(` alt="`, html.EscapeString(img.Alt), `"></p>`, "\n")
}

// html is the whole of what the audience reads: the film's block first, since
// some readers show nothing else, then the text, the picks, and a line that
// says honestly where the rest is.
func (v *view) html(c choice, e *Entry, text string) string {
	m := markup{dates: v.dates}
	if img := v.shown(c.item, v.cover(c.item), coverWidth); img != nil && !strings.Contains(text, html.EscapeString(img.URL)) {
		m.cover(img)
	}
	m.facts(c.item)
	if c.item.Film != nil {
		m.watch(c.item.Film.Watch)
	}
	v.opening(&m, c)
	m.raw(text)
	for _, p := range e.Picks {
		m.pick(&p, domain.DateOf(c.item.Published.In(v.zone())))
	}
	v.invitation(&m, c)
	m.credits(e)
	return m.b.String()
}

// facts writes the line under a film's title, with a rating for eyes and ears.
func (m *markup) facts(it *domain.Item) {
	if it.Film == nil {
		return
	}
	facts, r := it.Film.Facts(), rating(it)
	if facts == "" && r == nil {
		return
	}
	m.raw("<p>")
	if r != nil {
		m.raw(r.Stars(), " <span>(", r.Spoken(), ")</span>")
	}
	if facts != "" && r != nil {
		m.raw(" · ")
	}
	m.text(facts)
	m.raw("</p>\n")
}
