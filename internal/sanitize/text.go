package sanitize

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// Text is the plain text of any HTML, trusted or not: entities decoded,
// whitespace folded, a blank line between blocks, a line for each list item and
// table row. Of links and images only the words remain.
func Text(markup string) string {
	p := shared()
	var t prose
	for token := range p.tokens(printable(markup)) {
		if token.Type == html.TextToken {
			t.write(printable(token.Data))
			continue
		}
		t.tag(token, p.elements[token.Data])
	}
	return t.out.String()
}

// gap is what lies between two words.
type gap int

const (
	none gap = iota
	space
	line
	blank
)

// String is the gap as plain text.
func (g gap) String() string { return [...]string{"", " ", "\n", "\n\n"}[g] }

// prose is plain text that is being written.
type prose struct {
	out          strings.Builder
	next         gap // before the next word
	preformatted int // depth of pre elements: line ends count
}

// tag leaves the gap that an element's start or end makes.
func (t *prose) tag(token html.Token, e element) {
	switch {
	case e.as == "br":
		t.lineEnd()
		return
	case e.as == "q" && token.Type == html.StartTagToken:
		t.write("“")
	case e.as == "q":
		t.write("”")
	case e.as == "pre" && token.Type == html.StartTagToken:
		t.preformatted++
	case e.as == "pre":
		t.preformatted = max(0, t.preformatted-1)
	}
	t.next = max(t.next, e.gap())
}

// gap is what an element's edges leave between words.
func (e element) gap() gap {
	switch e.role {
	case block, heading, rule, section:
		return blank
	case item, term, row:
		return line
	case cell:
		return space
	case inline, empty, dropped:
	}
	return none
}

// lineEnd starts a new line, and a new block when there is one already.
func (t *prose) lineEnd() {
	if t.next >= line {
		t.next = blank
		return
	}
	t.next = line
}

func (t *prose) write(s string) {
	for _, r := range s {
		switch {
		case r == '\n' && t.preformatted > 0:
			t.lineEnd()
		case unicode.IsSpace(r):
			t.next = max(t.next, space)
		default:
			if t.out.Len() > 0 {
				t.out.WriteString(t.next.String())
			}
			t.next = none
			t.out.WriteRune(r)
		}
	}
}
