package templates

import (
	"strings"
	texttemplate "text/template"
	"unicode/utf8"
)

// columns is how wide the text body may be (RFC 5322 §2.1.1 asks for at most 78).
const columns = 72

// textFuncs are what text templates may call besides the built-in functions.
func textFuncs() texttemplate.FuncMap {
	return texttemplate.FuncMap{
		"upper": strings.ToUpper,
		"rule":  func(s string) string { return strings.Repeat("-", min(utf8.RuneCountInString(s), columns)) },
		"wrap":  wrap,
	}
}

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
		fits := utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= columns
		switch {
		case empty:
			line += word
		case fits:
			line += " " + word
		default:
			lines = append(lines, strings.TrimRight(line, " "))
			line = rest + word
		}
		empty = false
	}
	return append(lines, strings.TrimRight(line, " "))
}
