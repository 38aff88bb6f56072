package tmdb

import (
	"strings"
	"unicode"
)

const maxText = 300 // bytes of a name

// line is a name as it can be shown: on one line, without controls, "" for what
// is too long to be one.
func line(s string) string {
	if len(s) > maxText {
		return ""
	}
	s = strings.ToValidUTF8(s, "")
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
}

// lines are at most n names that are not empty, each once.
func lines(n int, names ...string) []string {
	var all []string
	seen := map[string]bool{}
	for _, name := range names {
		if name = line(name); name != "" && !seen[name] && len(all) < n {
			seen[name] = true
			all = append(all, name)
		}
	}
	return all
}
