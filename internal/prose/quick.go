package prose

import (
	"regexp"
	"strings"
	"sync"
)

// What follows tells cheaply that a costly look at a text would find nothing.

// pattern is a regular expression that is compiled when it is first needed: most
// reads find nothing to match.
type pattern func() *regexp.Regexp

func patternOf(expr string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// holds tells whether a text holds a word of lower-case ASCII, whatever its case.
func holds(text, word string) bool {
	return word == "" || begins(text, word, word[0]) || begins(text, word, word[0]&^0x20)
}

// begins tells whether a text holds a word, whatever its case, that begins with one
// byte.
func begins(text, word string, first byte) bool {
	for {
		i := strings.IndexByte(text, first)
		if i < 0 || len(text)-i < len(word) {
			return false
		}
		if strings.EqualFold(text[i:i+len(word)], word) {
			return true
		}
		text = text[i+1:]
	}
}

// showsText tells whether sanitised HTML surely shows a letter or digit.
func showsText(markup string) bool {
	within := false
	for i := range len(markup) {
		switch c := markup[i]; {
		case c == '<':
			within = true
		case c == '>':
			within = false
		case within:
		case c == '&': // an entity may be a space
			return false
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z':
			return true
		}
	}
	return false
}
