package webfeed

import (
	"bytes"
	"html"
	"iter"
	"strings"
)

// A tag is one start or end tag. Its slices point into the feed.
type tag struct {
	name  []byte // as written, with its prefix
	attrs []byte // what stands between the name and the end of a start tag
	start int    // where "<" stands
	end   int    // behind ">"
	close bool   // </name>
	empty bool   // <name/>
}

// local is the tag's name without its prefix, in lower case.
func (t tag) local() string {
	_, name, found := strings.Cut(string(t.name), ":")
	if !found {
		name = string(t.name)
	}
	return strings.ToLower(name)
}

// scanner finds the tags of an XML text that need not be well-formed. It
// allocates nothing, steps over comments, CDATA sections, processing
// instructions and declarations, and takes a "<" that begins nothing as text.
type scanner struct {
	text []byte
	pos  int
	cut  bool // the text ends inside of something, which begins at pos
}

// next is the next tag; false is the end of the text.
func (s *scanner) next() (tag, bool) {
	for {
		i := bytes.IndexByte(s.text[s.pos:], '<')
		if i < 0 {
			s.pos = len(s.text)
			return tag{}, false
		}
		s.pos += i
		if s.skip() {
			continue
		}
		if s.cut {
			return tag{}, false
		}
		if t, ok := s.tag(); ok || s.cut {
			return t, ok
		}
		s.pos++ // a "<" that begins nothing
	}
}

// skip steps over what begins at pos and is no tag.
func (s *scanner) skip() bool {
	rest := s.text[s.pos:]
	if len(rest) < 2 || (rest[1] != '!' && rest[1] != '?') {
		return false
	}
	for _, p := range []struct{ begin, end string }{
		{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}, {"<!", ">"},
	} {
		if !bytes.HasPrefix(rest, []byte(p.begin)) {
			continue
		}
		i := bytes.Index(rest[len(p.begin):], []byte(p.end))
		if s.cut = i < 0; s.cut {
			return false
		}
		s.pos += len(p.begin) + i + len(p.end)
		return true
	}
	return false
}

func (s *scanner) tag() (tag, bool) {
	t := tag{start: s.pos}
	i := s.pos + 1
	if i < len(s.text) && s.text[i] == '/' {
		t.close, i = true, i+1
	}
	nameEnd := i
	for nameEnd < len(s.text) && isNameByte(s.text[nameEnd]) {
		nameEnd++
	}
	if nameEnd == len(s.text) {
		s.cut = true
		return tag{}, false
	}
	if t.name = s.text[i:nameEnd]; len(t.name) == 0 || isDigitOrSign(t.name[0]) {
		return tag{}, false
	}
	end, ok := tagEnd(s.text, nameEnd)
	if !ok {
		s.cut = end == len(s.text)
		return tag{}, false
	}
	t.attrs = s.text[nameEnd:end]
	if trimmed, ok := bytes.CutSuffix(t.attrs, []byte("/")); ok {
		t.attrs, t.empty = trimmed, !t.close
	}
	t.end, s.pos = end+1, end+1
	return t, true
}

// longestValue is how long an attribute's value may be: behind a quotation mark
// that is never closed stands the rest of the feed.
const longestValue = 64 << 10

// tagEnd is where the ">" of the tag stands; an end of len(text) says that the
// text ended first.
func tagEnd(text []byte, i int) (int, bool) {
	for i < len(text) {
		switch c := text[i]; c {
		case '>':
			return i, true
		case '<':
			return i, false
		case '"', '\'':
			value := text[i+1 : min(len(text), i+1+longestValue)]
			n := bytes.IndexByte(value, c)
			if n < 0 {
				return i + 1 + len(value), false
			}
			i += n + 1
		}
		i++
	}
	return len(text), false
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80 || strings.IndexByte("_:-.", c) >= 0
}

func isDigitOrSign(c byte) bool { return c >= '0' && c <= '9' || c == '-' || c == '.' }

// attributes are the names and raw values of a start tag's attributes.
func attributes(attrs []byte) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for {
			eq := bytes.IndexByte(attrs, '=')
			if eq < 0 {
				return
			}
			fields := bytes.Fields(attrs[:eq])
			value, rest := quoted(bytes.TrimLeft(attrs[eq+1:], " \t\r\n"))
			if len(fields) > 0 && !yield(string(fields[len(fields)-1]), string(value)) {
				return
			}
			attrs = rest
		}
	}
}

// quoted reads one value, with or without its quotation marks.
func quoted(s []byte) (value, rest []byte) {
	if len(s) > 0 && (s[0] == '"' || s[0] == '\'') {
		value, rest, _ = bytes.Cut(s[1:], s[:1])
		return value, rest
	}
	if i := bytes.IndexAny(s, " \t\r\n"); i >= 0 {
		return s[:i], s[i:]
	}
	return s, nil
}

// attribute is the decoded value of the attribute with that name.
func attribute(attrs []byte, name string) (string, bool) {
	for n, v := range attributes(attrs) {
		if n == name {
			return strings.TrimSpace(html.UnescapeString(v)), true
		}
	}
	return "", false
}
