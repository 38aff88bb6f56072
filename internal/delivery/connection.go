package delivery

import (
	"context"
	"errors"
	"fmt"

	"marquee/internal/domain"
	"marquee/internal/mail"
)

// connection hands over claims through one session after another.
type connection struct {
	*run
	session mail.Session // nil before the first
}

// serve takes claims as long as the turn lasts and there are any. It has a
// session before it takes one: a server that does not answer keeps no claim
// from the other connections. When ctx ends, what is before its final dot is
// cut off. Its error means that nothing more may be started: the ledger cannot
// be written, or the edition cannot be printed.
func (c *connection) serve(ctx, turn context.Context, p *pool) error {
	defer c.hangUp()
	for turn.Err() == nil {
		err := c.ready(turn)
		switch {
		case err != nil && errors.Is(turn.Err(), context.Canceled): // nobody needs it any more
			return nil
		case err != nil:
			p.retire(ctx, err)
			return nil
		}
		claim, open := <-p.claims
		if !open {
			return nil
		}
		if err := c.deliver(ctx, claim); err != nil {
			return err
		}
	}
	return nil
}

// ready opens a session unless there is a usable one.
func (c *connection) ready(ctx context.Context) (err error) {
	if c.session != nil && c.session.Usable() {
		return nil
	}
	c.hangUp()
	c.session, err = c.cfg.Transport.Open(ctx)
	return err
}

// hangUp closes the session; what the other side says to that changes nothing.
func (c *connection) hangUp() {
	if c.session != nil {
		_ = c.session.Close() // every message has its outcome by now
		c.session = nil
	}
}

// deliver hands one copy over and records what came of it.
func (c *connection) deliver(ctx context.Context, claim Claim) error {
	message, err := c.press.print(claim)
	var theirs *mail.StampError
	switch {
	case errors.As(err, &theirs): // such as an address that is none: the others go on
		return c.settle(ctx, Outcome{Patron: claim.Patron, State: domain.Failed, Class: theirs.Class, Reason: reason(err)})
	case err != nil: // about the edition: it would be the same for everybody
		return fmt.Errorf("print: %w", err)
	}
	message.Commit = func(ctx context.Context) error { return c.book.doubt(ctx, claim) }
	err = c.session.Send(ctx, message)
	switch outcome := mail.OutcomeOf(err); {
	case err == nil, outcome == mail.Unknown: // something to record, whatever became of ctx
	case ctx.Err() != nil && errors.Is(err, ctx.Err()): // we cut it off: it goes back with the lease
		return nil
	case errors.Is(err, errChanged):
		return nil
	case outcome == mail.Withheld:
		return fmt.Errorf("mark in doubt: %w", err)
	}
	return c.settle(ctx, judge(claim, err, c.press.edition.Started, c.cfg.Now()))
}

func (c *connection) settle(ctx context.Context, o Outcome) error {
	if err := c.book.settle(ctx, o); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	c.tally.add(o.State)
	if o.State == domain.Failed || o.Class == ClassPolicy {
		c.cfg.Log.WarnContext(ctx, "delivery refused",
			"edition", c.lease.Edition, "patron", o.Patron, "class", o.Class, "reason", o.Reason)
	}
	return nil
}
