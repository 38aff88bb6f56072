package webfeed

import (
	"encoding/base64"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// text is one text of an item, decoded once.
type text struct {
	plain bool // it is text character by character; else HTML, or text with HTML's entities
	value string
	base  *url.URL // of relative addresses in it
}

// html is the text as HTML with absolute addresses.
func (t text) html(growth *int) string {
	if t.plain {
		return paragraphs(withoutControls(t.value))
	}
	return resolver{t.base, growth}.html(withoutFooter(asHTML(t.value)))
}

// textOf is what an element says, by its attributes as Atom defines them (RFC
// 4287 §3.1, §4.1.3; mode is Atom 0.3's) and by what is in it: markup that is
// not escaped is markup, whatever the attributes say. It is false for content
// that lies elsewhere or is no text.
func textOf(t tag, inner string, base *url.URL) (text, bool) {
	kind, mode := "", ""
	if t.attrs != "" {
		kind, _ = attribute(t.attrs, "type")
		mode, _ = attribute(t.attrs, "mode")
		if src, ok := attribute(t.attrs, "src"); ok && src != "" {
			return text{}, false
		}
	}
	kind = strings.ToLower(kind)
	xhtml := strings.Contains(kind, "xhtml") || mode == "xml" || strings.HasPrefix(t.name, "xhtml:") || t.local() == "body"
	switch {
	case mode == "base64" || isBinary(kind):
		raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(decoded(inner)), ""))
		return text{value: string(raw), base: base}, err == nil && utf8.Valid(raw)
	case isXML(kind) && !xhtml:
		return text{}, false
	case hasTags(inner):
		return text{value: withoutWrapper(nakedMarkup(inner, xhtml)), base: base}, true
	case xhtml:
		return text{value: html.EscapeString(decoded(inner)), base: base}, true
	}
	return text{kind == "text" || kind == "plain" || kind == "text/plain", decoded(inner), base}, true
}

// isBinary recognises media types whose content is base64 (RFC 4287 §4.1.3.3).
func isBinary(kind string) bool {
	return strings.Contains(kind, "/") && !strings.HasPrefix(kind, "text/") && !strings.HasSuffix(kind, "xml") && !strings.HasPrefix(kind, "multipart/")
}

func isXML(kind string) bool {
	return strings.HasSuffix(kind, "/xml") || strings.HasSuffix(kind, "+xml")
}

// hasTags reports whether there is a tag outside of CDATA sections and comments.
func hasTags(inner string) bool {
	if !strings.Contains(inner, "<") {
		return false
	}
	s := scanner{text: inner}
	_, ok := s.next()
	return ok
}

// decoded is an element's text: entities decoded once, CDATA sections as they are.
func decoded(inner string) string {
	inner = strings.TrimSpace(inner)
	before, rest, found := strings.Cut(inner, cdataBegin)
	if !found {
		return decodeEntities(inner)
	}
	if section, after, _ := strings.Cut(rest, cdataEnd); before == "" && after == "" {
		return strings.TrimSpace(section)
	}
	var out strings.Builder
	for found {
		out.WriteString(decodeEntities(before))
		section, after, _ := strings.Cut(rest, cdataEnd)
		out.WriteString(section)
		before, rest, found = strings.Cut(after, cdataBegin)
	}
	out.WriteString(decodeEntities(before))
	return strings.TrimSpace(out.String())
}

// nakedMarkup is markup that was not escaped, as HTML: without prefixes, and
// with end tags where only XML can do without. A CDATA section in XHTML is text;
// elsewhere people write HTML into it.
func nakedMarkup(inner string, xhtml bool) string {
	var out strings.Builder
	s, last := scanner{text: inner}, 0
	for {
		t, ok := s.next()
		if !ok {
			out.WriteString(withoutSections(inner[last:], xhtml))
			return strings.TrimSpace(out.String())
		}
		out.WriteString(withoutSections(inner[last:t.start], xhtml))
		last = t.end
		_, name, prefixed := strings.Cut(t.name, ":")
		if !prefixed {
			name = t.name
		}
		switch {
		case t.close:
			out.WriteString("</" + name + ">")
		case t.empty && !isVoid(name):
			out.WriteString("<" + name + t.attrs + "></" + name + ">")
		default:
			out.WriteString("<" + name + t.attrs + ">")
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

// withoutWrapper takes off the div around XHTML, which is no part of the text
// (RFC 4287 §3.1.1.3).
func withoutWrapper(s string) string {
	scan := scanner{text: s}
	first, ok := scan.next()
	if !ok || first.start != 0 || first.local() != "div" || first.close {
		return s
	}
	for depth := 1; depth > 0; {
		t, ok := scan.next()
		switch {
		case !ok:
			return s
		case t.local() != "div":
		case t.close:
			if depth--; depth == 0 {
				if t.end != len(s) {
					return s
				}
				return strings.TrimSpace(s[first.end:t.start])
			}
		default:
			depth++
		}
	}
	return s
}
