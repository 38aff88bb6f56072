package feed

import "strings"

// PlainXML is text in an element that some readers take for HTML. Markup
// characters are written as numeric references, which by the RSS Best Practices
// Profile (§ Character Data) says that they are meant as text.
func PlainXML(s string) string {
	if !strings.ContainsAny(s, "&<>\r") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 32)
	for i := range len(s) {
		switch c := s[i]; c {
		case '&':
			b.WriteString("&#x26;")
		case '<':
			b.WriteString("&#x3C;")
		case '>':
			b.WriteString("&#x3E;")
		case '\r': // would be read as a line feed (XML 1.0 §2.11)
			b.WriteString("&#xD;")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
