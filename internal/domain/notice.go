package domain

import (
	"net/mail"
	"time"
)

// NoticeID names a notice within one installation. It is never reused.
type NoticeID int64

// NoticeKind says what a notice is about. It names the template of its words,
// notice_KIND.txt.tmpl.
type NoticeKind string

// The kinds.
const (
	NoticeFrozen    NoticeKind = "frozen"    // an edition waits for its time
	NoticeHeld      NoticeKind = "held"      // an edition was kept from going out
	NoticeSkipped   NoticeKind = "skipped"   // a slot has no edition
	NoticeMissed    NoticeKind = "missed"    // slots passed without an edition
	NoticeWithdrawn NoticeKind = "withdrawn" // an edition is held for a piece that was withdrawn
	NoticePaused    NoticeKind = "paused"    // a destination does not want our mail and gets none for a while
	NoticeBraked    NoticeKind = "braked"    // a roster's listing was not believed
	NoticeClock     NoticeKind = "clock"     // the machine's clock is not believed
	NoticeItems     NoticeKind = "items"     // pieces came back as new and are held out of editions

	NoticeLinks   NoticeKind = "links"   // to a patron: the addresses of their own pages
	NoticeConfirm NoticeKind = "confirm" // to somebody who signed up: was it you?
	NoticeFeeds   NoticeKind = "feeds"   // to a patron: the addresses of their own feeds
)

// NoticeKinds lists every kind.
func NoticeKinds() []NoticeKind {
	return []NoticeKind{
		NoticeFrozen, NoticeHeld, NoticeSkipped, NoticeMissed, NoticeWithdrawn, NoticePaused, NoticeBraked, NoticeClock, NoticeItems,
		NoticeLinks, NoticeConfirm, NoticeFeeds,
	}
}

// Secret reports whether a notice's words are a secret that is kept nowhere: they
// are forgotten as soon as it needs no more attempts.
func (k NoticeKind) Secret() bool { return k == NoticeFeeds }

// NoticeState is where a notice stands.
type NoticeState string

// The states. Sent and failed are final.
const (
	NoticeQueued NoticeState = "queued" // to be handed over, for the first time or again
	NoticeSent   NoticeState = "sent"   // the next server took responsibility
	NoticeFailed NoticeState = "failed" // refused for good; Reason tells
)

// Notice is one service mail to one person: unique by kind and key, and in no
// edition's balance. Its words never change.
type Notice struct {
	ID      NoticeID
	Kind    NoticeKind
	Key     string // what it is about, such as an edition's slug
	To      mail.Address
	Subject string
	Text    string
	HTML    string // says what Text says; empty for a notice of text alone

	State    NoticeState
	Attempts int       // to hand it over, of which the outcome is known
	Doubts   int       // copies that may have arrived: no answer to them was heard
	Reason   string    // why it was not taken at the last attempt; without addresses
	Created  time.Time // its Date
	Changed  time.Time
}
