package smtp

import (
	"time"

	"marquee/internal/mail"
)

// Hurry makes all sessions of a transport wait no longer than d for anything.
func Hurry(t mail.Transport, d time.Duration) {
	transport, ok := t.(*Transport)
	if !ok {
		panic("not an SMTP transport")
	}
	transport.limits = limits{command: d, data: d, block: d, dot: d, parting: d, quit: d}
}

// HurryParting is Hurry for the time after the context has ended alone.
func HurryParting(t mail.Transport, d time.Duration) {
	transport, ok := t.(*Transport)
	if !ok {
		panic("not an SMTP transport")
	}
	transport.limits.parting = d
}

// Limits are the default limits, by what they are for.
func Limits() map[string]time.Duration {
	l := patience()
	return map[string]time.Duration{
		"greeting": time.Duration(defaults().Timeout), "command": l.command, "data": l.data, "block": l.block, "dot": l.dot,
	}
}

var (
	Redact      = redact
	SplitStatus = splitStatus
)
