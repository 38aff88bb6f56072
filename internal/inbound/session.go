package inbound

import (
	"cmp"
	"context"
	"errors"
	"io"
	"sync"

	"github.com/emersion/go-smtp"

	"marquee/internal/bounce"
)

// session is one conversation: what go-smtp asks. With BDAT it asks for Data
// from a goroutine of its own.
type session struct {
	server *Server
	ctx    context.Context //nolint:containedctx // go-smtp hands over none; it is that of the server's work
	conn   *conn

	mu       sync.Mutex
	noSender bool
	to       []recipient
}

// recipient is an address as it was given, and what it is for.
type recipient struct {
	address string
	mailbox mailbox
}

// Mail begins a mail. Who sends it does not matter, but that somebody does.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noSender = from == ""
	return nil
}

// Rcpt takes addresses with a token of ours, and no other.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	m, err := s.server.cfg.Desk.open(to)
	if err != nil {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such address here"} // RFC 3463 §3.2
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to = append(s.to, recipient{to, m})
	return nil
}

// Data takes a mail for all its recipients: it comes again when it cannot be taken
// for one of them, and is refused when none of them takes it.
func (s *session) Data(r io.Reader) error {
	var failed, refused error
	took := false
	err := s.take(r, func(_ string, err error) {
		switch {
		case err == nil:
			took = true
		case errors.Is(err, errReply):
			refused = err
		default:
			failed = err
		}
	})
	if took {
		refused = nil
	}
	return cmp.Or(err, failed, refused)
}

// LMTPData takes a mail for each of its recipients by itself (RFC 2033 §4.2).
func (s *session) LMTPData(r io.Reader, status smtp.StatusCollector) error {
	return s.take(r, status.SetStatus)
}

// take reads a mail to its end, does what it does for each recipient, and says
// how that went. A mail that was not read to its end does nothing, and the error
// stands for all.
func (s *session) take(r io.Reader, done func(to string, err error)) error {
	s.conn.work(true)
	defer s.conn.work(false)
	s.mu.Lock()
	noSender, to := s.noSender, s.to
	s.mu.Unlock()
	m, err := bounce.Read(r, noSender)
	if err != nil {
		if errors.Is(err, smtp.ErrDataTooLarge) {
			return smtp.ErrDataTooLarge
		}
		return later("The message did not come through")
	}
	for _, rcpt := range to {
		done(rcpt.address, s.deliver(rcpt.mailbox, m))
	}
	return nil
}

func (s *session) deliver(to mailbox, m *bounce.Mail) error {
	ctx, cancel := context.WithTimeout(s.ctx, takeTimeout)
	defer cancel()
	err := to.take(ctx, s.server.cfg.Desk, m)
	if errors.Is(err, ErrReply) { // their own server tells them, and nothing is lost
		return errReply
	}
	if err != nil {
		s.server.cfg.Log.ErrorContext(ctx, "inbound mail not taken", "err", err)
		return later("Not possible just now")
	}
	return nil
}

// errReply is how SMTP says ErrReply.
var errReply = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: ErrReply.Error()}

// later asks the client to come again.
func later(words string) error {
	return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: words}
}

// Reset forgets the mail that was begun. When that is one in chunks, go-smtp's
// goroutine for it may still be about, and could answer for the next mail: so
// there is no next mail in this conversation.
func (s *session) Reset() {
	s.conn.abandon()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noSender, s.to = false, nil
}

// Logout has nothing to let go.
func (s *session) Logout() error { return nil }
