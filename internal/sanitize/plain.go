package sanitize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// titleLength is the most characters a title has.
const titleLength = 400

// Title makes one line of plain text: without characters that do not print or
// that turn the direction of what stands around them, whitespace folded, at most
// 400 characters. A longer one is cut at a word and ends with "…".
func Title(s string) string {
	s = strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, printable(s))
	return shorten(strings.Join(strings.Fields(s), " "), titleLength)
}

// shorten cuts text to at most so many characters, at a word unless that would
// cost half of it.
func shorten(s string, characters int) string {
	if utf8.RuneCountInString(s) <= characters {
		return s
	}
	head := string([]rune(s)[:characters-1]) // room for "…"
	next, _ := utf8.DecodeRuneInString(s[len(head):])
	if space := strings.LastIndexByte(head, ' '); next != ' ' && space > len(head)/2 {
		head = head[:space]
	}
	return ellipsis(head)
}

// ellipsis ends text that goes on elsewhere.
func ellipsis(s string) string { return strings.TrimRight(s, " .,;:–—-…") + "…" }

// printable deletes what may stand in no XML document (XML 1.0 §2.2), in no HTML
// document either (noncharacters and controls, WHATWG HTML §13.2.3.5), and bytes
// that are not UTF-8.
func printable(s string) string {
	if plain(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r == '\t' || r == '\n' || r == 0x85:
			return r
		case unicode.IsControl(r), r&0xFFFE == 0xFFFE, r >= 0xFDD0 && r <= 0xFDEF:
			return -1
		}
		return r
	}, strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), ""))
}

// plain reports whether a text is nothing but ASCII that prints, tabs and line ends:
// most of what critics write in English.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x7F || c < ' ' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// invisible reports whether a character only serves to mislead in a single line:
// it has no width, or overrides the direction of its surroundings.
func invisible(r rune) bool {
	switch {
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069: // directional formatting
		return true
	case r == 0x200B, r == 0x2060, r == 0xFEFF: // zero width space, word joiner, byte order mark
		return true
	}
	return false
}
