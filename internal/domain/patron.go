package domain

import (
	"strings"
	"time"
)

// PatronID names a person within one installation. It is never reused.
type PatronID int64

// Patron is a person who may receive editions: entitled through support, or a
// reader of the free edition.
type Patron struct {
	ID       PatronID
	Roster   string // name of the roster that brought them
	External string // the roster's own id: Patreon's user id; may be empty
	Email    string // as given; compare with EmailKey
	Name     string
	Audience
	Since time.Time // when support began; zero when unknown
}

// FirstName is the name a letter may use in its greeting; empty when unsure.
func (p *Patron) FirstName() string {
	first, _, _ := strings.Cut(strings.TrimSpace(p.Name), " ")
	if strings.ContainsAny(first, "@<>\"\r\n") {
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

// Suppression is the dated fact that an address gets no mail.
type Suppression struct {
	EmailKey string
	Reason   SuppressionReason
	At       time.Time
}
