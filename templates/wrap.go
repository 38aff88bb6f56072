package templates

import (
	"strings"
	"unicode"

	textwidth "golang.org/x/text/width"
)

// columns is how wide the text body may be (RFC 5322 §2.1.1 asks for at most 78).
const columns = 72

func upper(s string) string { return strings.ToUpper(s) }

// rule is a line below a heading, as long as it.
func rule(s string) string { return strings.Repeat("-", min(width(s), columns)) }

// wrap breaks each line of text into lines of at most 72 characters. The first
// begins with first, the others with rest; empty lines stay empty. Words longer
// than a line, as addresses are, stay whole.
func wrap(first, rest, text string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, fill(first, rest, line)...)
		first = rest
	}
	return strings.Join(lines, "\n")
}

// fill lays the words of one line out.
func fill(first, rest, words string) []string {
	var lines []string
	line, empty := first, true
	for word := range strings.FieldsSeq(words) {
		for i, part := range parts(word, columns-width(rest)) {
			glue := " "
			if i > 0 {
				glue = ""
			}
			switch {
			case empty:
				line += part
			case width(line)+len(glue)+width(part) <= columns:
				line += glue + part
			default:
				lines = append(lines, strings.TrimRight(line, " "))
				line = rest + part
			}
			empty = false
		}
	}
	return append(lines, strings.TrimRight(line, " "))
}

// parts breaks a word that does not fit into a line where lines may be broken
// without a blank: between the wide characters of Chinese, Japanese and Korean,
// but not before what closes a sentence or a quotation, or after what opens one.
func parts(word string, room int) []string {
	if width(word) <= room {
		return []string{word}
	}
	var all []string
	start := 0
	var before rune
	for i, r := range word {
		if i > start && (wide(r) || wide(before)) && !unicode.In(r, unicode.Pe, unicode.Pf, unicode.Po) && !unicode.In(before, unicode.Ps, unicode.Pi) {
			all = append(all, word[start:i])
			start = i
		}
		before = r
	}
	return append(all, word[start:])
}

// width is how many columns a text takes where each character has one, or two.
func width(s string) int {
	n := 0
	for _, r := range s {
		n++
		if wide(r) {
			n++
		}
	}
	return n
}

func wide(r rune) bool {
	if r < 0x1100 { // the first that is
		return false
	}
	switch textwidth.LookupRune(r).Kind() {
	case textwidth.EastAsianWide, textwidth.EastAsianFullwidth:
		return true
	case textwidth.Neutral, textwidth.EastAsianAmbiguous, textwidth.EastAsianNarrow, textwidth.EastAsianHalfwidth:
	}
	return false
}
