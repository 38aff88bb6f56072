package soup

import (
	"html"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/atom"
)

// Line makes one line of text of a title or a name. Feeds escape those once
// for XML and once more for HTML, or not, so tags of HTML are dropped and
// entities decoded once more than XML asks for, and what tags that brings up is
// dropped too.
func Line(s string) string {
	if strings.ContainsAny(s, "&<") {
		s = withoutTags(Entities(withoutTags(s)))
	}
	if isLine(s) {
		return s
	}
	return strings.Join(strings.FieldsFunc(Clean(s), isSpaceOrControl), " ")
}

// withoutTags drops tags, and those that the text around them makes.
func withoutTags(s string) string {
	for range 4 {
		dropped := dropTags(s)
		if len(dropped) == len(s) {
			break
		}
		s = dropped
	}
	return s
}

// isLine reports whether s is one line already.
func isLine(s string) bool {
	space := true // whether the character before is one
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c >= 0x7F || c == ' ' && space {
			return false
		}
		space = c == ' '
	}
	return !space || s == ""
}

// Clean drops what XML forbids: JSON, and one more decoding, bring it
// back in.
func Clean(s string) string {
	if utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !Allowed(r) }) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if !Allowed(r) {
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
	scan, last, hidden := Scanner{Text: withoutComments(s)}, 0, ""
	for {
		t, ok := scan.Next()
		if !ok {
			if hidden == "" {
				out.WriteString(scan.Text[last:])
			}
			return out.String()
		}
		name := t.Local()
		if !isElement(name) || hidden != "" && (name != hidden || !t.Close) {
			continue
		}
		if hidden == "" {
			out.WriteString(scan.Text[last:t.Start])
		}
		last, hidden = t.End, ""
		if !t.Close && (name == "script" || name == "style") {
			hidden = name
		}
	}
}

func withoutComments(s string) string {
	before, rest, found := strings.Cut(s, "<!--")
	if !found {
		return s
	}
	var out strings.Builder
	for found {
		out.WriteString(before)
		_, after, closed := strings.Cut(rest, "-->")
		if !closed {
			return out.String() + rest // nor is any other
		}
		before, rest, found = strings.Cut(after, "<!--")
	}
	return out.String() + before
}

// isElement reports whether HTML has an element of that name. Package atom knows
// the names of attributes too; those are words.
func isElement(name string) bool {
	switch name {
	case "name", "type", "value", "size", "open", "start", "for", "is", "loop", "max", "min", "hidden":
		return false
	}
	return atom.Lookup([]byte(name)) != 0
}

// isHTML reports whether s holds at least one tag of HTML.
func isHTML(s string) bool {
	if !strings.Contains(s, "<") {
		return false
	}
	scan := Scanner{Text: s}
	for t, ok := scan.Next(); ok; t, ok = scan.Next() {
		if isElement(t.Local()) {
			return true
		}
	}
	return strings.Contains(s, "<!--")
}

// HTML is a body as HTML. WordPress's excerpts are text with HTML's entities
// and no tags: such a text becomes paragraphs.
func HTML(s string) string {
	if s = strings.TrimSpace(Clean(s)); s == "" || isHTML(s) {
		return s
	}
	return Paragraphs(Entities(s))
}

// Paragraphs makes HTML of plain text: an empty line parts paragraphs.
func Paragraphs(text string) string {
	var out strings.Builder
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			out.WriteString("<p>" + html.EscapeString(part) + "</p>")
		}
	}
	return out.String()
}

// Entities decodes the entities of HTML that end in ";", and those that HTML knows
// without it where their name ends: HTML's whole rule would make "¬es" of the
// "&notes" in a title. Before "=", which goes on with an address, it knows none.
func Entities(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	var out strings.Builder
	out.Grow(len(s))
	for {
		before, rest, found := strings.Cut(s, "&")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		decoded, n := entity(rest)
		out.WriteString(decoded)
		s = rest[n:]
	}
}

// entity decodes what stands behind a "&", and says how long it is; "&" and 0 for
// what is no entity.
func entity(rest string) (decoded string, n int) {
	n = len(entityName(rest))
	closed := strings.HasPrefix(rest[n:], ";")
	if closed {
		n++
	}
	decoded = html.UnescapeString("&" + rest[:n])
	switch {
	case closed && (decoded == ";" || !strings.HasSuffix(decoded, ";")):
	case !closed && utf8.RuneCountInString(decoded) == 1 && !strings.HasPrefix(rest[n:], "="):
	default:
		return "&", 0
	}
	return decoded, n
}

// entityName is the name or the number that a text begins with.
func entityName(s string) string {
	const longest = len("CounterClockwiseContourIntegral")
	s = s[:min(len(s), longest)]
	letters := strings.TrimPrefix(s, "#")
	return s[:len(s)-len(strings.TrimLeftFunc(letters, isAlphanumeric))]
}

func isAlphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}
