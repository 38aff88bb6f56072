package soup

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Legal drops what XML 1.0 §2.2 does not allow in a document, written out or
// as a character reference, since one such character makes the parser refuse
// the whole. Characters 0x80–0x9F become what their authors meant, as in HTML:
// windows-1252. A text without any of it is returned as it is.
func Legal(text string) string {
	i := indexIllegal(text)
	if i < 0 {
		return text
	}
	var out strings.Builder
	out.Grow(len(text))
	out.WriteString(text[:i])
	for text = text[i:]; text != ""; {
		r, size := utf8.DecodeRuneInString(text)
		if ref, length := reference(text); length > 0 {
			if r, size = ref, length; Allowed(r) && !isControl1(r) {
				out.WriteString(text[:size]) // it stays a reference: it may be to a "<"
				text = text[size:]
				continue
			}
		}
		switch {
		case isControl1(r):
			if meant := charmap.Windows1252.DecodeByte(byte(r)); meant != utf8.RuneError { //nolint:gosec // below 0xA0
				out.WriteRune(meant)
			}
		case Allowed(r):
			out.WriteString(text[:size])
		}
		text = text[size:]
	}
	return out.String()
}

func indexIllegal(text string) int {
	for i := 0; i < len(text); {
		if c := text[i]; c >= ' ' && c < utf8.RuneSelf && c != '&' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if !Allowed(r) || isControl1(r) {
			return i
		}
		if ref, length := reference(text[i:]); length > 0 && (!Allowed(ref) || isControl1(ref)) {
			return i
		}
		i += size
	}
	return -1
}

// isControl1 recognises the C1 control characters, which nobody writes: they are
// bytes of windows-1252 that somebody took for Latin-1.
func isControl1(r rune) bool { return r >= 0x80 && r <= 0x9F }

// Allowed is XML 1.0's Char, without the two that no document should hold.
func Allowed(r rune) bool {
	switch {
	case r == '\t', r == '\n', r == '\r':
		return true
	case r < 0x20, r == 0xFFFE, r == 0xFFFF, r >= 0xD800 && r <= 0xDFFF:
		return false
	}
	return r <= utf8.MaxRune
}

// reference reads a numeric character reference at the start of text; its
// length is 0 when there is none. A number beyond Unicode counts as U+0000, which
// is not allowed either.
func reference(text string) (rune, int) {
	const longest = len("&#x0010FFFF;")
	if !strings.HasPrefix(text, "&#") {
		return 0, 0
	}
	end := strings.IndexByte(text[:min(len(text), longest)], ';')
	if end < 0 {
		return 0, 0
	}
	digits, base := text[2:end], 10
	if digits != "" && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil {
		return 0, 0
	}
	if n > utf8.MaxRune {
		return 0, end + 1
	}
	return rune(n), end + 1
}
