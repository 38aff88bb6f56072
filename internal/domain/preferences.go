package domain

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Preferences are what somebody decided for themselves. No roster touches them.
type Preferences struct {
	Called   string   `json:"called,omitempty"` // in letters; empty is by their name
	Plain    bool     `json:"text_only,omitempty"`
	Dates    string   `json:"dates,omitempty"`            // the language they want them in, a BCP 47 tag; empty is the publication's
	Declines []string `json:"declined_digests,omitempty"` // names of digests they do not want
}

// Wants changes whether they want a digest.
func (p *Preferences) Wants(digest string, yes bool) {
	p.Declines = slices.DeleteFunc(slices.Clone(p.Declines), func(name string) bool { return name == digest })
	if !yes {
		p.Declines = append(p.Declines, digest)
	}
}

// maxCalled is longer than what anybody is called, in letters.
const maxCalled = 60

// ParseCalled reads what somebody wants to be called, on one line, or says
// ErrInvalid. It is no address: a mail program would make a link of it.
func ParseCalled(text string) (string, error) {
	text = strings.Join(strings.Fields(text), " ")
	control := func(r rune) bool { return !unicode.IsPrint(r) }
	if utf8.RuneCountInString(text) > maxCalled || !utf8.ValidString(text) ||
		strings.ContainsFunc(text, control) || strings.ContainsAny(text, "@<>\"/\\") {
		return "", fmt.Errorf("%w name", ErrInvalid)
	}
	return text, nil
}
