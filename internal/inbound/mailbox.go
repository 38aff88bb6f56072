package inbound

import (
	"context"
	"errors"

	"marquee/internal/domain"
	"marquee/internal/token"
)

// mailbox is what an address of ours is for.
type mailbox interface {
	// take does what a mail does that came to the address. When it returns nil
	// the effect is durable; mail for which it fails will come again, so that the
	// same mail twice must do what it does once.
	take(ctx context.Context, s *Server, l letter) error
}

// open finds the mailbox of a recipient, or is domain.ErrNotFound.
func (s *Server) open(recipient string) (mailbox, error) {
	text, ok := s.address.token(recipient)
	if !ok {
		return nil, domain.ErrNotFound
	}
	if edition, patron, err := s.cfg.Mint.OpenReturn(text); err == nil {
		return bounces{edition, patron}, nil
	}
	patron, err := s.cfg.Mint.OpenMailbox(token.Unsubscribe, text)
	if err != nil {
		return nil, err
	}
	return unsubscriptions{patron}, nil
}

// unsubscriptions is the address in a letter's List-Unsubscribe field
// (RFC 2369 §3.2). Whoever writes there, from whatever address and under
// whatever subject, unsubscribes its patron: nobody else knows the address.
type unsubscriptions struct{ patron domain.PatronID }

func (u unsubscriptions) take(ctx context.Context, s *Server, l letter) error {
	if why := l.unasked(); why != "" {
		s.cfg.Log.InfoContext(ctx, "mail did not unsubscribe", "patron", u.patron, "reason", why)
		return nil
	}
	err := s.cfg.Store.SuppressPatron(ctx, u.patron, domain.Unsubscribed)
	if errors.Is(err, domain.ErrNotFound) { // gone already, and gets no letters
		return nil
	}
	if err == nil {
		s.cfg.Log.InfoContext(ctx, "patron unsubscribed by mail", "patron", u.patron)
	}
	return err
}

// bounces is the return path of one letter. That something came back is written
// into the log; what it says about the patron's address is nobody's business yet.
type bounces struct {
	edition domain.EditionID
	patron  domain.PatronID
}

func (b bounces) take(ctx context.Context, s *Server, _ letter) error {
	s.cfg.Log.InfoContext(ctx, "bounce received", "edition", b.edition, "patron", b.patron)
	return nil
}
