package delivery

import (
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"marquee/internal/bounce"
	"marquee/internal/domain"
	"marquee/internal/mail"
)

// The classes of failures and deferrals.
const (
	ClassAddress = mail.ClassAddress // the mailbox is not there: about the person
	ClassPolicy  = "policy"          // the sender is not welcome, or asked wrongly: about us
	ClassRefused = "refused"         // refused for good for any other reason
	ClassNetwork = "network"         // no answer
	ClassServer  = "server"          // a temporary answer
	ClassExpired = "expired"         // tried until the edition's end of life
	ClassUnknown = "unknown"         // the answer was lost; it may have arrived
)

// lifetime is how long after its start an edition is tried (RFC 5321 §4.5.4.1
// asks for days; a weekly letter is stale after three).
const lifetime = 72 * time.Hour

// judge turns a hand-over's error, nil for success, into what the ledger
// records. A delivery fails when the server refuses this person or this letter
// for good, when its answer is lost twice, or when the edition's life ends;
// never for what is about us: that waits until the operator has mended it.
func judge(c Claim, err error, now, end time.Time) Outcome {
	o := Outcome{Patron: c.Patron, State: domain.Sent, Tried: true}
	if err == nil {
		return o
	}
	o.Class, o.Reason = classOf(err), reason(err)
	switch o.Class {
	case ClassAddress, ClassRefused:
		o.State = domain.Failed
		return aboutAddress(o, err)
	case ClassUnknown:
		return lost(o, c, now)
	case ClassServer:
		if o = postpone(o, now.Add(pause(c.Attempts)), end); o.State == domain.Failed {
			return aboutAddress(o, err)
		}
		return o
	}
	return postpone(o, now.Add(pause(c.Attempts)), end)
}

// aboutAddress adds what a final refusal means for the address, in the words of
// those who read bounces. That a server cannot write to it (RFC 6531 §3.5) means
// nothing.
func aboutAddress(o Outcome, err error) Outcome {
	sent := sendError(err)
	if sent.Code == 0 || strings.HasSuffix(sent.Enhanced, ".6.7") {
		return o
	}
	o.Status = sent.Enhanced
	o.Bounce = bounce.Refusal{Code: sent.Code, Status: sent.Enhanced, Text: o.Reason}.Class()
	return o
}

// lost lets a lost answer be asked for once more, with the same Message-ID; a
// second loss ends it, so that no server's silence makes a third copy. A crash
// before is not such a loss: most letters that it left open never went out.
func lost(o Outcome, c Claim, now time.Time) Outcome {
	if c.Lost {
		o.State = domain.Failed
		return o
	}
	o.State, o.NextAt = domain.InDoubt, now.Add(pause(c.Attempts))
	return o
}

// postpone sets the next attempt; past the edition's life the delivery fails.
func postpone(o Outcome, next, end time.Time) Outcome {
	o.State, o.NextAt = domain.Deferred, next
	if next.After(end) {
		o.State, o.NextAt, o.Class = domain.Failed, time.Time{}, ClassExpired
	}
	return o
}

// pause is the wait after an attempt with so many before it, longer by up to a
// quarter so that a thousand deferred copies do not come back in one second.
func pause(attempts int) time.Duration {
	waits := [...]time.Duration{
		5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour,
	}
	wait := waits[min(attempts, len(waits)-1)]
	return wait + rand.N(wait/4) //nolint:gosec // jitter is no secret
}

// sendError is the refusal in err; without one it is a network's.
func sendError(err error) *mail.SendError {
	if sent, ok := errors.AsType[*mail.SendError](err); ok {
		return sent
	}
	return &mail.SendError{Outcome: mail.Deferred, Err: err}
}

// classOf tells a person's fault from ours and from the world's.
func classOf(err error) string {
	sent := sendError(err)
	switch sent.Outcome {
	case mail.Unknown:
		return ClassUnknown
	case mail.Rejected:
		return classOfRefusal(sent)
	case mail.Deferred, mail.Withheld:
	}
	if sent.Code == 0 {
		return ClassNetwork
	}
	return ClassServer
}

// classOfRefusal reads the enhanced status (RFC 3463 §3), and where there is
// none, what was refused with which code.
func classOfRefusal(sent *mail.SendError) string {
	_, detail, _ := strings.Cut(sent.Enhanced, ".")
	subject, _, _ := strings.Cut(detail, ".")
	switch {
	case detail == "6.7": // RFC 6531 §3.5: this server cannot take such an address
		return ClassAddress
	case sent.Command == "connect", sent.Command == "AUTH", sent.Command == "MAIL", // nobody was spoken of yet
		detail == "1.7", detail == "1.8", // the sender's address
		detail == "3.4", subject == "5", subject == "6", subject == "7", // size, protocol, content, and security or policy
		detail == "" && aboutUs(sent.Code):
		return ClassPolicy
	case subject == "1" && detail != "1.0", detail == "2.1": // 1.0 does not say whose address, 2.1 is a closed mailbox
		return ClassAddress
	}
	return classOfWords(sent)
}

// classOfWords reads the words of a refusal whose status says too little.
func classOfWords(sent *mail.SendError) string {
	switch (bounce.Refusal{Code: sent.Code, Status: sent.Enhanced, Text: sent.Err.Error()}).Class() {
	case domain.BounceOurs:
		return ClassPolicy
	case domain.BounceDead:
		return ClassAddress
	default:
		return ClassRefused
	}
}

// aboutUs reports whether a code alone says that the fault is in what we said or
// who we are: the syntax and order of commands (RFC 5321 §4.2.2), a login that is
// missing or refused, or that nobody was asked at all (0).
func aboutUs(code int) bool {
	switch code {
	case 0, 500, 501, 502, 503, 504, 530, 534, 535, 538, 555:
		return true
	}
	return false
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
