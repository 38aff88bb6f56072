package soup

import "strings"

// A JSON finds the values of a JSON text that need not be well-formed, so
// that one bad item costs no other. It copies nothing.
type JSON struct {
	Text string
	pos  int
}

// Name is the name of the next field of an object; false is the object's end, or
// the text's.
func (s *JSON) Name() (string, bool) {
	name, ok := s.Next()
	s.skip(" \t\r\n:")
	return strings.Trim(name, `"`), ok
}

// Next is the next value; false is the end of what it is in, or of the text.
func (s *JSON) Next() (string, bool) {
	if s.skip(" \t\r\n,"); s.pos == len(s.Text) || strings.IndexByte("]}", s.Text[s.pos]) >= 0 {
		return "", false
	}
	return s.Value()
}

func (s *JSON) skip(chars string) {
	for s.pos < len(s.Text) && strings.IndexByte(chars, s.Text[s.pos]) >= 0 {
		s.pos++
	}
}

// Take steps over a bracket, if that is what comes next.
func (s *JSON) Take(bracket byte) bool {
	if s.skip(" \t\r\n"); s.pos == len(s.Text) || s.Text[s.pos] != bracket {
		return false
	}
	s.pos++
	return true
}

// Value is the whole value that begins at pos; it is false when the text ends
// before it does.
func (s *JSON) Value() (string, bool) {
	start, depth := s.pos, 0
	for s.pos < len(s.Text) {
		switch c := s.Text[s.pos]; c {
		case '"':
			if !s.str() {
				return "", false
			}
		case '{', '[':
			depth++
			s.pos++
		case '}', ']':
			if depth == 0 {
				return s.Text[start:s.pos], s.pos > start
			}
			depth--
			s.pos++
		case ',', ' ', '\t', '\r', '\n', ':':
			if depth == 0 {
				return s.Text[start:s.pos], s.pos > start
			}
			s.pos++
			continue
		default:
			s.pos++
			continue
		}
		if depth == 0 {
			return s.Text[start:s.pos], true
		}
	}
	return "", false
}

// str steps over a string.
func (s *JSON) str() bool {
	for i := s.pos + 1; i < len(s.Text); i++ {
		switch s.Text[i] {
		case '\\':
			i++
		case '"':
			s.pos = i + 1
			return true
		}
	}
	s.pos = len(s.Text)
	return false
}

// MendJSON escapes the control characters that people write into JSON's strings
// as they are (RFC 8259 §7 forbids it), and drops commas before brackets.
func MendJSON(value string) string {
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
