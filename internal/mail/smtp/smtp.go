// Package smtp hands mail to the next server over SMTP (RFC 5321), usually an
// operator's relay on its submission port (RFC 6409). go-mail dials, starts TLS
// and authenticates; the transfer is made here, command by command, because
// what a failure means depends on the moment: before the final dot nothing was
// taken, after it nobody knows.
package smtp

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"marquee/internal/config"
	"marquee/internal/mail"
)

// Kind is the transport's entry in the list of kinds.
func Kind() mail.Kind { return mail.Kind{Name: "smtp", New: New} }

// Transport opens sessions with one server.
type Transport struct {
	opts   options
	tls    *tls.Config
	limits limits
	log    *slog.Logger
}

// New checks the options and returns a transport. It connects to nothing yet.
func New(env mail.Env, opts config.Options) (mail.Transport, error) {
	o := defaults()
	if err := opts.Decode(&o); err != nil {
		return nil, err
	}
	if err := o.check(opts); err != nil {
		return nil, err
	}
	cfg, err := o.tlsConfig(opts.Path(o.CA))
	if err != nil {
		return nil, opts.Errorf("ca", "cannot be used: %w", err)
	}
	return &Transport{opts: o, tls: cfg, limits: patience(), log: env.Log}, nil
}

// limits are how long a session waits for the server.
type limits struct {
	command time.Duration // for the replies to MAIL, RCPT and RSET
	data    time.Duration // for the reply to DATA
	block   time.Duration // for a block of the message to go out
	dot     time.Duration // for the reply to the final dot
	parting time.Duration // the same after the context has ended
	quit    time.Duration // for the reply to QUIT
}

// patience are the limits of RFC 5321 §4.5.3.2. The last dot's is the one that
// matters: whoever gives up too early there sends the message twice.
func patience() limits {
	return limits{
		command: 5 * time.Minute,
		data:    2 * time.Minute,
		block:   3 * time.Minute,
		dot:     10 * time.Minute,
		parting: 30 * time.Second,
		quit:    10 * time.Second,
	}
}

// Open connects, starts TLS and authenticates. Its errors are *mail.SendError:
// Rejected when the server refused for good, else Deferred.
func (t *Transport) Open(ctx context.Context) (mail.Session, error) {
	s := &session{usable: true, limits: t.limits, log: t.log, private: t.opts.User}
	stop := func() bool { return true }
	dial := func(dialing context.Context, _, _ string) (net.Conn, error) {
		conn, err := t.dial(dialing)
		if err == nil {
			s.conn = conn
			stop = context.AfterFunc(ctx, s.cut)
		}
		return conn, err
	}
	client, err := gomail.NewClient(t.opts.Host, append(t.opts.client(t.tls), gomail.WithDialContextFunc(dial))...)
	if err == nil {
		s.client, err = client.DialToSMTPClientWithContext(ctx)
	}
	if !stop() {
		err = ctx.Err()
	}
	if err != nil {
		s.cut() // go-mail leaves a connection open that failed after dialing
		return nil, s.judge("connect", err)
	}
	return s, nil
}

// dial opens the connection that go-mail speaks over. It is dialed here to be
// at hand when it must be cut: go-mail's client is locked while it waits.
func (t *Transport) dial(ctx context.Context) (net.Conn, error) {
	address := net.JoinHostPort(t.opts.Host, strconv.Itoa(t.opts.port()))
	if t.opts.TLS == implicit {
		return (&tls.Dialer{Config: t.tls}).DialContext(ctx, "tcp", address)
	}
	return new(net.Dialer).DialContext(ctx, "tcp", address)
}
