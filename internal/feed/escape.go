package feed

import "strings"

// EscapeXML is printable text as the content of an XML element. Whole pieces
// are written by it, since encoding/xml looks at every character one by one.
func EscapeXML(s string) string {
	var b strings.Builder
	from := 0
	for i := 0; i < len(s); i++ {
		var reference string
		switch s[i] {
		case '&':
			reference = "&amp;"
		case '<':
			reference = "&lt;"
		case '>':
			reference = "&gt;"
		case '\r': // would be read as a line feed (XML 1.0 §2.11)
			reference = "&#xD;"
		default:
			continue
		}
		if from == 0 {
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
