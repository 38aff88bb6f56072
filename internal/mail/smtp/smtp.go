// Package smtp hands mail to the next server over SMTP (RFC 5321), usually an
// operator's relay on its submission port (RFC 6409). go-mail greets, starts TLS
// and authenticates; the transfer is made here, because what a failure means
// depends on the moment: before a message's end nothing of it was taken, after it
// nobody knows. And because a window of messages goes as fast as the server
// bears it:
//
//	plain       MAIL, RCPT, DATA, message: each awaits its reply, four round
//	            trips a message
//	PIPELINING  the end of a message and the next one's MAIL, RCPT, DATA in one
//	            go: one round trip a message (RFC 2920)
//	CHUNKING    MAIL and RCPT of the first message, then everything else in one
//	            go: two round trips a window (RFC 3030)
//
// Begin is asked as late as each of them allows. With DATA that is when all of
// the first message but its dot is with the server; if Begin then keeps just that
// one back, only cutting the connection takes it back, and the rest of the window
// goes with it: Begin refuses too rarely to pay a round trip a window for a
// gentler order. With CHUNKING it is when the server has accepted the first
// recipient, which also shows that the connection still is alive: nothing is put
// in doubt for a server that has hung up in the meantime, and whatever Begin keeps
// back costs nothing.
package smtp

import (
	"crypto/tls"
	"log/slog"
	"time"

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
	block   time.Duration // for a block of what is said to go out
	dot     time.Duration // for the reply to a message's end
	parting time.Duration // the same after the context has ended
	quit    time.Duration // for what a server says that ends the session
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

// Server is the server, and what it is greeted with.
func (t *Transport) Server() mail.Server { return mail.Server{Host: t.opts.Host, HELO: t.opts.helo()} }
