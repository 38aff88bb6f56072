package webfeed

import (
	"iter"
	"strings"
)

// A tag is one start or end tag. Its strings are parts of the feed.
type tag struct {
	name  string // as written, with its prefix
	attrs string // what stands between the name and the end of a start tag
	start int    // where "<" stands
	end   int    // behind ">"
	close bool   // </name>
	empty bool   // <name/>
}

// local is the tag's name without its prefix, in lower case.
func (t tag) local() string {
	_, name, found := strings.Cut(t.name, ":")
	if !found {
		name = t.name
	}
	return strings.ToLower(name)
}

// prefix is what stands before the colon of the tag's name.
func (t tag) prefix() string {
	prefix, _, found := strings.Cut(t.name, ":")
	if !found {
		return ""
	}
	return prefix
}

// scanner finds the tags of an XML text that need not be well-formed. It
// allocates nothing, steps over comments, CDATA sections, processing
// instructions and declarations, and takes a "<" that begins nothing as text.
// Its time is linear: what is not found once is not looked for again.
type scanner struct {
	text string
	pos  int
	cut  bool // the text ends inside of a tag, which begins at pos

	ends [len(delimiters)]int // where each one's next end was found; -1 is nowhere
}

// delimiters are what begins with "<" and is no tag.
var delimiters = [...]struct{ begin, end string }{ //nolint:gochecknoglobals // a table
	{"<!--", "-->"},
	{cdataBegin, cdataEnd},
	{"<?", "?>"},
	{"<!", ">"},
}

const (
	cdataBegin = "<![CDATA["
	cdataEnd   = "]]>"
)

// next is the next tag; false is the end of the text.
func (s *scanner) next() (tag, bool) {
	for {
		i := strings.IndexByte(s.text[s.pos:], '<')
		if i < 0 {
			s.pos = len(s.text)
			return tag{}, false
		}
		s.pos += i
		if s.skip() {
			continue
		}
		if t, ok := s.tag(); ok || s.cut {
			return t, ok
		}
		s.pos++ // a "<" that begins nothing
	}
}

// skip steps over what begins at pos and is no tag. Of what has no end, only the
// beginning is stepped over: the text goes on behind it.
func (s *scanner) skip() bool {
	rest := s.text[s.pos:]
	if len(rest) < 2 || (rest[1] != '!' && rest[1] != '?') {
		return false
	}
	for i, d := range delimiters {
		if !strings.HasPrefix(rest, d.begin) {
			continue
		}
		end, ok := s.endOf(i)
		if ok && d.begin == cdataBegin && swallowsItems(rest[len(d.begin):end-s.pos]) {
			ok = false
		}
		if s.pos += len(d.begin); ok {
			s.pos = end + len(d.end)
		}
		return true
	}
	return false
}

// endOf is where the end of a delimiter stands.
func (s *scanner) endOf(i int) (int, bool) {
	from := s.pos + len(delimiters[i].begin)
	if s.ends[i] >= 0 && s.ends[i] < from {
		s.ends[i] = strings.Index(s.text[min(from, len(s.text)):], delimiters[i].end)
		if s.ends[i] >= 0 {
			s.ends[i] += from
		}
	}
	return s.ends[i], s.ends[i] >= 0
}

// swallowsItems reports whether a CDATA section's end belongs to another one,
// behind the end of the item.
func swallowsItems(section string) bool {
	before, _, nested := strings.Cut(section, cdataBegin)
	return nested && (strings.Contains(before, "</item>") || strings.Contains(before, "</entry>"))
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
	if t.name = s.text[i:nameEnd]; t.name != "" && isDigitOrSign(t.name[0]) {
		return tag{}, false
	}
	if nameEnd == len(s.text) {
		if t.end, s.cut = nameEnd, !t.close || t.name == ""; !s.cut {
			s.pos = nameEnd // of an end tag, only the ">" is missing
		}
		return t, !s.cut
	}
	if t.name == "" {
		return tag{}, false
	}
	end, ok := tagEnd(s.text, nameEnd)
	if !ok {
		s.cut = end == len(s.text)
		return tag{}, false
	}
	t.attrs, t.end = s.text[nameEnd:end], end
	if s.text[end] == '>' {
		t.end++
	}
	if trimmed, ok := strings.CutSuffix(t.attrs, "/"); ok {
		t.attrs, t.empty = trimmed, !t.close
	}
	s.pos = t.end
	return t, true
}

