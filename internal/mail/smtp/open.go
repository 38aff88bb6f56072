package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"strconv"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"marquee/internal/mail"
)

// Open connects, starts TLS and authenticates. Its errors are *mail.SendError
// for "connect" or "AUTH": Rejected when the server refused for good, else
// Deferred. Without the TLS that the options ask for, nothing but EHLO is said.
func (t *Transport) Open(ctx context.Context) (mail.Session, error) {
	within, cancel := context.WithTimeout(ctx, time.Duration(t.opts.Timeout))
	defer cancel()
	conn, err := t.dial(within)
	if err != nil {
		return nil, t.notOpened(ctx, "connect", err)
	}
	stop := context.AfterFunc(within, func() { hangUp(conn) })
	client, command, err := t.greet(conn)
	if !stop() {
		err = fmt.Errorf("no answer in time: %w", within.Err())
	}
	if err != nil {
		hangUp(conn)
		return nil, t.notOpened(ctx, command, err)
	}
	return newSession(client, conn, t.limits, t.log), nil
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

// hangUp closes a connection at once, and with it whatever waits for the server:
// closing TLS as it should be waits too.
func hangUp(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	_ = conn.Close() // closed already, or beyond help
}

// greet exchanges greetings, starts TLS and logs in. An error comes with the
// command that it is about.
func (t *Transport) greet(conn net.Conn) (client *smtp.Client, command string, err error) {
	client, err = smtp.NewClient(conn, t.opts.Host)
	if err == nil {
		err = client.Hello(t.opts.helo())
	}
	if err == nil && t.opts.TLS == starttls {
		err = startTLS(client, t.tls)
	}
	if err != nil {
		return nil, "connect", err
	}
	if t.opts.User != "" {
		err = t.opts.logIn(client)
	}
	return client, "AUTH", err
}

// errNoTLS is for servers that would have to be spoken to in clear.
var errNoTLS = errors.New("the server offers no STARTTLS, and nothing is sent in clear: check host and port, or write tls: implicit")

func startTLS(client *smtp.Client, cfg *tls.Config) error {
	if offered, _ := client.Extension("STARTTLS"); !offered {
		return errNoTLS
	}
	return client.StartTLS(cfg)
}

// notOpened is the error of a connection that came to nothing.
func (t *Transport) notOpened(ctx context.Context, command string, err error) *mail.SendError {
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	e := &mail.SendError{Outcome: mail.Deferred, Command: command}
	if said, ok := errors.AsType[*textproto.Error](err); ok {
		e = refusal(command, reply{said.Code, []byte(said.Msg)}, t.opts.User)
	} else {
		e.Err = &opaque{command + ": " + redact(cause(err).Error(), t.opts.User), err}
	}
	if hint := advice(command, err); hint != "" {
		e.Err = fmt.Errorf("%w: %s", e.Err, hint)
	}
	return e
}

// cause is err in words that tell more.
func cause(err error) error {
	_, nonsense := errors.AsType[textproto.ProtocolError](err)
	switch {
	case nonsense:
		return errNonsense // the words themselves stay out of errors
	case hungUp(err):
		return errHungUp
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errSilent
	}
	return err
}

// advice says what to do about err, as far as one can know.
func advice(command string, err error) string {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "correct host, or name the file with its authority's certificate in ca"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "the server does not begin with TLS: write tls: starttls, or correct port"
	}
	if said, ok := errors.AsType[*textproto.Error](err); ok && command == "AUTH" && said.Code/100 == 5 {
		return "check user and password"
	}
	return ""
}

// opaque is an error whose cause can be asked for, but is not shown.
type opaque struct {
	text  string
	cause error
}

func (e *opaque) Error() string { return e.text }
func (e *opaque) Unwrap() error { return e.cause }
