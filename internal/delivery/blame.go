package delivery

import (
	"context"

	"marquee/internal/mail"
)

// serviceNotAvailable is the reply with which a server ends a connection
// (RFC 5321 §3.8).
const serviceNotAvailable = 421

// blame finds out whether a refusal is about anything but the person in hand, and
// draws the conclusion for the destination that it is about. It reports whether
// the person was not spoken of at all, so that their letter stays where it was.
func (r *run) blame(ctx context.Context, c *connection, claim Claim, err error) (innocent bool) {
	sent, class := sendError(err), classOf(err)
	relay := c.relay.destination()
	switch {
	case sent.Outcome == mail.Unknown:
	case sent.Code == serviceNotAvailable:
		r.interrupted(ctx, c, err)
		return sent.Command == "MAIL"
	case sent.Command == "MAIL" && class == ClassPolicy:
		r.paces.refuse(ctx, relay, reason(err))
		r.blamed(err)
		return true
	case sent.Command == "MAIL" && class == ClassServer:
		r.paces.slow(ctx, relay, reason(err))
		r.blamed(err)
		return true
	case class == ClassPolicy && r.domains.refused(domainOf(claim.Email), sent.Enhanced):
		r.paces.refuse(ctx, domainOf(claim.Email), reason(err))
	}
	return false
}

// blamed notes the trouble with a relay, which is why the run may end.
func (r *run) blamed(why error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trouble = why
}

// interrupted is a 421. After some messages it only says how many the relay
// takes on one connection, and beside others that it bears no more; else it asks
// for patience.
func (r *run) interrupted(ctx context.Context, c *connection, err error) {
	if c.carried > 0 {
		c.relays.learn(c.relay, c.carried)
		return
	}
	if !c.relays.crowd(c.relay) {
		r.paces.slow(ctx, c.relay.destination(), reason(err))
		r.blamed(err)
	}
}
