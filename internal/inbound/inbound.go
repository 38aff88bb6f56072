// Package inbound takes what comes back by mail: bounces, complaints, and the mail
// of people who unsubscribe. It listens behind a mail server, in SMTP or LMTP, or
// looks into a Maildir, or is handed one mail by a program; takes mail for
// addresses with a token of ours and for no other, relays nothing and answers to
// nobody. What a mail does is committed before the mail is acknowledged, so that
// one that is not will come again.
//
// Nothing about senders and nothing of what they write is kept or logged.
package inbound

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/netutil"
)

// Config is what a Server needs.
type Config struct {
	LMTP bool   // instead of SMTP (RFC 2033)
	Host string // the name in the greeting
	Desk *Desk
	Log  *slog.Logger
}

// Limits. Times are RFC 5321 §4.5.3.2's for servers. Lines may be longer than
// its §4.5.3.1.6 has it, since bounces quote what they like.
const (
	maxConnections = 50
	maxRecipients  = 100
	maxMessage     = 64 << 20 // some send back whole what they could not deliver; no more of it is kept than what it says
	maxLine        = 32 << 10
	readTimeout    = 5 * time.Minute // for a command, and for a whole message
	writeTimeout   = time.Minute
	takeTimeout    = 30 * time.Second // for what one recipient's mail does
	grace          = 10 * time.Second // for messages that are coming in at the end
)

// Server takes mail over SMTP or LMTP.
type Server struct{ cfg Config }

// New returns a server.
func New(cfg Config) *Server { return &Server{cfg} }

// Serve takes mail from l until ctx ends. Then messages that are coming in may
// be finished, within ten seconds; conversations without one end at once.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	conns := newConnections(netutil.LimitListener(l, maxConnections))
	srv, served := s.server(working), make(chan error, 1)
	go func() { served <- srv.Serve(conns) }()
	select {
	case err := <-served:
		stop()
		conns.cut()
		return fmt.Errorf("serve inbound mail: %w", err)
	case <-ctx.Done():
	}
	closing, serving := conns.end(), <-served
	if !conns.wait(grace) {
		stop()
		conns.cut()
	}
	// A conversation that failed is logged after its connection was closed.
	late := srv.Shutdown(context.WithoutCancel(ctx))
	return errors.Join(unlessClosed(closing), unlessClosed(serving), unlessClosed(late))
}

// unlessClosed is an error of a listener, if it is more than that it is closed.
func unlessClosed(err error) error {
	if err == nil || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return fmt.Errorf("stop inbound mail: %w", err)
}

// server is go-smtp's part: the protocol. It offers no AUTH and no TLS.
func (s *Server) server(ctx context.Context) *smtp.Server {
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{server: s, ctx: ctx, conn: tracked(c.Conn())}, nil
	}))
	srv.Domain, srv.LMTP = s.cfg.Host, s.cfg.LMTP
	srv.MaxRecipients, srv.MaxMessageBytes, srv.MaxLineLength = maxRecipients, maxMessage, maxLine
	srv.ReadTimeout, srv.WriteTimeout = readTimeout, writeTimeout
	srv.EnableSMTPUTF8 = true // a sender's address may need it; to us it is all one
	srv.ErrorLog = complaints{s.cfg.Log}
	return srv
}
