package tmdb

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode"

	"marquee/internal/domain"
)

const (
	maxBody = 4 << 20 // decoded bytes of an answer; those with all regions are about 100 KB
	maxText = 300     // bytes of a name
)

// decode reads the JSON document of an answer.
func decode(answer *http.Response, into any) error {
	body, err := read(answer, maxBody)
	if err != nil {
		return err
	}
	if strings.HasPrefix(strings.TrimLeft(string(body[:min(len(body), 64)]), " \t\r\n\ufeff"), "<") {
		return &Error{Status: answer.StatusCode, Err: errors.New("a web page came in the place of an answer")}
	}
	if err := json.Unmarshal(body, into); err != nil {
		return &Error{Status: answer.StatusCode, Err: fmt.Errorf("%w answer: no such JSON as is promised", domain.ErrInvalid)}
	}
	return nil
}

// read is an answer's body, decoded and within a limit.
func read(answer *http.Response, limit int64) ([]byte, error) {
	var from io.Reader = answer.Body
	switch strings.ToLower(answer.Header.Get("Content-Encoding")) {
	case "", "identity":
	case "gzip":
		unzipped, err := gzip.NewReader(answer.Body)
		if err != nil {
			return nil, fmt.Errorf("read the answer as gzip: %w", err)
		}
		from = unzipped
	default:
		return nil, errors.New("the answer is encoded in a way that was not asked for")
	}
	body, err := io.ReadAll(io.LimitReader(from, limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the answer: %w", err)
	case int64(len(body)) > limit:
		return nil, fmt.Errorf("%w answer: it is larger than %d MB", domain.ErrInvalid, limit>>20)
	}
	return body, nil
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
