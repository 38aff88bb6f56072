package feed

import "strings"

// EscapeXML is printable text as the content of an XML element. Whole pieces
// are written by it, since encoding/xml looks at every character one by one.
func EscapeXML(s string) string { return escapeXML(s, "&amp;", "&lt;", "&gt;") }

// PlainXML is text in an element that some readers take for HTML. Markup
// characters are written as numeric references, which by the RSS Best Practices
// Profile (§ Character Data) says that they are meant as text.
func PlainXML(s string) string { return escapeXML(s, "&#x26;", "&#x3C;", "&#x3E;") }

func escapeXML(s, ampersand, less, greater string) string {
	var b strings.Builder
	from := 0
	for i := 0; i < len(s); i++ {
		var reference string
		switch s[i] {
		case '&':
			reference = ampersand
		case '<':
			reference = less
		case '>':
			reference = greater
		case '\r': // would be read as a line feed (XML 1.0 §2.11)
			reference = "&#xD;"
		default:
			continue
		}
		if b.Len() == 0 {
			b.Grow(len(s) + len(s)/8 + len(reference))
		}
		b.WriteString(s[from:i])
		b.WriteString(reference)
		from = i + 1
	}
	if from == 0 {
		return s
	}
	b.WriteString(s[from:])
	return b.String()
}
