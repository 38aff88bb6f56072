package mail

import (
	"bytes"
	"html"
)

// maxQuoted is how long a quoted-printable line may be (RFC 2045 §6.7 rule 5),
// and softBreak what ends one without ending the text's line.
const (
	maxQuoted = 76
	softBreak = "=\r\n"
)

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
	const room = maxQuoted - len("XX=") // any character that begins within it fits
	for column := 0; value != ""; {
		if column >= room {
			dst = append(dst, softBreak...)
			column = 0
		}
		n := literals(value, room-column)
		if column == 0 && !harmless(value[0]) {
			n = 0
		}
		if n > 0 {
			dst = append(dst, value[:n]...)
			column += n
		} else {
			dst = appendEscape(dst, value[0])
			column, n = column+3, 1
		}
		value = value[n:]
	}
	return dst
}

func appendEscape(dst []byte, b byte) []byte {
	const upperHex = "0123456789ABCDEF"
	return append(dst, '=', upperHex[b>>4], upperHex[b&15])
}

// literals is how many characters at the start of value, up to limit,
// quoted-printable leaves as they are. A space at its end would be lost.
func literals(value string, limit int) int {
	n := 0
	for n < min(len(value), limit) && value[n] >= ' ' && value[n] <= '~' && value[n] != '=' {
		n++
	}
	if n > 0 && n == len(value) && value[n-1] == ' ' {
		n--
	}
	return n
}

// harmless reports whether a line may start with b: no dot (RFC 5321 §4.5.2),
// no boundary (RFC 2046 §5.1.1), no "From " of a mailbox file (RFC 4155).
func harmless(b byte) bool { return b != '.' && b != '-' && b != 'F' }

// guard appends whole lines of quoted-printable to dst, and the start of one,
// such that none begins as SMTP or a mailbox file would not leave it: their
// bytes would no longer be the signed ones.
func guard(dst, lines []byte) []byte {
	for line := range bytes.SplitAfterSeq(lines, []byte(lineEnd)) {
		for tampered(line) {
			dst, line = appendEscape(dst, line[0]), line[1:]
			if len("=2E")+len(bytes.TrimSuffix(line, []byte(lineEnd))) < maxQuoted { // a soft break still fits
				break
			}
			dst = append(dst, softBreak...)
		}
		dst = append(dst, line...)
	}
	return dst
}

// tampered reports whether somebody on the way changes a line that begins so: a
// dot is doubled (RFC 5321 §4.5.2), "From " is quoted (RFC 4155).
func tampered(line []byte) bool {
	return bytes.HasPrefix(line, []byte(".")) || bytes.HasPrefix(line, []byte("From "))
}
