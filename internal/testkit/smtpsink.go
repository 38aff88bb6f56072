package testkit

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// SinkConfig says how a Sink behaves. The zero SinkConfig offers no extensions
// and takes everything.
type SinkConfig struct {
	Listen string        // host:port; empty is a free port on loopback
	TLS    *tls.Config   // not nil: from the first byte
	Offer  []string      // what EHLO is answered with: "PIPELINING", "SIZE 50000000"
	RTT    time.Duration // how late answers are: one for each group of commands
	// Answer says how to answer a command; nil answers as usual. Like Took it is
	// called by many goroutines at once.
	Answer func(SinkCommand) SinkAnswer
	// Took is told of each message that was taken, before the client hears of it.
	Took func(SinkMessage)
	Keep bool // whether SinkMessage.Content is there
	// Heard is given all that clients say, TLS undone.
	Heard io.Writer
}

// SinkCommand is something that wants an answer.
type SinkCommand struct {
	// Verb is the command's, "connect" for the connection itself, and "dot" for
	// the end of what DATA began.
	Verb    string
	From    string // envelope of the message that it is about
	To      string
	Message int // how many messages the connection has begun
}

// SinkAnswer is what a Sink does when it is asked. The zero answer is the usual.
type SinkAnswer struct {
	// Say is the reply, its lines separated by CRLF; empty is the usual one. What
	// begins with neither 2 nor 3 is a refusal.
	Say string
	Do  SinkAction
}

// SinkAction is what becomes of a connection with an answer.
type SinkAction int

// The actions. A message whose end is dropped or hung at was taken, unless Say
// refuses it.
const (
	SinkGoOn       SinkAction = iota // replies and listens
	SinkPart                         // replies and closes the connection
	SinkDrop                         // closes the connection without a reply
	SinkHang                         // neither replies nor listens any more
	SinkWithhold                     // listens on without a reply
	SinkDropInside                   // to DATA: replies, and closes the connection in the middle of the message
)

// SinkMessage is a message that a Sink took.
type SinkMessage struct {
	From, To  string // envelope; the last recipient
	MessageID string // as in the header field, without angle brackets
	Size      int    // in bytes, dot-stuffing undone only when Content is kept
	Content   []byte
}

// Sink is a lean mail server for measuring and for misbehaving: it answers as it
// is told and keeps nothing but counts.
type Sink struct {
	Addr string // host:port

	cfg      SinkConfig
	greeting string // the reply to EHLO
	listener net.Listener
	served   sync.WaitGroup
	closed   chan struct{}
	taken    atomic.Int64
	opened   atomic.Int64

	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

// StartSink starts a sink. The caller closes it.
func StartSink(ctx context.Context, cfg SinkConfig) (*Sink, error) {
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1:0"
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("start sink: %w", err)
	}
	s := &Sink{Addr: listener.Addr().String(), cfg: cfg, closed: make(chan struct{}), conns: map[net.Conn]struct{}{}}
	s.greeting = ehlo(cfg.Offer)
	s.listener = listener
	if cfg.TLS != nil {
		s.listener = tls.NewListener(listener, cfg.TLS)
	}
	s.served.Go(s.accept)
	return s, nil
}

// ehlo is the reply to EHLO (RFC 5321 §4.1.1.1).
func ehlo(offer []string) string {
	lines := append([]string{"sink.example"}, offer...)
	last := len(lines) - 1
	var b strings.Builder
	for _, line := range lines[:last] {
		b.WriteString("250-" + line + "\r\n")
	}
	return b.String() + "250 " + lines[last]
}

// Taken is how many messages the sink took so far.
func (s *Sink) Taken() int { return int(s.taken.Load()) }

// Opened is how many connections there have been.
func (s *Sink) Opened() int { return int(s.opened.Load()) }

// Close stops the sink and cuts its connections.
func (s *Sink) Close() error {
	close(s.closed)
	err := s.listener.Close()
	s.mu.Lock()
	for conn := range s.conns {
		err = errors.Join(err, closeConn(conn))
	}
	s.mu.Unlock()
	s.served.Wait()
	return err
}

// closeConn closes conn, which the other side may have done already.
func closeConn(conn net.Conn) error {
	if tlsConn, ok := conn.(*tls.Conn); ok {
		conn = tlsConn.NetConn() // no farewell, which could block
	}
	if err := conn.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

func (s *Sink) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return // Close was called
		}
		s.opened.Add(1)
		s.mu.Lock()
		s.conns[conn] = struct{}{}
		s.mu.Unlock()
		s.served.Go(func() {
			newSinkSession(s, conn).serve()
			s.mu.Lock()
			delete(s.conns, conn)
			s.mu.Unlock()
			_ = closeConn(conn) // the client may have been faster
		})
	}
}

func (s *Sink) take(m SinkMessage) {
	s.taken.Add(1)
	if s.cfg.Took != nil {
		s.cfg.Took(m)
	}
}

func (s *Sink) answer(c SinkCommand) SinkAnswer {
	if s.cfg.Answer == nil {
		return SinkAnswer{}
	}
	return s.cfg.Answer(c)
}
