package soup

import (
	"fmt"
	"strings"
	"unicode"
)

// Quoted is a stranger's title for a message: ` ("…")`, or nothing.
func Quoted(title string) string {
	if title = Excerpt(title); title == "" {
		return ""
	}
	return fmt.Sprintf(" (%q)", title)
}

// Excerpt is the beginning of a stranger's text, fit for an error or a log.
func Excerpt(s string) string {
	const longest = 60
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return s
}
