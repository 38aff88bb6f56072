package inbound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"marquee/internal/bounce"
	"marquee/internal/domain"
	"marquee/internal/token"
)

// Store is what mail changes.
type Store interface {
	// SuppressPatron suppresses the patron's address; domain.ErrNotFound when
	// there is no such patron. Suppressing twice keeps the first date and reason,
	// except that what people asked for themselves counts more than a bounce.
	SuppressPatron(ctx context.Context, id domain.PatronID, reason domain.SuppressionReason) error
}

// Bounces take what came back of letters. What was taken is durable.
type Bounces interface {
	Take(ctx context.Context, b domain.Bounce, key string) error
}

// Desk takes mail, whichever way it comes in. What a mail does is durable when it
// is taken, and taking it again does nothing more.
type Desk struct {
	cfg     DeskConfig
	address address
}

// DeskConfig is what a Desk needs.
type DeskConfig struct {
	Address string // mail comes to it with +TOKEN before the @
	Mint    *token.Mint
	Store   Store
	Bounces Bounces
	Log     *slog.Logger
}

// NewDesk returns the desk of an address; domain.ErrInvalid when it is none.
func NewDesk(cfg DeskConfig) (*Desk, error) {
	a, err := parseAddress(cfg.Address)
	if err != nil {
		return nil, err
	}
	return &Desk{cfg: cfg, address: a}, nil
}

// ErrReply says that a mail is somebody's answer: it came to an address that
// takes none.
var ErrReply = errors.New("this address takes no answers: write to the address that the letter came from")

// Take takes a mail that came without an envelope, as MTAs leave it in folders and
// hand it to programs: to a recipient, or when that is not known ("") to whom the
// mail itself names. domain.ErrNotFound when that is no address of ours, ErrReply
// when it is somebody's answer; after any other error the mail must come again.
func (d *Desk) Take(ctx context.Context, r io.Reader, sender, recipient string) error {
	m, err := bounce.Read(r, sender == "<>")
	if err != nil {
		return err
	}
	to, err := d.find(m, recipient)
	if err != nil {
		return err
	}
	return to.take(ctx, d, m)
}

// find is the mailbox that a mail is for.
func (d *Desk) find(m *bounce.Mail, recipient string) (mailbox, error) {
	candidates := m.Addresses()
	if recipient != "" {
		candidates = append([]string{recipient}, candidates...)
	}
	for _, c := range candidates {
		if box, err := d.open(c); err == nil {
			return box, nil
		}
	}
	return nil, fmt.Errorf("no address of ours: %w", domain.ErrNotFound)
}
