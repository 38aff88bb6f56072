package delivery

import (
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"marquee/internal/domain"
	"marquee/internal/mail"
)

// The classes of failures and deferrals.
const (
	ClassAddress = "address" // the mailbox is not there: about the person
	ClassPolicy  = "policy"  // the sender is not welcome: about us
	ClassRefused = "refused" // refused for good for any other reason
	ClassNetwork = "network" // no answer
	ClassServer  = "server"  // a temporary answer
	ClassExpired = "expired" // tried until the edition's end of life
	ClassUnknown = "unknown" // the answer was lost twice; it may have arrived
)

// lifetime is how long after its start an edition is tried (RFC 5321 §4.5.4.1
// asks for days; a weekly letter is stale after three).
const lifetime = 72 * time.Hour

// pauses are the waits after the first, second, … attempt; the last repeats.
func pauses() []time.Duration {
	return []time.Duration{
		5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour,
	}
}

// judge turns a hand-over's error, nil for success, into what the ledger
// records. Only the refusal of a person's address, or the end of the edition's
// life, ends a delivery without success.
func judge(c Claim, err error, started, now time.Time) Outcome {
	o := Outcome{Patron: c.Patron, State: domain.Sent}
	if err == nil {
		return o
	}
	o.Reason = reason(err)
	switch mail.OutcomeOf(err) {
	case mail.Withheld:
		o.State = domain.Queued
		return o
	case mail.Unknown:
		return judgeUnknown(o, c)
	case mail.Rejected:
		o.Class = classOf(err)
		if o.Class != ClassPolicy {
			o.State = domain.Failed
			return o
		}
	case mail.Deferred:
		o.Class = classOf(err)
	}
	return postpone(o, c.Attempts, started, now)
}

// judgeUnknown lets a lost answer be asked for once more, with the same
// Message-ID; a second loss ends it, so that nobody gets a third copy.
func judgeUnknown(o Outcome, c Claim) Outcome {
	o.Class = ClassUnknown
	o.State = domain.InDoubt
	if c.Doubtful {
		o.State = domain.Failed
	}
	return o
}

// postpone sets the next attempt, with jitter so that a thousand deferred
// copies do not come back in one second; past the edition's life it fails.
func postpone(o Outcome, attempts int, started, now time.Time) Outcome {
	waits := pauses()
	wait := waits[min(attempts, len(waits)-1)]
	wait += rand.N(wait / 4) //nolint:gosec // jitter is no secret
	o.State, o.NextAt = domain.Deferred, now.Add(wait)
	if o.NextAt.After(started.Add(lifetime)) {
		o.State, o.NextAt, o.Class = domain.Failed, time.Time{}, ClassExpired
	}
	return o
}

// classOf reads the enhanced status (RFC 3463 §3), which tells a person's fault
// from ours.
func classOf(err error) string {
	var sent *mail.SendError
	if !errors.As(err, &sent) || sent.Code == 0 {
		return ClassNetwork
	}
	_, detail, _ := strings.Cut(sent.Enhanced, ".")
	switch {
	case strings.HasPrefix(detail, "7."):
		return ClassPolicy
	case sent.Code < 500:
		return ClassServer
	case strings.HasPrefix(detail, "1."), strings.HasPrefix(detail, "2."):
		return ClassAddress
	}
	return ClassRefused
}

// reason is the error for the ledger: short, and without the addresses that a
// server's words may repeat (transports take those out).
func reason(err error) string {
	const most = 300
	text := strings.ToValidUTF8(err.Error(), "")
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return text
}
