package webfeed

import "strings"

// jsonScanner finds the values of a JSON text that need not be well-formed, so
// that one bad item costs no other. It copies nothing.
type jsonScanner struct {
	text string
	pos  int
}

// name is the name of the next field of an object; false is the object's end, or
// the text's.
func (s *jsonScanner) name() (string, bool) {
	name, ok := s.next()
	s.skip(" \t\r\n:")
	return strings.Trim(name, `"`), ok
}

// next is the next value; false is the end of what it is in, or of the text.
func (s *jsonScanner) next() (string, bool) {
	if s.skip(" \t\r\n,"); s.pos == len(s.text) || strings.IndexByte("]}", s.text[s.pos]) >= 0 {
		return "", false
	}
	return s.value()
}

func (s *jsonScanner) skip(chars string) {
	for s.pos < len(s.text) && strings.IndexByte(chars, s.text[s.pos]) >= 0 {
		s.pos++
	}
}

// take steps over a bracket, if that is what comes next.
func (s *jsonScanner) take(bracket byte) bool {
	if s.skip(" \t\r\n"); s.pos == len(s.text) || s.text[s.pos] != bracket {
		return false
	}
	s.pos++
	return true
}

// value is the whole value that begins at pos; it is false when the text ends
// before it does.
func (s *jsonScanner) value() (string, bool) {
	start, depth := s.pos, 0
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; c {
		case '"':
			if !s.str() {
				return "", false
			}
		case '{', '[':
			depth++
			s.pos++
		case '}', ']':
			if depth == 0 {
				return s.text[start:s.pos], s.pos > start
			}
			depth--
			s.pos++
		case ',', ' ', '\t', '\r', '\n', ':':
			if depth == 0 {
				return s.text[start:s.pos], s.pos > start
			}
			s.pos++
			continue
		default:
			s.pos++
			continue
		}
		if depth == 0 {
			return s.text[start:s.pos], true
		}
	}
	return "", false
}

// str steps over a string.
func (s *jsonScanner) str() bool {
	for i := s.pos + 1; i < len(s.text); i++ {
		switch s.text[i] {
		case '\\':
			i++
		case '"':
			s.pos = i + 1
			return true
		}
	}
	s.pos = len(s.text)
	return false
}

// mendJSON escapes the control characters that people write into JSON's strings
// as they are (RFC 8259 §7 forbids it), and drops commas before brackets.
func mendJSON(value string) string {
	if !strings.ContainsAny(value, "\n\r\t,") {
		return value
	}
	var out strings.Builder
	quoted, last := false, 0
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted && c < ' ':
			out.WriteString(value[last:i])
			out.WriteString(escaped(c))
			last = i + 1
		case c == ',' && !quoted && endsAfter(value[i+1:]):
			out.WriteString(value[last:i])
			last = i + 1
		}
	}
	if last == 0 {
		return value
	}
	return out.String() + value[last:]
}

func escaped(c byte) string {
	switch c {
	case '\n':
		return `\n`
	case '\t':
		return `\t`
	}
	return " "
}

func endsAfter(rest string) bool {
	for i := range len(rest) {
		switch rest[i] {
		case ' ', '\t', '\r', '\n':
			continue
		case '}', ']':
			return true
		}
		return false
	}
	return true
}
