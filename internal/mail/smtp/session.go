package smtp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/textproto"
	"slices"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"marquee/internal/mail"
)

// blockSize is how much of a message goes out under one deadline.
const blockSize = 64 << 10

// session is one connection with the server.
type session struct {
	client *smtp.Client
	conn   net.Conn // below client
	limits limits
	log    *slog.Logger

	usable  bool
	begun   bool   // the server holds a transaction that only RSET ends
	private string // the person the exchange is about, kept out of errors
}

// Send hands over one message, as mail.Session says. When ctx ends before the
// message's last dot the connection is cut; after the dot the server is given
// a while more to answer, since without its answer nobody knows.
func (s *session) Send(ctx context.Context, m mail.Message) error {
	if !s.usable {
		return &mail.SendError{Outcome: mail.Deferred, Err: errors.New("the session is over")}
	}
	e, err := newEnvelope(m)
	if err != nil {
		return err
	}
	s.private = m.To
	stop := context.AfterFunc(ctx, s.cut)
	w, err := s.transfer(e, m.Data)
	if !stop() {
		s.drop()
		if codeOf(err) == 0 {
			err = &mail.SendError{Outcome: mail.Deferred, Err: ctx.Err()}
		}
	}
	if err != nil {
		return err
	}
	if m.Commit != nil {
		if err := m.Commit(ctx); err != nil {
			s.drop() // anything politer would first end the message with a dot
			return &mail.SendError{Outcome: mail.Withheld, Err: fmt.Errorf("commit: %w", err)}
		}
	}
	return s.finish(ctx, w)
}

// envelope is a message's, as commands hold it.
type envelope struct {
	from, to string // in angle brackets
	size     int
}

func newEnvelope(m mail.Message) (envelope, error) {
	from, err := mail.Mailbox(m.From)
	if err != nil {
		return envelope{}, &mail.SendError{Outcome: mail.Rejected, Err: fmt.Errorf("sender: %w", err)}
	}
	to, err := mail.Mailbox(m.To)
	if err != nil {
		return envelope{}, &mail.SendError{Outcome: mail.Rejected, Enhanced: "5.1.3", Err: fmt.Errorf("recipient: %w", err)}
	}
	return envelope{"<" + from + ">", "<" + to + ">", len(m.Data)}, nil
}

// transfer does everything up to the final dot, which closing the writer sends.
func (s *session) transfer(e envelope, data []byte) (io.Closer, error) {
	if s.begun {
		if err := s.ask("RSET", s.limits.command, s.client.Reset); err != nil {
			return nil, err
		}
		s.begun = false
	}
	sender := e.from
	if ok, _ := s.client.Extension("SIZE"); ok {
		sender += fmt.Sprintf(" SIZE=%d", e.size) // RFC 1870 §6; go-mail knows no parameters
	}
	if err := s.ask("MAIL", s.limits.command, func() error { return s.client.Mail(sender) }); err != nil {
		return nil, err
	}
	s.begun = true
	if err := s.ask("RCPT", s.limits.command, func() error { return s.client.Rcpt(e.to) }); err != nil {
		return nil, err
	}
	var w io.WriteCloser
	err := s.ask("DATA", s.limits.data, func() (err error) {
		w, err = s.client.Data()
		return err
	})
	if err != nil {
		return nil, err
	}
	return w, s.write(w, data)
}

// write sends the message, dot-stuffed by w, and lets nothing linger in buffers.
func (s *session) write(w io.Writer, data []byte) error {
	for block := range slices.Chunk(data, blockSize) {
		err := s.ask("message", s.limits.block, func() error {
			_, err := w.Write(block)
			return err
		})
		if err != nil {
			return err
		}
	}
	return s.ask("message", s.limits.block, s.client.Text.W.Flush)
}

// finish sends the dot and reads the answer, the only one that counts.
func (s *session) finish(ctx context.Context, w io.Closer) error {
	if err := s.client.UpdateDeadline(s.limits.dot); err != nil {
		return s.judge("final dot", err)
	}
	s.begun = false
	defer s.part(ctx)()
	err := w.Close()
	if err == nil {
		return nil
	}
	var reply *textproto.Error
	if !errors.As(err, &reply) {
		return s.lost(mail.Unknown, "final dot", err)
	}
	switch reply.Code / 100 {
	case 2: // only 250 is foreseen; all of 2yz is success (RFC 5321 §4.2.1)
		return nil
	case 4, 5:
		return s.judge("final dot", err)
	}
	return s.lost(mail.Unknown, "final dot", errNonsense)
}

// part cuts the connection a while after ctx has ended. The function it returns
// calls that off.
func (s *session) part(ctx context.Context) func() {
	answered := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(s.limits.parting)
		defer timer.Stop()
		select {
		case <-timer.C:
			s.cut()
		case <-answered:
		}
	})
	return func() {
		stop()
		close(answered)
	}
}

// ask sends one command within its limit and judges the reply.
func (s *session) ask(verb string, limit time.Duration, command func() error) error {
	err := s.client.UpdateDeadline(limit)
	if err == nil {
		err = command()
	}
	if err != nil {
		return s.judge(verb, err)
	}
	return nil
}

// Usable reports whether the session can take another message.
func (s *session) Usable() bool { return s.usable }

// Close says goodbye if the server still listens, and hangs up. It always
// succeeds: whether a server answers QUIT changes nothing.
func (s *session) Close() error {
	if s.usable {
		if err := s.ask("QUIT", s.limits.quit, s.client.Quit); err != nil {
			s.log.Debug("quit went unanswered", "err", err)
		}
	}
	s.drop()
	return nil
}

// drop ends the session without a word.
func (s *session) drop() {
	s.usable = false
	s.cut()
}

// cut closes the connection, at any time and from any goroutine.
func (s *session) cut() {
	if s.conn != nil {
		_ = s.conn.Close() // closed already, or beyond help
	}
}
