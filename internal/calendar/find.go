package calendar

import (
	"fmt"
	"strings"

	"marquee/internal/domain"
)

// Choice is a language that dates can be written in.
type Choice struct {
	Tag  string // BCP 47
	Name string // its own: "Deutsch"
}

// Choices are all of them, English first.
func Choices() []Choice {
	var all []Choice
	for _, l := range languages() {
		all = append(all, Choice{l.tag, l.name})
	}
	return all
}

// Parse reads the tag of a language that somebody wants dates in, as one of
// Choices: de of de-CH. Nothing is no wish. It says ErrInvalid, and which
// languages there are.
func Parse(tag string) (string, error) {
	if tag == "" {
		return "", nil
	}
	l, ok := find(tag)
	if !ok {
		return "", fmt.Errorf("%w language of dates %q: write one of %s", domain.ErrInvalid, tag, strings.Join(tags(), ", "))
	}
	return l.tag, nil
}

func tags() []string {
	var all []string
	for _, l := range languages() {
		all = append(all, l.tag)
	}
	return all
}

// Wish is what remains of a wish where dates are in the language of a tag anyway:
// the tag of another language that is known here, or nothing.
func Wish(wish, tag string) string {
	l, ok := find(wish)
	if !ok {
		return ""
	}
	own, known := find(tag)
	if !known {
		own, _ = find(English)
	}
	if l.tag == own.tag {
		return ""
	}
	return l.tag
}

// find is a language by its tag, or the next wider one (RFC 4647 §3.4).
func find(tag string) (language, bool) {
	if tag == "" { // as most wishes are
		return language{}, false
	}
	all, near := languages(), nearest()
	for tag != "" {
		if other := near[strings.ToLower(tag)]; other != "" {
			tag = other
		}
		for _, l := range all {
			if strings.EqualFold(l.tag, tag) {
				return l, true
			}
		}
		tag = tag[:max(0, strings.LastIndexByte(tag, '-'))]
	}
	return language{}, false
}
