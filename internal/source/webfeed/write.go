package webfeed

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// leaf writes an element that holds text.
func (d *tidier) leaf(e element, value string) {
	name := d.nameFor(e)
	d.start(name, d.kept(e)...)
	d.value(value)
	d.end(name)
}

// nameFor is how the element is called in the document. What Atom itself has
// no name for is an extension there; so is an id, which gofeed would write anew
// as an address.
func (d *tidier) nameFor(e element) string {
	_, local, prefixed := strings.Cut(e.tag.name, ":")
	if !prefixed {
		local = e.tag.name
	}
	switch {
	case e.vocabulary == "letterboxd" || e.vocabulary == "tmdb" || e.vocabulary == "sy":
		return e.vocabulary + ":" + local // as gofeed keeps extensions' names
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
func (d *tidier) kept(e element) []string {
	if e.attrs == "" {
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
		if value, ok := attribute(e.attrs, name); ok {
			all = append(all, name, value)
		}
	}
	return all
}

// start writes a start tag; attributes are names and values by turns.
func (d *tidier) start(name string, attributes ...string) {
	d.count++
	d.out = append(append(d.out, '<'), name...)
	for i := 0; i+1 < len(attributes); i += 2 {
		if attributes[i+1] == "" {
			continue
		}
		d.out = append(append(append(d.out, ' '), attributes[i]...), '=', '"')
		d.out = appendText(d.out, attributes[i+1])
		d.out = append(d.out, '"')
	}
	d.out = append(d.out, '>')
}

func (d *tidier) value(s string) { d.out = appendText(d.out, s) }

func (d *tidier) end(name string) {
	d.out = append(append(append(d.out, '<', '/'), name...), '>')
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
			case allowed(rune(c)):
				out = append(out, c)
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if allowed(r) && (r != utf8.RuneError || size > 1) {
			out = append(out, s[i:i+size]...)
		}
		i += size
	}
	return out
}
