// Package mail composes letters once for an audience, stamps them for each
// patron, and says what a transport is. Transports are packages below this one
// and pass mailtest.
package mail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Message is one stamped mail for one recipient.
type Message struct {
	From string // envelope sender, an address in ASCII; where bounces go
	To   string // envelope recipient, an address
	// UTF8 says that To cannot be written in ASCII: only a server that offers
	// SMTPUTF8 can take the message (RFC 6531 §3.4).
	UTF8 bool
	// Content is the whole message in pieces that follow each other: CRLF line
	// ends, and no line starts with a dot, so that the bytes are the same under
	// DATA and under BDAT. Messages share pieces: nobody may write to them.
	Content [][]byte
}

// Size is the message's length in bytes, as RFC 1870 §3 counts it.
func (m Message) Size() int {
	size := 0
	for _, piece := range m.Content {
		size += len(piece)
	}
	return size
}

// Begin is asked before the first message of a window is completed: which of
// the window may be? Its answer is as long as the window. When it fails, none
// may be. A nil Begin lets all through.
type Begin func(ctx context.Context) ([]bool, error)

// Freshness is how long the answer of Begin counts: whoever unsubscribes meanwhile
// may still get a letter.
const Freshness = 500 * time.Millisecond

// Ask asks b about a window of n messages.
func (b Begin) Ask(ctx context.Context, n int) ([]bool, error) {
	if b == nil {
		return slices.Repeat([]bool{true}, n), nil
	}
	let, err := b(ctx)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	if len(let) != n {
		return nil, fmt.Errorf("begin: an answer for %d messages of %d", len(let), n)
	}
	return let, nil
}

// Transport opens sessions to the next server.
type Transport interface {
	// Open connects. Its errors are *SendError with Outcome Deferred or Rejected.
	Open(ctx context.Context) (Session, error)
}

// Session hands over messages, one window after another. It is used by one
// goroutine.
type Session interface {
	// Send hands over a window of messages in their order, as many at once as the
	// server bears, and says what became of each: nil means that the next server
	// took responsibility, anything else is a *SendError. Its answer is as long
	// as the window. begin is called at most once, as late as can be: when the
	// first message lacks nothing but its end, or is known to be taken up. A
	// message that begin does not let through is Withheld, and so is every one
	// that was not begun because the session ended before, or that could not be
	// completed within Freshness of begin's answer. When ctx ends, what
	// has not been completed is given up, and so Withheld too; what has been is
	// waited for a while.
	Send(ctx context.Context, window []Message, begin Begin) []error
	// Usable reports whether the session can take another window.
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
	// Withheld: nothing of it was completed, and no answer was about it: begin
	// kept it back, or the session ended before its turn. It is no attempt.
	Withheld
)

// SendError is an unsuccessful hand-over.
type SendError struct {
	Outcome  Outcome
	Command  string // what was refused or got no answer: "connect", "AUTH", "MAIL", "RCPT", "DATA", "BDAT", "dot" or "RSET"; empty when unknown
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
