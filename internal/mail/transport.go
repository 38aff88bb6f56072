// Package mail composes letters once for an audience, stamps them for each
// patron, and says what a transport is. Transports are packages below this one
// and pass mailtest.
package mail

import (
	"context"
	"errors"
	"fmt"
)

// Message is one stamped mail for one recipient.
type Message struct {
	From string // envelope sender, an address
	To   string // envelope recipient, an address
	Data []byte // the whole message, CRLF line ends, not dot-stuffed
	// Commit is called once, when all but the final dot has been written: after
	// it the message may arrive. When it fails the message must not be
	// completed, and Send returns its error wrapped. It may be nil.
	Commit func(context.Context) error
}

// Transport opens sessions to the next server.
type Transport interface {
	// Open connects. Its errors are *SendError with Outcome Deferred or Rejected.
	Open(ctx context.Context) (Session, error)
}

// Session hands over messages one after another. It is used by one goroutine.
type Session interface {
	// Send hands over one message. nil means that the next server took
	// responsibility. Any other outcome is a *SendError. After an error the
	// session may be used again only if Usable reports so.
	Send(ctx context.Context, m Message) error
	Usable() bool
	// Close ends the session politely.
	Close() error
}

// Outcome says what an unsuccessful hand-over means.
type Outcome int

// The outcomes.
const (
	// Deferred: nothing was taken; try again later (4xx, or the network before the dot).
	Deferred Outcome = iota
	// Rejected: refused for good (5xx).
	Rejected
	// Unknown: the connection was lost after the final dot; it may have been taken.
	Unknown
	// Withheld: Message.Commit refused; nothing was taken.
	Withheld
)

// SendError is an unsuccessful hand-over.
type SendError struct {
	Outcome  Outcome
	Code     int    // reply code, 0 without one
	Enhanced string // RFC 3463 status, "5.1.1"; may be empty
	Err      error
}

func (e *SendError) Error() string {
	if e.Code == 0 {
		return fmt.Sprintf("hand over: %v", e.Err)
	}
	if e.Enhanced == "" {
		return fmt.Sprintf("hand over: %d: %v", e.Code, e.Err)
	}
	return fmt.Sprintf("hand over: %d %s: %v", e.Code, e.Enhanced, e.Err)
}

func (e *SendError) Unwrap() error { return e.Err }

// OutcomeOf is the outcome of err: Deferred for errors that say nothing of it.
func OutcomeOf(err error) Outcome {
	if sent, ok := errors.AsType[*SendError](err); ok {
		return sent.Outcome
	}
	return Deferred
}
