package tmdb

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"

	"marquee/internal/answer"
	"marquee/internal/domain"
)

const (
	maxBody = 4 << 20 // decoded bytes of an answer; those with all regions are about 100 KB
	maxText = 300     // bytes of a name
)

// decode reads the JSON document of an answer.
func decode(from *http.Response, into any) error {
	body, err := answer.Body(from, maxBody)
	if err != nil {
		return err
	}
	if strings.HasPrefix(strings.TrimLeft(string(body[:min(len(body), 64)]), " \t\r\n\ufeff"), "<") {
		return &Error{Status: from.StatusCode, Err: errors.New("a web page came in the place of an answer")}
	}
	if err := json.Unmarshal(body, into); err != nil {
		return &Error{Status: from.StatusCode, Err: fmt.Errorf("%w answer: no such JSON as is promised", domain.ErrInvalid)}
	}
	return nil
}

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
