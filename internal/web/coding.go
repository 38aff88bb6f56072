package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// identity is the coding of bytes as they are.
const identity = "identity"

// Coding is the content coding to answer with: of those on offer the one that
// the client weighs highest, the first of equals, or "" for none (RFC 9110
// §12.5.3). What is not on offer can always be had as it is: a client that
// refuses even that gets it nevertheless rather than an error.
func Coding(r *http.Request, offered ...string) string {
	asked := acceptedCodings(r.Header["Accept-Encoding"])
	most, _ := asked.weight(identity)
	best := ""
	for _, o := range slices.Backward(offered) {
		weight, named := asked.weight(o)
		if !named {
			weight, _ = asked.weight("*")
		}
		if weight > 0 && weight >= most {
			best, most = o, weight
		}
	}
	return best
}

// codings are those that a client names, and their weights.
type codings []weighted

type weighted struct {
	name   string
	weight float64
}

// weight is a coding's, 0 of one that is not named; the last word counts.
func (c codings) weight(name string) (weight float64, named bool) {
	for _, coding := range slices.Backward(c) {
		if strings.EqualFold(coding.name, name) {
			return coding.weight, true
		}
	}
	return 0, false
}

func acceptedCodings(fields []string) codings {
	all := make(codings, 0, 8)
	for _, field := range fields {
		for part := range strings.SplitSeq(field, ",") {
			name, params, _ := strings.Cut(part, ";")
			all = append(all, weighted{strings.TrimSpace(name), weight(params)})
		}
	}
	return all
}

// weight reads "q=0.5" (RFC 9110 §12.4.2); without one, or with one that is no
// number from 0 to 1, it is 1.
func weight(params string) float64 {
	for param := range strings.SplitSeq(params, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if !strings.EqualFold(key, "q") {
			continue
		}
		if q, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil && 0 <= q && q <= 1 {
			return q
		}
	}
	return 1
}
