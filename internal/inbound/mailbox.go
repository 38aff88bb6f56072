package inbound

import (
	"context"
	"errors"

	"marquee/internal/bounce"
	"marquee/internal/domain"
	"marquee/internal/token"
)

// mailbox is what an address of ours is for.
type mailbox interface {
	// take does what a mail does that came to the address. When it returns nil
	// the effect is durable; mail for which it fails will come again, so that the
	// same mail twice must do what it does once. ErrReply refuses an answer.
	take(ctx context.Context, d *Desk, m *bounce.Mail) error
}

// open finds the mailbox of a recipient, or is domain.ErrNotFound.
func (d *Desk) open(recipient string) (mailbox, error) {
	text, ok := d.address.token(recipient)
	if !ok {
		return nil, domain.ErrNotFound
	}
	if edition, patron, err := d.cfg.Mint.OpenReturn(text); err == nil {
		return returns{edition, patron}, nil
	}
	patron, err := d.cfg.Mint.OpenMailbox(token.Unsubscribe, text)
	if err != nil {
		return nil, err
	}
	return unsubscriptions{patron}, nil
}

// unsubscriptions is the address in a letter's List-Unsubscribe field
// (RFC 2369 §3.2). Whoever writes there, from whatever address and under
// whatever subject, unsubscribes its patron: nobody else knows the address.
type unsubscriptions struct{ patron domain.PatronID }

func (u unsubscriptions) take(ctx context.Context, d *Desk, m *bounce.Mail) error {
	if why := m.Unasked(); why != "" {
		d.cfg.Log.InfoContext(ctx, "mail did not unsubscribe", "patron", u.patron, "reason", why)
		return nil
	}
	if v := m.Verdict(); v.Sort == bounce.Complaint {
		return d.cfg.Bounces.Take(ctx, fact(v, 0, u.patron), "")
	}
	return d.unsubscribe(ctx, u.patron)
}

// unsubscribe suppresses an address at its owner's wish.
func (d *Desk) unsubscribe(ctx context.Context, patron domain.PatronID) error {
	err := d.cfg.Store.SuppressPatron(ctx, patron, domain.Unsubscribed)
	if errors.Is(err, domain.ErrNotFound) { // gone already, and gets no letters
		return nil
	}
	if err == nil {
		d.cfg.Log.InfoContext(ctx, "patron unsubscribed by mail", "patron", patron)
	}
	return err
}

// returns is the return path of one letter.
type returns struct {
	edition domain.EditionID
	patron  domain.PatronID
}

func (r returns) take(ctx context.Context, d *Desk, m *bounce.Mail) error {
	v := m.Verdict()
	switch v.Sort {
	case bounce.Failure, bounce.Complaint:
		return d.cfg.Bounces.Take(ctx, fact(v, r.edition, r.patron), "")
	case bounce.Leave:
		return d.unsubscribe(ctx, r.patron)
	case bounce.Reply:
		return ErrReply
	case bounce.Delay, bounce.AutoReply, bounce.Other:
	}
	d.cfg.Log.InfoContext(ctx, "mail came back and means nothing", "edition", r.edition, "patron", r.patron, "sort", string(v.Sort))
	return nil
}

// fact is what a mail means, as it is kept.
func fact(v bounce.Verdict, e domain.EditionID, p domain.PatronID) domain.Bounce {
	return domain.Bounce{Patron: p, Edition: e, Class: v.Class, Status: v.Status, Reason: v.Reason, Way: domain.BounceMail}
}
