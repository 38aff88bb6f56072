// Package robots reads robots.txt (RFC 9309): what a site lets a crawler fetch.
package robots

import (
	"net/url"
	"time"
)

// Rules are what one robots.txt says to one crawler. The zero Rules allow all.
// They are plain data, so that they can be kept instead of the file.
type Rules struct {
	Paths []Rule        `json:"paths,omitempty"`
	Delay time.Duration `json:"delay,omitempty"` // asked for between two requests
}

// Rule allows or forbids the paths that a pattern matches.
type Rule struct {
	Allow   bool   `json:"allow,omitempty"`
	Pattern string `json:"pattern"` // in normal form
}

// Allows reports whether u may be fetched. The longest pattern that matches
// decides; of two that are equally long the one that allows (RFC 9309 §2.2.2).
func (r Rules) Allows(u *url.URL) bool {
	target := targetOf(u)
	allow, longest := true, -1
	for _, rule := range r.Paths {
		n := len(rule.Pattern)
		if n < longest || n == longest && allow || !matches(rule.Pattern, target) {
			continue
		}
		allow, longest = rule.Allow, n
	}
	return allow || target == "/robots.txt"
}
