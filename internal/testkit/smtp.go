// Package testkit holds the fakes that tests and the demo share: real servers on
// loopback that do as they are told. It imports domain at most.
package testkit

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"

	"github.com/emersion/go-smtp"
)

// SMTPConfig says how a mail server behaves. The zero SMTPConfig takes
// everything, without TLS and without asking who is there.
type SMTPConfig struct {
	Listen   string            // host:port; empty is a free port on loopback
	TLS      *tls.Config       // nil offers no TLS
	Implicit bool              // TLS from the first byte instead of STARTTLS
	Users    map[string]string // passwords by name; when not empty, AUTH PLAIN must come before mail
	// Answer says how to treat a recipient; nil accepts everybody. Like
	// Received it is called by many goroutines at once.
	Answer func(to string) SMTPAnswer
	// Received is told of each message that was taken, before the client hears of it.
	Received func(SMTPMessage)
	// Trace is given all that both sides say, TLS undone. It sees the writes of
	// all connections, so it must stand that when there are several.
	Trace io.Writer
}

// SMTPMessage is a message that a server took.
type SMTPMessage struct {
	From string   // envelope sender
	To   []string // envelope recipients
	Data []byte   // as sent, dot-stuffing undone
}

// SMTP is a mail server that keeps what it takes in memory.
type SMTP struct {
	Addr string // host:port

	cfg    SMTPConfig
	server *smtp.Server
	closed chan struct{}
	served sync.WaitGroup
	accept net.Listener
	conns  smtpConns

	mu       sync.Mutex
	messages []SMTPMessage
}

// StartSMTP starts a mail server. The caller closes it.
func StartSMTP(ctx context.Context, cfg SMTPConfig) (*SMTP, error) {
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1:0"
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("start mail server: %w", err)
	}
	s := &SMTP{Addr: listener.Addr().String(), cfg: cfg, closed: make(chan struct{})}
	s.server = smtp.NewServer(smtp.BackendFunc(s.session))
	s.server.Domain = "localhost"
	s.server.AllowInsecureAuth = true
	s.server.EnableSMTPUTF8 = true
	s.server.Debug = cfg.Trace
	s.server.ErrorLog = silence{}
	listener = smtpListener{listener, &s.conns}
	if cfg.Implicit {
		listener = tls.NewListener(listener, cfg.TLS)
	} else {
		s.server.TLSConfig = cfg.TLS
	}
	s.accept = listener
	// Serve returns when Close closes the listener.
	s.served.Go(func() { _ = s.server.Serve(listener) })
	return s, nil
}

// Messages are the messages taken so far, in their order.
func (s *SMTP) Messages() []SMTPMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Close stops the server and cuts its connections. go-smtp's own Close would race
// with a BDAT in progress.
func (s *SMTP) Close() error {
	close(s.closed)
	err := s.accept.Close()
	s.served.Wait()
	return errors.Join(err, s.conns.close())
}

func (s *SMTP) keep(m SMTPMessage) {
	s.mu.Lock()
	s.messages = append(s.messages, m)
	s.mu.Unlock()
	if s.cfg.Received != nil {
		s.cfg.Received(m)
	}
}

// silence swallows what go-smtp logs: tests cut connections on purpose.
type silence struct{}

func (silence) Printf(string, ...any) {}
func (silence) Println(...any)        {}
