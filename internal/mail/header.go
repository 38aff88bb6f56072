package mail

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"marquee/internal/domain"
)

// How header lines end, and widths of RFC 5322 §2.1.1 and RFC 2047 §2, without line ends.
const (
	lineEnd  = "\r\n"
	foldAt   = 78
	maxLine  = 998
	maxPlain = 60 // the longest word of a display name that is not encoded
	maxRaw   = 39 // bytes in one encoded word: 52 of base64 and 12 around it, so that it fits beside "Subject: "
)

// appendField writes one header field, folded at spaces where that keeps lines
// within 78 columns (RFC 5322 §2.2.3). A value's first word stays beside the
// name: not every program looks for it on the next line. Value is legible and
// holds no two spaces in a row.
func appendField(dst []byte, name, value string) []byte {
	dst = append(append(dst, name...), ':')
	column := len(name) + 1
	for i := 0; ; i++ {
		word, rest, more := strings.Cut(value, " ")
		if i > 0 && column+1+len(word) > foldAt {
			dst = append(dst, lineEnd...)
			column = 0
		}
		dst = append(append(dst, ' '), word...)
		column += 1 + len(word)
		if !more {
			return append(dst, lineEnd...)
		}
		value = rest
	}
}

// oneLine is text for a header with its runs of white space made one space. It
// refuses control characters, CR, LF and NUL among them: nothing that a header
// holds may end it.
func oneLine(text string) (string, error) {
	if strings.ContainsFunc(text, unicode.IsControl) {
		return "", fmt.Errorf("%w: holds a control character", domain.ErrInvalid)
	}
	return strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " "), nil
}

// unstructured is a text as a header holds it: as it is, or as encoded words
// when it is not ASCII or cannot be folded. text has passed oneLine.
func unstructured(text string) string {
	if printable(text) && !hasLongWord(text) {
		return text
	}
	return encodedWords(text)
}

// phrase is a display name as a header holds it: in quotes, or as encoded words
// when it is not ASCII or cannot be folded (RFC 2047 §5 rule 3). name has
// passed oneLine.
func phrase(name string) string {
	if q := quoted(name); printable(q) && !hasLongWord(q) {
		return q
	}
	return encodedWords(name)
}

func hasLongWord(s string) bool {
	for word := range strings.SplitSeq(s, " ") {
		if len(word) > maxPlain {
			return true
		}
	}
	return false
}

// quoted is s as a quoted-string (RFC 5322 §3.2.4).
func quoted(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 2)
	b.WriteByte('"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	b.WriteByte('"')
	return b.String()
}

// encodedWords is s as encoded words of at most 75 characters, none of which
// splits a character (RFC 2047 §2, §5).
func encodedWords(s string) string {
	var b strings.Builder
	for s != "" {
		n := min(maxRaw, len(s))
		for n < len(s) && !utf8.RuneStart(s[n]) {
			n--
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString("=?utf-8?b?" + base64.StdEncoding.EncodeToString([]byte(s[:n])) + "?=")
		s = s[n:]
	}
	return b.String()
}
