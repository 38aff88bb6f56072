package web

import (
	"net/http"
	"strconv"
	"strings"
)

// Accepts reports whether the client takes a content coding (RFC 9110 §12.5.3):
// named, or covered by "*", and not with a weight of zero.
func Accepts(r *http.Request, coding string) bool {
	accepted := false
	for _, field := range r.Header.Values("Accept-Encoding") {
		for part := range strings.SplitSeq(field, ",") {
			name, params, _ := strings.Cut(part, ";")
			name = strings.TrimSpace(name)
			if strings.EqualFold(name, coding) {
				return weight(params) > 0
			}
			if name == "*" {
				accepted = weight(params) > 0
			}
		}
	}
	return accepted
}

// weight reads ";q=0.5"; without one, or with one that is no number, it is 1.
func weight(params string) float64 {
	for param := range strings.SplitSeq(params, ";") {
		key, value, ok := strings.Cut(strings.TrimSpace(param), "=")
		if !ok || !strings.EqualFold(key, "q") {
			continue
		}
		if q, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil {
			return q
		}
	}
	return 1
}
