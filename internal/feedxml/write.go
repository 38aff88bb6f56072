package feedxml

import (
	"slices"
	"unicode/utf8"

	"marquee/internal/soup"
)

// leaf writes an element that holds text.
func (d *Tidier) leaf(e element, value string) {
	name := d.nameFor(e)
	d.start(name, d.kept(e)...)
	d.value(value)
	d.end(name)
}

// nameFor is how the element is called in the document. What Atom itself has
// no name for is an extension there; so is an id, which gofeed would write anew
// as an address.
func (d *Tidier) nameFor(e element) string {
	switch {
	case spelling(e.local) != "":
		return e.vocabulary + ":" + spelling(e.local)
	case e.vocabulary != "":
		return e.vocabulary + ":" + e.local
	case isDate(e.local):
		return "date:" + e.local
	case d.atom && slices.Contains([]string{"id", "guid", "language", "ttl", "managingeditor"}, e.local):
		return "rss:" + e.local
	}
	return e.local
}

// isDate knows the elements that gofeed would read as dates. It knows fewer
// forms than we do, takes unknown zones for UTC, and its time is not small.
func isDate(local string) bool {
	switch local {
	case "pubdate", "published", "issued", "created", "updated", "modified":
		return true
	}
	return false
}

// kept are the attributes of an element that anybody reads.
func (d *Tidier) kept(e element) []string {
	if e.Attrs == "" {
		return nil
	}
	var names []string
	switch {
	case e.vocabulary == "media":
		names = []string{"url", "type", "medium", "width", "height", "scheme", "role"}
	case e.vocabulary == "" && e.local == "guid":
		names = []string{"isPermaLink"}
	}
	var all []string
	for _, name := range names {
		if value, ok := soup.Attribute(e.Attrs, name); ok {
			all = append(all, name, value)
		}
	}
	return all
}

// start writes a start tag; attributes are names and values by turns.
func (d *Tidier) start(name string, attributes ...string) {
	d.count++
	d.piece.Doc = append(append(d.piece.Doc, '<'), name...)
	for i := 0; i+1 < len(attributes); i += 2 {
		if attributes[i+1] == "" {
			continue
		}
		d.piece.Doc = append(append(append(d.piece.Doc, ' '), attributes[i]...), '=', '"')
		d.piece.Doc = appendText(d.piece.Doc, attributes[i+1])
		d.piece.Doc = append(d.piece.Doc, '"')
	}
	d.piece.Doc = append(d.piece.Doc, '>')
}

func (d *Tidier) value(s string) { d.piece.Doc = appendText(d.piece.Doc, s) }

func (d *Tidier) end(name string) {
	d.piece.Doc = append(append(append(d.piece.Doc, '<', '/'), name...), '>')
}

// appendText escapes text for XML and leaves out what XML forbids.
func appendText(out []byte, s string) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c == '&':
				out = append(out, "&amp;"...)
			case c == '<':
				out = append(out, "&lt;"...)
			case c == '>':
				out = append(out, "&gt;"...)
			case c == '"':
				out = append(out, "&#34;"...)
			case soup.Allowed(rune(c)):
				out = append(out, c)
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if soup.Allowed(r) && (r != utf8.RuneError || size > 1) {
			out = append(out, s[i:i+size]...)
		}
		i += size
	}
	return out
}
