package soup

import (
	"html"
	"slices"
	"strings"
)

// HasTags reports whether there is a tag outside of CDATA sections and comments.
func HasTags(inner string) bool {
	if !strings.Contains(inner, "<") {
		return false
	}
	s := Scanner{Text: inner}
	_, ok := s.Next()
	return ok
}

// Text is an element's text: entities decoded once, CDATA sections as they are.
func Text(inner string) string {
	inner = strings.TrimSpace(inner)
	before, rest, found := strings.Cut(inner, cdataBegin)
	if !found {
		return Entities(inner)
	}
	if section, after, _ := strings.Cut(rest, cdataEnd); before == "" && after == "" {
		return strings.TrimSpace(section)
	}
	var out strings.Builder
	for found {
		out.WriteString(Entities(before))
		section, after, _ := strings.Cut(rest, cdataEnd)
		out.WriteString(section)
		before, rest, found = strings.Cut(after, cdataBegin)
	}
	out.WriteString(Entities(before))
	return strings.TrimSpace(out.String())
}

// Markup is markup that was not escaped, as HTML: without prefixes, and
// with end tags where only XML can do without. A CDATA section in XHTML is text;
// elsewhere people write HTML into it.
func Markup(inner string, xhtml bool) string {
	var out strings.Builder
	s, last := Scanner{Text: inner}, 0
	for {
		t, ok := s.Next()
		if !ok {
			out.WriteString(withoutSections(inner[last:], xhtml))
			return strings.TrimSpace(out.String())
		}
		out.WriteString(withoutSections(inner[last:t.Start], xhtml))
		last = t.End
		_, name, prefixed := strings.Cut(t.Name, ":")
		if !prefixed {
			name = t.Name
		}
		switch {
		case t.Close:
			out.WriteString("</" + name + ">")
		case t.Empty && !isVoid(name):
			out.WriteString("<" + name + t.Attrs + "></" + name + ">")
		default:
			out.WriteString("<" + name + t.Attrs + ">")
		}
	}
}

func withoutSections(s string, escape bool) string {
	before, rest, found := strings.Cut(s, cdataBegin)
	if !found {
		return s
	}
	var out strings.Builder
	for found {
		out.WriteString(before)
		section, after, _ := strings.Cut(rest, cdataEnd)
		if escape {
			section = html.EscapeString(section)
		}
		out.WriteString(section)
		before, rest, found = strings.Cut(after, cdataBegin)
	}
	out.WriteString(before)
	return out.String()
}

// isVoid knows the elements that have no content (WHATWG HTML §13.1.2).
func isVoid(name string) bool {
	return slices.Contains([]string{
		"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
	}, strings.ToLower(name))
}

// Unwrapped takes off the div around XHTML, which is no part of the text
// (RFC 4287 §3.1.1.3).
func Unwrapped(s string) string {
	scan := Scanner{Text: s}
	first, ok := scan.Next()
	if !ok || first.Start != 0 || first.Local() != "div" || first.Close {
		return s
	}
	for depth := 1; depth > 0; {
		t, ok := scan.Next()
		switch {
		case !ok:
			return s
		case t.Local() != "div":
		case t.Close:
			if depth--; depth == 0 {
				if t.End != len(s) {
					return s
				}
				return strings.TrimSpace(s[first.End:t.Start])
			}
		default:
			depth++
		}
	}
	return s
}
