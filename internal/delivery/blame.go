package delivery

import (
	"context"

	"marquee/internal/mail"
)

// serviceNotAvailable is the reply with which a server ends a connection
// (RFC 5321 §3.8).
const serviceNotAvailable = 421

// blame finds out whether a refusal is about anything but the letter in hand,
// and lets the destination that it is about rest. It reports whether the letter
// itself was not judged, so that it stays where it was.
func (r *run) blame(ctx context.Context, c *connection, claim Claim, err error) (innocent bool) {
	sent := sendError(err)
	if sent.Outcome == mail.Unknown {
		return false
	}
	switch about, class := c.relay.destination(), classOf(err); {
	case sent.Code == serviceNotAvailable:
		r.interrupted(ctx, c, err)
		return true
	case sent.Command == "MAIL" && class == ClassPolicy:
		r.paces.refuse(ctx, about, reason(err))
		return true
	case sent.Command == "MAIL" && class == ClassServer: // nobody was spoken of yet
		r.paces.slow(ctx, about, reason(err))
		return true
	case class == ClassPolicy:
		r.paces.refuse(ctx, domainOf(claim.Email), reason(err))
	}
	return false
}

// interrupted is a 421. After some messages it only says how many the relay
// takes on one connection; else it asks for patience.
func (r *run) interrupted(ctx context.Context, c *connection, err error) {
	if c.carried > 0 {
		c.relays.learn(c.relay, c.carried)
		return
	}
	r.paces.slow(ctx, c.relay.destination(), reason(err))
}