// longestValue is how long an attribute's value may be: behind a quotation mark
// that is never closed stands the rest of the feed.
const longestValue = 64 << 10

// tagEnd is where the ">" of the tag stands, or the "<" of the next one when it
// is missing behind the name or behind a whole attribute. An end of len(text)
// says that the text ended first.
func tagEnd(text string, i int) (int, bool) {
	last := byte(0)
	for ; i < len(text); i++ {
		switch c := text[i]; c {
		case '>':
			return i, true
		case '<':
			return i, last == 0 || last == '"' || last == '\''
		case ' ', '\t', '\n', '\r':
			continue
		case '"', '\'':
			if last == '=' {
				i += valueLength(text[i:])
			}
			last = c
		default:
			last = c
		}
	}
	return len(text), false
}

// valueLength is how far away the closing quotation mark of a value stands; 0
// when it seems to be missing, because the one that was found opens the value of
// another tag.
func valueLength(s string) int {
	value := s[1:min(len(s), longestValue)]
	n := strings.IndexByte(value, s[0])
	if n < 0 || n+2 < len(s) && strings.IndexByte(" \t\r\n/>?", s[n+2]) < 0 && strings.IndexByte(value[:n], '<') >= 0 {
		return 0
	}
	return n + 1
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80 || strings.IndexByte("_:-.", c) >= 0
}

func isDigitOrSign(c byte) bool { return c >= '0' && c <= '9' || c == '-' || c == '.' }

// eachAttribute finds the names and raw values of a start tag's attributes; a
// value is attrs[from:to].
func eachAttribute(attrs string, yield func(name string, from, to int) bool) {
	for i := 0; i < len(attrs); {
		eq := strings.IndexByte(attrs[i:], '=')
		if eq < 0 {
			return
		}
		name := strings.TrimRight(attrs[i:i+eq], " \t\r\n")
		name = name[strings.LastIndexAny(name, " \t\r\n\"'/")+1:]
		from, to, next := quoted(attrs, i+eq+1)
		if name != "" && !yield(name, from, to) {
			return
		}
		i = next
	}
}

// quoted finds the value that begins at i, with or without quotation marks.
func quoted(attrs string, i int) (from, to, next int) {
	for i < len(attrs) && strings.IndexByte(" \t\r\n", attrs[i]) >= 0 {
		i++
	}
	if i < len(attrs) && (attrs[i] == '"' || attrs[i] == '\'') {
		if n := strings.IndexByte(attrs[i+1:], attrs[i]); n >= 0 {
			return i + 1, i + 1 + n, i + 2 + n
		}
		i++ // a mark that is not closed
	}
	n := strings.IndexAny(attrs[i:], " \t\r\n")
	if n < 0 {
		n = len(attrs) - i
	}
	return i, i + n, i + n
}

// attributes are the names and raw values of a start tag's attributes.
func attributes(attrs string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		eachAttribute(attrs, func(name string, from, to int) bool { return yield(name, attrs[from:to]) })
	}
}

// attribute is the decoded value of the attribute with that name.
func attribute(attrs, name string) (string, bool) {
	if len(attrs) <= len(name) {
		return "", false
	}
	for n, v := range attributes(attrs) {
		if len(n) == len(name) && strings.EqualFold(n, name) {
			return strings.TrimSpace(decodeEntities(v)), true
		}
	}
	return "", false
}
