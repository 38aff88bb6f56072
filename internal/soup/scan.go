package soup

import (
	"iter"
	"strings"
)

// A Tag is one start or end tag. Its strings are parts of the feed.
type Tag struct {
	Name  string // as written, with its prefix
	Attrs string // what stands between the name and the end of a start tag
	Start int    // where "<" stands
	End   int    // behind ">"
	Close bool   // </name>
	Empty bool   // <name/>
}

// Local is the tag's name without its prefix, in lower case.
func (t Tag) Local() string {
	_, name, found := strings.Cut(t.Name, ":")
	if !found {
		name = t.Name
	}
	return strings.ToLower(name)
}

// Is reports whether Local is a name, in less time.
func (t Tag) Is(local string) bool {
	i := len(t.Name) - len(local)
	return i >= 0 && (i == 0 || t.Name[i-1] == ':') && strings.EqualFold(t.Name[i:], local)
}

// Prefix is what stands before the colon of the tag's name.
func (t Tag) Prefix() string {
	prefix, _, found := strings.Cut(t.Name, ":")
	if !found {
		return ""
	}
	return prefix
}

// A Scanner finds the tags of a text in XML or HTML. It allocates nothing, steps
// over comments, CDATA sections, processing instructions and declarations, and
// takes a "<" that begins nothing as text. Its time is linear: what is not found
// once is not looked for again.
type Scanner struct {
	Text string
	Pos  int
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

// Next is the next tag; false is the end of the text.
func (s *Scanner) Next() (Tag, bool) {
	for {
		i := strings.IndexByte(s.Text[s.Pos:], '<')
		if i < 0 {
			s.Pos = len(s.Text)
			return Tag{}, false
		}
		s.Pos += i
		if s.skip() {
			continue
		}
		if t, ok := s.tag(); ok || s.cut {
			return t, ok
		}
		s.Pos++ // a "<" that begins nothing
	}
}

// skip steps over what begins at pos and is no tag. Of what has no end, only the
// beginning is stepped over: the text goes on behind it.
func (s *Scanner) skip() bool {
	rest := s.Text[s.Pos:]
	if len(rest) < 2 || (rest[1] != '!' && rest[1] != '?') {
		return false
	}
	for i, d := range delimiters {
		if !strings.HasPrefix(rest, d.begin) {
			continue
		}
		end, ok := s.endOf(i)
		if ok && d.begin == cdataBegin && swallowsItems(rest[len(d.begin):end-s.Pos]) {
			ok = false
		}
		if s.Pos += len(d.begin); ok {
			s.Pos = end + len(d.end)
		}
		return true
	}
	return false
}

// endOf is where the end of a delimiter stands.
func (s *Scanner) endOf(i int) (int, bool) {
	from := s.Pos + len(delimiters[i].begin)
	if s.ends[i] >= 0 && s.ends[i] < from {
		s.ends[i] = strings.Index(s.Text[min(from, len(s.Text)):], delimiters[i].end)
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

func (s *Scanner) tag() (Tag, bool) {
	t := Tag{Start: s.Pos}
	i := s.Pos + 1
	if i < len(s.Text) && s.Text[i] == '/' {
		t.Close, i = true, i+1
	}
	nameEnd := i
	for nameEnd < len(s.Text) && isNameByte(s.Text[nameEnd]) {
		nameEnd++
	}
	if t.Name = s.Text[i:nameEnd]; t.Name != "" && isDigitOrSign(t.Name[0]) {
		return Tag{}, false
	}
	if nameEnd == len(s.Text) {
		if t.End, s.cut = nameEnd, !t.Close || t.Name == ""; !s.cut {
			s.Pos = nameEnd // of an end tag, only the ">" is missing
		}
		return t, !s.cut
	}
	if t.Name == "" {
		return Tag{}, false
	}
	end, ok := tagEnd(s.Text, nameEnd)
	if !ok {
		s.cut = end == len(s.Text)
		return Tag{}, false
	}
	t.Attrs, t.End = s.Text[nameEnd:end], end
	if s.Text[end] == '>' {
		t.End++
	}
	if trimmed, ok := strings.CutSuffix(t.Attrs, "/"); ok {
		t.Attrs, t.Empty = trimmed, !t.Close
	}
	s.Pos = t.End
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

// Attributes are the names and raw values of a start tag's attributes.
func Attributes(attrs string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		eachAttribute(attrs, func(name string, from, to int) bool { return yield(name, attrs[from:to]) })
	}
}

// Attribute is the decoded value of the attribute with that name.
func Attribute(attrs, name string) (string, bool) {
	if len(attrs) <= len(name) {
		return "", false
	}
	for n, v := range Attributes(attrs) {
		if len(n) == len(name) && strings.EqualFold(n, name) {
			return strings.TrimSpace(Entities(v)), true
		}
	}
	return "", false
}
