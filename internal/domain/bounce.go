package domain

import "time"

// BounceClass says what it means that a letter came back, was refused, or was
// complained about.
type BounceClass string

// The classes. Dead is about the address, full and temporary about a moment, ours
// about what we say or who we are, and the last two about what people want. Unknown is a failure that does not say why.
const (
	BounceDead      BounceClass = "dead"
	BounceFull      BounceClass = "full"
	BounceTemporary BounceClass = "temporary"
	BounceOurs      BounceClass = "ours"
	BounceUnknown   BounceClass = "unknown"
	Complaint       BounceClass = "complaint"
	Unsubscription  BounceClass = "unsubscription" // at a provider, which tells
)

// The ways on which Marquee hears of a bounce, besides those of providers' webhooks.
const (
	BounceInline = "smtp" // the relay refused the letter
	BounceMail   = "mail" // a mail came back
)

// Bounce is the dated fact that a letter did not arrive or was not wanted. A
// letter has one of each class at most, however often it is told.
type Bounce struct {
	Patron  PatronID    `json:"-"`
	Edition EditionID   `json:"edition,omitempty"` // 0 when nobody knows which letter it was
	Class   BounceClass `json:"class"`
	Status  string      `json:"status,omitempty"` // RFC 3463; may be empty
	Reason  string      `json:"reason,omitempty"` // a server's words, without addresses
	Way     string      `json:"way"`              // how it was heard of: "smtp", "mail", "ses"
	At      time.Time   `json:"at"`
	Sent    time.Time   `json:"sent,omitzero"`   // when the letter left; zero when unknown
	Lifted  time.Time   `json:"lifted,omitzero"` // when the operator said that it counts no more
}

// BounceRules say when an address gets no more mail.
type BounceRules struct {
	Dead     int           // so many letters that find nobody
	Within   time.Duration // in so short a time
	Editions int           // so many letters in a row that do not arrive, whatever the reason
	Over     time.Duration // over so long a time
}

// DefaultBounceRules believe the first server that says an address is not there.
func DefaultBounceRules() BounceRules {
	const day = 24 * time.Hour
	// Within a week of the last letter, that is: the bounce may take its time.
	return BounceRules{Dead: 1, Within: 8 * day, Editions: 5, Over: 30 * day}
}

// Tired reports whether the newest letters to somebody came back so often in a
// row that no more should follow. They are given newest first; a letter with the
// zero class arrived as far as anybody knows. What was our fault does not count
// either way.
func (r BounceRules) Tired(letters []Bounce) bool {
	var run int
	var newest, oldest time.Time
	for _, l := range letters {
		switch l.Class {
		case BounceOurs, Complaint, Unsubscription:
			continue
		case "":
			return false
		default:
		}
		if run++; run == 1 {
			newest = l.Sent
		}
		oldest = l.Sent
		if run >= r.Editions && newest.Sub(oldest) >= r.Over {
			return true
		}
	}
	return false
}

// BounceTaken is what became of a bounce that was told.
type BounceTaken struct {
	Fresh      bool // it was not known before
	Suppressed SuppressionReason
	Domain     string // of the patron's address
	Ours       int    // letters to that domain that were refused for what we are, since it last rested
}

// BounceCount is how many letters of an edition came back alike.
type BounceCount struct {
	Class  BounceClass `json:"class"`
	Domain string      `json:"domain,omitempty"` // empty for people who were forgotten
	Count  int         `json:"count"`
}
