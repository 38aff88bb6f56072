package domain

import (
	"fmt"
	"time"
)

// EditionID names an edition within one installation. It is never reused.
type EditionID int64

// EditionState is where an edition stands.
type EditionState string

// The states: frozen → held | sending → done | cancelled, or skipped.
const (
	EditionFrozen    EditionState = "frozen"    // compiled, waits for its time
	EditionHeld      EditionState = "held"      // the operator said wait
	EditionSending   EditionState = "sending"   // its time has come
	EditionDone      EditionState = "done"      // nothing is pending
	EditionCancelled EditionState = "cancelled" // the operator said never
	EditionSkipped   EditionState = "skipped"   // nothing to say; Reason tells
)

// EditionStates lists every state.
func EditionStates() []EditionState {
	return []EditionState{EditionFrozen, EditionHeld, EditionSending, EditionDone, EditionCancelled, EditionSkipped}
}

// Edition is one dated instance of a digest, or a correction of one. From its
// freeze on its content never changes, unless it is held and made anew.
type Edition struct {
	ID     EditionID
	Digest string
	Slot   Slot
	// Corrects is the edition that this one puts right, for those who have it; 0 for
	// an edition of its own. A correction has no Items: what it shows has its edition.
	Corrects EditionID
	State    EditionState
	Reason   string // why it was skipped, held or cancelled
	Subject  string
	Frozen   time.Time // when it was compiled
	Due      time.Time // not sent before
	Started  time.Time // when it began to be sent: the Date of every copy; zero before
	Resent   time.Time // when it was last sent to who had missed it; zero before
	Items    []ItemID  // in order of appearance
}

// Slug names the edition in URLs, and in what must be the same on every
// attempt: "weekly-2026-11-20-1700".
func (e *Edition) Slug() string { return e.Digest + "-" + e.Slot.Compact() }

// Corrected names the edition that a correction is about, as Slug does.
func (e *Edition) Corrected() string {
	about := Edition{Digest: e.Digest, Slot: e.Slot.Scheduled()}
	return about.Slug()
}

// Day is the day that people know the edition by: its slot's, and a correction's is
// that on which it was to be sent.
func (e *Edition) Day(zone *time.Location) Date {
	if e.Corrects != 0 {
		return DateOf(e.Due.In(zone))
	}
	return e.Slot.Date()
}

// Holders are the people of an audience who have an edition, and how many of them
// get no letter of its digest by now.
type Holders struct {
	Audience   Audience // by now
	Letters    int
	Suppressed int // their address gets no mail
	Declined   int // of the others: they do not want the digest any more
}

// Rendition is an edition rendered for those who get the same of it.
type Rendition struct {
	Readers
	Subject   string
	Preheader string
	HTML      string // the edition as a web page's document
	Text      string
	Form      []byte // the mail, composed once; what mail.ParseForm reads
	Plain     []byte // the same of text alone, for those who want that
}

// Balance counts an edition's deliveries. At every instant
// Entitled = Sent + Failed + Skipped + Pending.
type Balance struct {
	Entitled int `json:"entitled"` // how many there were at the freeze
	Sent     int `json:"sent"`
	Failed   int `json:"failed"`
	Skipped  int `json:"skipped"`
	Pending  int `json:"pending"`  // queued, in doubt or deferred
	InDoubt  int `json:"in_doubt"` // the part of Pending that may have been sent
}

// Balances reports whether every entitled patron is accounted for.
func (b Balance) Balances() bool { return b.Entitled == b.Sent+b.Failed+b.Skipped+b.Pending }

// String is the proof in one line: "25 entitled = 24 sent + 1 failed + 0 skipped + 0 pending".
func (b Balance) String() string {
	s := fmt.Sprintf("%d entitled = %d sent + %d failed + %d skipped + %d pending",
		b.Entitled, b.Sent, b.Failed, b.Skipped, b.Pending)
	if b.InDoubt > 0 {
		s += fmt.Sprintf(" (%d in doubt)", b.InDoubt)
	}
	return s
}
