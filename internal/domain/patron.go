package domain

import (
	"strings"
	"time"
	"unicode"
)

// PatronID names a person within one installation. It is never reused.
type PatronID int64

// Patron is a person who may receive editions: entitled through support, or a
// reader of the free edition.
type Patron struct {
	ID       PatronID
	Roster   string // name of the roster that brought them
	External string // the roster's own id: Patreon's user id; may be empty
	Email    string // as given; compare with EmailKey; may be empty for a former patron
	Name     string
	Audience
	Since time.Time // when support began; zero when unknown
}

// FirstName is the name a letter may use in its greeting; empty when unsure:
// of scripts that put the family's name first, and of what is no name.
func (p *Patron) FirstName() string {
	name := strings.TrimSpace(p.Name)
	if _, first, turned := strings.Cut(name, ","); turned { // "O'Brien, Sean"
		name = strings.TrimSpace(first)
	}
	first, _, _ := strings.Cut(name, " ")
	first = strings.TrimRight(first, ",")
	familyFirst := func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana)
	}
	if strings.ContainsAny(first, "@<>\"\r\n") || strings.ContainsFunc(first, familyFirst) {
		return ""
	}
	return first
}

// EmailKey is the form in which addresses are compared: trimmed and lower-cased
// as a whole. It is never what mail is sent to.
func EmailKey(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// SuppressionReason says why an address gets no mail.
type SuppressionReason string

// The reasons, each of which beats every import and sync.
const (
	Unsubscribed SuppressionReason = "unsubscribed"
	Bounced      SuppressionReason = "bounced"
	Complained   SuppressionReason = "complained"
	Erased       SuppressionReason = "erased"
)

// Wished reports whether people asked for it themselves.
func (r SuppressionReason) Wished() bool { return r == Unsubscribed || r == Complained }

// Suppression is the dated fact that an address gets no mail.
type Suppression struct {
	EmailKey string
	Reason   SuppressionReason
	At       time.Time
}
