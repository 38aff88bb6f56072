package webfeed

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// legal drops what XML 1.0 §2.2 does not allow in a document, written out or
// as a character reference, since one such character makes the parser refuse
// the whole. References to 0x80–0x9F become what their authors meant, as in
// HTML: windows-1252. A text without any of it is returned as it is.
func legal(text []byte) []byte {
	i := indexIllegal(text)
	if i < 0 {
		return text
	}
	out := append(make([]byte, 0, len(text)), text[:i]...)
	for text = text[i:]; len(text) > 0; {
		r, size := utf8.DecodeRune(text)
		if !allowed(r) {
			text = text[size:]
			continue
		}
		if ref, length := reference(text); length > 0 {
			out, text = appendReference(out, text[:length], ref), text[length:]
			continue
		}
		out, text = append(out, text[:size]...), text[size:]
	}
	return out
}

func indexIllegal(text []byte) int {
	for i := 0; i < len(text); {
		if c := text[i]; c >= ' ' && c < utf8.RuneSelf && c != '&' {
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if !allowed(r) {
			return i
		}
		if ref, length := reference(text[i:]); length > 0 && (!allowed(ref) || ref >= 0x80 && ref <= 0x9F) {
			return i
		}
		i += size
	}
	return -1
}

// allowed is XML 1.0's Char, without the two that no document should hold.
func allowed(r rune) bool {
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
func reference(text []byte) (rune, int) {
	const longest = len("&#x0010FFFF;")
	if !bytes.HasPrefix(text, []byte("&#")) {
		return 0, 0
	}
	end := bytes.IndexByte(text[:min(len(text), longest)], ';')
	if end < 0 {
		return 0, 0
	}
	digits, base := string(text[2:end]), 10
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

func appendReference(out, written []byte, r rune) []byte {
	switch {
	case !allowed(r):
		return out
	case r >= 0x80 && r <= 0x9F:
		return utf8.AppendRune(out, windows1252(byte(r)))
	}
	return append(out, written...)
}
