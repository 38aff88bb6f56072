package patreon

import (
	"html"
	"regexp"
	"strings"
	"unicode"

	"marquee/internal/domain"
	"marquee/internal/patreonapi"
	"marquee/internal/source"
)

// guid is a post's permanent id.
func guid(id string) string { return "patreon:post:" + id }

// raw is a post as a piece. A poll's question and answers are not in the API: it
// is a link.
func (r *Reader) raw(p patreonapi.Post) source.Raw {
	raw := source.Raw{
		GUID: guid(p.ID), URL: p.URL, Title: oneLine(p.Title), Kind: r.types.of(p),
		Content: content(p), Release: r.release(p), Published: p.Published,
	}
	if !p.Public {
		raw.Summary = "<p>" + html.EscapeString(r.opts.Teaser) + "</p>"
	}
	return raw
}

// content is a post's text, and what is embedded in it as a link.
func content(p patreonapi.Post) string {
	text := lasting(p.Content)
	if p.Embed != "" && !strings.Contains(text, html.EscapeString(p.Embed)) && !strings.Contains(text, p.Embed) {
		address := html.EscapeString(p.Embed)
		text += `<p><a href="` + address + `">` + address + `</a></p>`
	}
	return text
}

// oneLine is a title as a line of plain text.
func oneLine(s string) string {
	printable := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	return strings.Join(strings.Fields(printable), " ")
}

// types tells posts apart by their titles: the API does not.
type types struct{ picks, poll *regexp.Regexp }

// known are the types of post.
func known() []domain.ItemKind { return []domain.ItemKind{domain.Post, domain.Picks, domain.Poll} }

func newTypes() types {
	return types{
		picks: regexp.MustCompile(`(?i)\bstreaming\s+(picks|recommendations)\b`),
		poll:  regexp.MustCompile(`(?i)\b(poll|vote|voting)\b`),
	}
}

func (t types) of(p patreonapi.Post) domain.ItemKind {
	switch {
	case t.picks.MatchString(p.Title):
		return domain.Picks
	case t.poll.MatchString(p.Title):
		return domain.Poll
	}
	return domain.Post
}
