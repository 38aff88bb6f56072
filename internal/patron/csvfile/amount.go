package csvfile

import (
	"strconv"
	"strings"
)

// cents reads an amount of money: "2.99", "$1,234.50", "1.234,50 €", "3". The
// last of its points and commas sets off the cents, unless three digits follow
// it. It reports false for anything else, negative amounts included. No amount
// is none.
func cents(s string) (int, bool) {
	if s == "" {
		return 0, true
	}
	s = strings.TrimFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '-' && r != '.' && r != ',' })
	at := strings.LastIndexAny(s, ".,")
	whole, part := s, "00"
	if at >= 0 && len(s)-at-1 != 3 {
		whole, part = s[:at], (s[at+1:] + "00")[:max(2, len(s)-at-1)]
	}
	units, err := strconv.ParseUint(strings.NewReplacer(",", "", ".", "").Replace(whole), 10, 24)
	hundredths, partErr := strconv.ParseUint(part, 10, 8)
	if err != nil || partErr != nil || len(part) != 2 {
		return 0, false
	}
	return int(units)*100 + int(hundredths), true
}
