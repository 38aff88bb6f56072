package smtp

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"marquee/internal/mail"
)

// session is one connection with the server. One goroutine carries it; only cut
// and giveUp may be called by others.
type session struct {
	client *smtp.Client
	conn   net.Conn // below client, to be cut
	offers offers
	limits limits
	log    *slog.Logger

	in  replyReader
	out *outbox

	usable  bool
	proven  bool         // the server has taken a message
	open    bool         // the server may hold a transaction that only RSET ends
	asked   int          // commands in out
	owed    int          // replies to what was handed over
	awaited atomic.Int64 // messages whose end was handed over, and not answered
	dotless dotless
	letters []letter // of the window before, to be used again
}

// offers are the extensions that a server offers, as far as they matter here.
type offers struct {
	pipelining bool // RFC 2920
	chunking   bool // RFC 3030
	size       bool // RFC 1870
	utf8       bool // RFC 6531, which demands 8BITMIME (RFC 6152) too
}

func newSession(client *smtp.Client, conn net.Conn, l limits, log *slog.Logger) *session {
	offered := func(extension string) bool {
		ok, _ := client.Extension(extension)
		return ok
	}
	var out stream = clearStream{conn}
	if _, err := client.GetTLSConnectionState(); err == nil {
		out = newTLSStream(client.Text.W)
	}
	return &session{
		client: client, conn: conn, limits: l, log: log, usable: true,
		in: replyReader{Reader: client.Text.R}, out: &outbox{stream: out},
		offers: offers{
			pipelining: offered("PIPELINING"), chunking: offered("CHUNKING"), size: offered("SIZE"),
			utf8: offered("SMTPUTF8") && offered("8BITMIME"),
		},
	}
}

// errOver is for sessions that cannot be used any more.
var errOver = errors.New("the session is over")

// Send hands over a window, as mail.Session says. When ctx ends before any
// message is complete the connection is cut; afterwards the server is given a
// while more to answer, since without its answer nobody knows.
func (s *session) Send(ctx context.Context, messages []mail.Message, begin mail.Begin) []error {
	w := newWindow(s, messages, begin)
	defer w.release()
	switch {
	case ctx.Err() != nil:
		w.withholdRest(ctx.Err())
	case !s.usable:
		w.withholdRest(errOver)
	default:
		stop := context.AfterFunc(ctx, s.giveUp)
		err := w.hand(ctx)
		if !stop() {
			s.usable = false // giveUp may yet cut it
		}
		w.conclude(ctx, err)
	}
	return w.outcomes()
}

// Usable reports whether the session can take another window.
func (s *session) Usable() bool { return s.usable }

// Close says goodbye if the server still listens, and hangs up. It always
// succeeds: whether a server answers QUIT changes nothing.
func (s *session) Close() error {
	if s.usable {
		s.say(quit)
		err := s.flush(context.Background()) // bounded by its own limit
		if err == nil {
			_, err = s.hear(s.limits.of(quit))
		}
		if err != nil {
			s.log.Debug("quit went unanswered", "err", cause(err))
		}
	}
	s.drop()
	return nil
}

// flush hands over what was said, as long as ctx has not ended. A server that
// has spoken unasked is out of step.
func (s *session) flush(ctx context.Context) error {
	if s.owed == 0 && s.in.Buffered() > 0 {
		return errNonsense
	}
	s.owed, s.asked = s.owed+s.asked, 0
	return s.out.flush(func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return s.client.UpdateDeadline(s.limits.block)
	})
}

// hear awaits the reply to a command that was handed over.
func (s *session) hear(limit time.Duration) (reply, error) {
	s.owed--
	if !s.in.ready() {
		if err := s.client.UpdateDeadline(limit); err != nil {
			return reply{}, err
		}
	}
	return s.in.next()
}

// giveUp is for when the context has ended: nothing more is said, and the server
// is waited for only while complete messages lack their answer, and not long.
func (s *session) giveUp() {
	if s.awaited.Load() == 0 {
		s.cut()
		return
	}
	_ = s.conn.SetWriteDeadline(time.Unix(1, 0)) // if it fails, cut is left
	time.AfterFunc(s.limits.parting, s.cut)
}

// drop ends the session without a word.
func (s *session) drop() {
	s.usable = false
	s.cut()
}

// cut closes the connection, at any time and from any goroutine.
func (s *session) cut() { hangUp(s.conn) }
