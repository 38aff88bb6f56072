package webfeed

import (
	"html"
	"slices"
	"strings"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// plainText makes one line of text of a title or a name. Feeds escape those once
// for XML and once more for HTML, or not, so tags of HTML are dropped and
// entities decoded once more than XML asks for.
func plainText(s string) string {
	return strings.Join(strings.FieldsFunc(withoutControls(decodeEntities(dropTags(s))), isSpaceOrControl), " ")
}

// withoutControls drops what XML forbids: JSON, and one more decoding, bring it
// back in.
func withoutControls(s string) string {
	return strings.Map(func(r rune) rune {
		if !allowed(r) {
			return -1
		}
		return r
	}, s)
}

func isSpaceOrControl(r rune) bool {
	return r <= ' ' || r >= 0x7F && r <= 0xA0 || r == 0x2028 || r == 0x2029
}

// dropTags removes what is surely a tag of HTML: "<em>" but not "<Greater>".
func dropTags(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	var out strings.Builder
	hidden := false // inside of <script> or <style>
	z := xhtml.NewTokenizer(strings.NewReader(s))
	for {
		kind := z.Next()
		raw := string(z.Raw())
		name, isHTML := element(z, kind)
		switch {
		case isHTML:
			hidden = kind == xhtml.StartTagToken && (name == atom.Script || name == atom.Style)
		case !hidden:
			out.WriteString(raw)
		}
		if kind == xhtml.ErrorToken {
			return out.String()
		}
	}
}

// element is the HTML element whose tag the tokenizer has just read; comments
// count as tags, elements that HTML does not know do not.
func element(z *xhtml.Tokenizer, kind xhtml.TokenType) (atom.Atom, bool) {
	switch kind {
	case xhtml.StartTagToken, xhtml.EndTagToken, xhtml.SelfClosingTagToken:
		name, _ := z.TagName()
		a := atom.Lookup(name)
		return a, a != 0 && !slices.Contains(z.Raw()[:2], ' ')
	case xhtml.CommentToken:
		return 0, strings.HasPrefix(string(z.Raw()), "<!--")
	case xhtml.ErrorToken, xhtml.TextToken, xhtml.DoctypeToken:
	}
	return 0, false
}

// isHTML reports whether s holds at least one tag of HTML.
func isHTML(s string) bool {
	if !strings.Contains(s, "<") {
		return false
	}
	z := xhtml.NewTokenizer(strings.NewReader(s))
	for kind := z.Next(); kind != xhtml.ErrorToken; kind = z.Next() {
		if _, ok := element(z, kind); ok {
			return true
		}
	}
	return false
}

// asHTML is a body as HTML. WordPress's excerpts are text with HTML's entities
// and no tags: such a text becomes paragraphs.
func asHTML(s string) string {
	if s = strings.TrimSpace(withoutControls(s)); s == "" || isHTML(s) {
		return s
	}
	return paragraphs(decodeEntities(s))
}

// paragraphs makes HTML of plain text: an empty line parts paragraphs.
func paragraphs(text string) string {
	var out strings.Builder
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			out.WriteString("<p>" + html.EscapeString(part) + "</p>")
		}
	}
	return out.String()
}

// decodeEntities decodes the entities of HTML that end in ";". HTML's rule for
// those that do not would make "¬es" of the "&notes" in a title.
func decodeEntities(s string) string {
	const longest = len("&CounterClockwiseContourIntegral;")
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(s, "&")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		end := strings.IndexByte(rest[:min(len(rest), longest)], ';')
		decoded := ""
		if end > 0 && !strings.ContainsFunc(strings.TrimPrefix(rest[:end], "#"), func(r rune) bool { return !isAlphanumeric(r) }) {
			decoded = html.UnescapeString("&" + rest[:end+1])
		}
		if decoded == "" || strings.HasSuffix(decoded, ";") && len(decoded) > 1 {
			out.WriteByte('&')
			s = rest
			continue
		}
		out.WriteString(decoded)
		s = rest[end+1:]
	}
}

// withoutFooter drops the line that SEO plugins of WordPress append to every
// item of a feed: "The post … appeared first on …".
func withoutFooter(s string) string {
	s = strings.TrimSpace(s)
	i := strings.LastIndex(s, "<p>The post <a ")
	if i < 0 || strings.Index(s[i:], "</p>") != len(s[i:])-len("</p>") || !strings.Contains(s[i:], "</a> appeared first on <a ") {
		return s
	}
	return strings.TrimSpace(s[:i])
}
