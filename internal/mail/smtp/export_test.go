package smtp

import (
	"bufio"
	"io"
	"net"
	"time"

	"marquee/internal/mail"
)

// Hurry makes all sessions of a transport wait no longer than d for anything.
func Hurry(t mail.Transport, d time.Duration) {
	transport, ok := t.(*Transport)
	if !ok {
		panic("not an SMTP transport")
	}
	transport.limits = limits{command: d, data: d, block: d, dot: d, parting: d, quit: d}
}

// HurryParting is Hurry for the time after the context has ended alone.
func HurryParting(t mail.Transport, d time.Duration) {
	transport, ok := t.(*Transport)
	if !ok {
		panic("not an SMTP transport")
	}
	transport.limits.parting = d
}

// HurryQuit is Hurry for what ends a session alone.
func HurryQuit(t mail.Transport, d time.Duration) {
	transport, ok := t.(*Transport)
	if !ok {
		panic("not an SMTP transport")
	}
	transport.limits.quit = d
}

// Limits are the default limits, by what they are for.
func Limits() map[string]time.Duration {
	l := patience()
	return map[string]time.Duration{
		"greeting": time.Duration(defaults().Timeout), "command": l.of(mailFrom), "data": l.of(data), "block": l.block, "dot": min(l.of(dot), l.of(bdat)),
	}
}

var (
	Redact      = redact
	SplitStatus = splitStatus
)

// ReplyReader is a replyReader for tests.
type ReplyReader struct{ in replyReader }

// NewReplyReader reads as sessions do.
func NewReplyReader(r io.Reader) *ReplyReader {
	return &ReplyReader{replyReader{Reader: bufio.NewReader(r)}}
}

// Next reads one reply.
func (r *ReplyReader) Next() (code int, words string, err error) {
	got, err := r.in.next()
	return got.code, string(got.text), err
}

// Rest is what was not read.
func (r *ReplyReader) Rest() io.Reader { return r.in.Reader }

// Outbox is an outbox for tests.
type Outbox struct{ out *outbox }

// NewClearOutbox writes to a connection.
func NewClearOutbox(conn net.Conn) *Outbox { return &Outbox{&outbox{stream: clearStream{conn}}} }

// NewTLSOutbox writes to what leads to a TLS connection.
func NewTLSOutbox(w io.Writer) *Outbox {
	return &Outbox{&outbox{stream: newTLSStream(bufio.NewWriter(w))}}
}

func (o *Outbox) Say(words string)     { o.out.say(words) }
func (o *Outbox) SayNumber(n int)      { o.out.sayNumber(n) }
func (o *Outbox) Put(content [][]byte) { o.out.put(content) }

// Flush returns how much was ever put in, and how much of it went out.
func (o *Outbox) Flush() (said, sent int64, err error) {
	err = o.out.flush(func() error { return nil })
	return o.out.said, o.out.sent, err
}
