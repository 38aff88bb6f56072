package mail

import "html"

// part says which of a letter's parts a slot lies in, and so how its value must
// be escaped. Its numbers are stored in forms.
type part byte

const (
	textPart part = 0
	htmlPart part = 1
)

// appendValue writes a slot's value as quoted-printable (RFC 2045 §6.7), in
// lines of at most 76 characters with a soft break. It stands at the start of a
// line and before a line break.
func (p part) appendValue(dst []byte, value string) []byte {
	if p == htmlPart {
		value = html.EscapeString(value)
	}
	column := 0
	for i := range len(value) {
		if column+len("=XX=") > 76 {
			dst = append(dst, softBreak...)
			column = 0
		}
		b := value[i]
		if literal(b) && (column > 0 || harmless(b)) && (b != ' ' || i < len(value)-1) {
			dst = append(dst, b)
			column++
			continue
		}
		dst = append(dst, '=', upperHex[b>>4], upperHex[b&15])
		column += 3
	}
	return dst
}

const upperHex = "0123456789ABCDEF"

// literal reports whether quoted-printable leaves b as it is.
func literal(b byte) bool { return b >= ' ' && b <= '~' && b != '=' }

// harmless reports whether a line may start with b: no dot (RFC 5321 §4.5.2),
// no boundary (RFC 2046 §5.1.1), no "From " of a mailbox file (RFC 4155).
func harmless(b byte) bool { return b != '.' && b != '-' && b != 'F' }
