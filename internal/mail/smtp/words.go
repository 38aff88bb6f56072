package smtp

import (
	"strconv"
	"strings"
	"unicode"
)

// splitStatus takes the enhanced status (RFC 2034 §4, RFC 3463 §2) from the
// front of a reply's words, and of each further line that repeats it. Its class
// must be the code's.
func splitStatus(code int, words string) (status, rest string) {
	status, _, _ = strings.Cut(words, " ")
	status, _, _ = strings.Cut(status, "\n")
	parts := strings.Split(status, ".")
	if len(parts) != 3 || parts[0] != strconv.Itoa(code/100) {
		return "", words
	}
	for _, part := range parts {
		if part == "" || len(part) > 3 || strings.Trim(part, "0123456789") != "" {
			return "", words
		}
	}
	rest = strings.TrimLeft(words[len(status):], " ")
	return status, strings.ReplaceAll(rest, "\n"+status+" ", "\n")
}

// most is how much of a server's words is kept, in characters.
const most = 300

// redact makes a server's words fit for logs: one line, printable, not endless,
// without anything that looks like an address and without person, an address or
// a login, of which the local part alone counts too.
func redact(words, person string) string {
	name, _, _ := strings.Cut(person, "@")
	if strings.ContainsRune(person, ' ') { // in a quoted local part, which is more words than one
		words = strings.ReplaceAll(words, person, "@")
	}
	kept := strings.Fields(strings.Map(printableRune, words))
	for i, word := range kept {
		if strings.ContainsRune(word, '@') || strings.Contains(strings.ToLower(word), "%40") || mentions(word, name) {
			kept[i] = "<address>"
		}
	}
	text := []rune(strings.Join(kept, " "))
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}

// mentions reports whether word is name, whatever punctuation surrounds it.
// Shorter names than three letters are taken for chance.
func mentions(word, name string) bool {
	word = strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return len(name) >= 3 && strings.EqualFold(word, name)
}

func printableRune(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return ' '
}
