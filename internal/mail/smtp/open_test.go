package smtp_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/mail"
	"marquee/internal/mail/smtp"
	"marquee/internal/testkit"
)

const login = "user: digest@lanternscreen.example, password: hunter2-hunter2"

func users() map[string]string {
	return map[string]string{"digest@lanternscreen.example": "hunter2-hunter2"}
}

func TestAuth(t *testing.T) {
	t.Parallel()
	secure, ca := certificate(t)
	for name, c := range map[string]struct {
		server  testkit.SMTPConfig
		options string
	}{
		"starttls": {testkit.SMTPConfig{TLS: secure, Users: users()}, "ca: " + ca},
		"implicit": {testkit.SMTPConfig{TLS: secure, Implicit: true, Users: users()}, "tls: implicit, ca: " + ca},
		"loopback": {testkit.SMTPConfig{Users: users()}, "tls: none"},
	} {
		server := serve(t, c.server)
		session := open(t, dialer(t, server.Addr, c.options+", "+login))
		if err := send(t, session, "ada@example.org"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		anonymous := open(t, dialer(t, server.Addr, c.options))
		if err := send(t, anonymous, "ada@example.org"); mail.OutcomeOf(err) != mail.Rejected {
			t.Errorf("%s without login: got %v", name, err)
		}
	}
}

func TestOpenRefused(t *testing.T) {
	t.Parallel()
	secure, ca := certificate(t)
	for name, c := range map[string]struct {
		server  testkit.SMTPConfig
		options string
		want    mail.Outcome
		command string
		mention string
	}{
		"wrong password":      {testkit.SMTPConfig{TLS: secure, Users: map[string]string{"digest@lanternscreen.example": "other"}}, "ca: " + ca + ", " + login, mail.Rejected, "AUTH", "check user and password"},
		"unknown certificate": {testkit.SMTPConfig{TLS: secure}, login, mail.Deferred, "connect", "in ca"},
		"STARTTLS stripped":   {testkit.SMTPConfig{Users: users()}, login, mail.Deferred, "connect", "write tls: implicit"},
		"nothing to log in":   {testkit.SMTPConfig{TLS: secure}, "ca: " + ca + ", " + login, mail.Deferred, "AUTH", "remove user and password"},
		"TLS from nowhere":    {testkit.SMTPConfig{}, "tls: implicit", mail.Deferred, "connect", "write tls: starttls"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := newTrace()
			c.server.Trace = said
			server := serve(t, c.server)
			_, err := dialer(t, server.Addr, c.options).Open(t.Context())
			var sent *mail.SendError
			if !errors.As(err, &sent) || sent.Outcome != c.want || sent.Command != c.command || !strings.Contains(err.Error(), c.mention) {
				t.Errorf("got %v", err)
			}
			if text := err.Error() + said.String(); strings.Contains(text, "hunter2") || strings.Contains(err.Error(), "digest@") {
				t.Errorf("a secret in %v", err)
			}
			if name == "wrong password" {
				if sent != nil && (sent.Code != 535 || sent.Enhanced != "5.7.8") {
					t.Errorf("got %v", err)
				}
			} else if strings.Contains(said.String(), "AUTH PLAIN ") || strings.Contains(said.String(), "MAIL") {
				t.Errorf("said too much: %s", said)
			}
		})
	}
}

// line is one line of a scripted conversation: what the server waits to hear,
// by its beginning, and what it then says.
type line struct{ hear, say string }

// script is a server that greets and then follows its lines.
func script(t *testing.T, greeting string, lines ...line) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		io.WriteString(conn, greeting+"\r\n")
		heard := bufio.NewScanner(conn)
		for _, l := range lines {
			for heard.Scan() && !strings.HasPrefix(heard.Text(), l.hear) {
			}
			io.WriteString(conn, l.say+"\r\n")
		}
	}()
	return listener.Addr().String()
}

// TestMechanisms wants the best way to log in that a server offers, and none in
// which nobody could tell who is there.
func TestMechanisms(t *testing.T) {
	t.Parallel()
	for offer, steps := range map[string][]step{
		"250 AUTH LOGIN PLAIN": {{"AUTH PLAIN AHUAcA==", "235 ok"}},
		"250 AUTH login":       {{"AUTH LOGIN", "334 VXNlcm5hbWU6"}, {"dQ==", "334 UGFzc3dvcmQ6"}, {"cA==", "235 ok"}},
		"250 AUTH CRAM-MD5":    {{"AUTH CRAM-MD5", "334 PDFAeD4="}, {"dSA5MTE0NWExODc3YjBlZTFkNWMwNDg0NjU3MDdiNzE0Ng==", "235 ok"}},
		"250 AUTH NTLM":        {},
		"250 SIZE":             {},
	} {
		opening := []step{{"", "220 hi"}, {"EHLO me.example", "250-hi|" + offer}}
		if len(steps) > 0 {
			steps = append(steps, bye())
		}
		address, played := rehearse(t, append(opening, steps...)...)
		session, err := dialer(t, address, "tls: none, helo: me.example, user: u, password: p").Open(t.Context())
		if (err == nil) != (len(steps) > 0) {
			t.Errorf("%s: got %v", offer, err)
		}
		if err == nil {
			session.Close()
		}
		played()
	}
}

func TestGreetings(t *testing.T) {
	t.Parallel()
	for reply, want := range map[string]mail.Outcome{
		"554 5.7.1 Not you": mail.Rejected,
		"421 4.3.2 Busy":    mail.Deferred,
		"This is no SMTP":   mail.Deferred,
		"":                  mail.Deferred,
	} {
		_, err := dialer(t, script(t, reply), "tls: none").Open(t.Context())
		sent, ok := errors.AsType[*mail.SendError](err)
		if !ok || sent.Outcome != want || sent.Command != "connect" {
			t.Errorf("%q: got %v", reply, err)
		}
	}
}

// TestOddRepliesToTheDot takes any 2yz for success (RFC 5321 §4.2.1), since
// sending again would make two; what makes no sense leaves the message in doubt.
func TestOddRepliesToTheDot(t *testing.T) {
	t.Parallel()
	inDoubt := mail.Unknown
	for reply, want := range map[string]*mail.Outcome{
		"251 2.1.5 forwarded":            nil,
		"250-2.0.0 taken\r\n250 as A1B2": nil,
		"354 go ahead":                   &inDoubt,
		"What, ada@example.org?":         &inDoubt,
		"250-half an answ":               &inDoubt,
	} {
		address := script(t, "220 hi", line{"EHLO", "250 hi"}, line{"MAIL", "250 ok"}, line{"RCPT", "250 ok"},
			line{"DATA", "354 go"}, line{".", reply})
		session, err := dialer(t, address, "tls: none").Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		err = send(t, session, "ada@example.org")
		if (err == nil) != (want == nil) || want != nil && mail.OutcomeOf(err) != *want {
			t.Errorf("%q: got %v", reply, err)
		}
		if err != nil && strings.Contains(err.Error(), "ada@") {
			t.Errorf("an address in %v", err)
		}
		if session.Usable() != (want == nil) {
			t.Errorf("%q: usable %t", reply, session.Usable())
		}
		if err := session.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestNobodyThere(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if _, err := dialer(t, listener.Addr().String(), "tls: none").Open(t.Context()); err == nil || mail.OutcomeOf(err) != mail.Deferred {
		t.Errorf("got %v", err)
	}
}

// TestSilentGreeting wants both the timeout and the context to end the wait for
// a server that accepts connections and says nothing.
func TestSilentGreeting(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	address := listener.Addr().String()
	if _, err := dialer(t, address, "tls: none, timeout: 50ms").Open(t.Context()); err == nil || mail.OutcomeOf(err) != mail.Deferred {
		t.Errorf("timeout: got %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := dialer(t, address, "tls: none").Open(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("context: got %v", err)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"{host: mail.example.org}":                           nil,
		"{host: mail.example.org, port: 465, tls: implicit}": nil,
		"{host: '::1', port: 25, tls: none}":                 nil,
		"{host: localhost, tls: none, user: u, password: p}": nil,
		"{}":                                  {"host"},
		"{host: mail.example.org, tls: none}": {"tls", "in clear"},
		"{host: 192.0.2.1, tls: none}":        {"tls"},
		"{host: mail.example.org, tls: maybe, port: 70000, timeout: 0s}": {"tls", "port", "timeout"},
		"{host: mail.example.org, user: u}":                              {"user", "password"},
		"{host: mail.example.org, helo: 'a b'}":                          {"helo"},
		"{host: mail.example.org, ca: missing.pem}":                      {"ca"},
		"{host: mail.example.org, hots: x}":                              {"hots"},
	} {
		opts, err := config.ParseOptions(text, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		_, err = smtp.New(mail.Env{Log: slog.New(slog.DiscardHandler)}, opts)
		if (err == nil) != (want == nil) {
			t.Errorf("%s: got %v", text, err)
			continue
		}
		for _, word := range want {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%s: got %v, want it to mention %q", text, err, word)
			}
		}
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"<ada@example.org>: Recipient rejected":         "<address> Recipient rejected",
		"user ada.lovelace unknown":                     "user <address> unknown",
		"(ADA.LOVELACE) is full":                        "<address> is full",
		"SRS0=x=y=example.org=ada@relay.example full":   "<address> full",
		"see https://x.example/?a=ada%40example.org":    "see <address>",
		"two\nlines\x1b[31m and\tcontrol\x00s":          "two lines [31m and control s",
		"nothing to hide: https://x.example/postmaster": "nothing to hide: https://x.example/postmaster",
		strings.Repeat("é", 400):                        strings.Repeat("é", 300) + "…",
	} {
		if got := smtp.Redact(words, "Ada.Lovelace@example.org"); got != want {
			t.Errorf("%q: got %q, want %q", words, got, want)
		}
	}
}

func TestSplitStatus(t *testing.T) {
	t.Parallel()
	for words, want := range map[string][2]string{
		"5.1.1 unknown":      {"5.1.1", "unknown"},
		"5.7.515 denied":     {"5.7.515", "denied"},
		"4.1.1 other class":  {"", "4.1.1 other class"},
		"5.1 unknown":        {"", "5.1 unknown"},
		"5.1.1.1 unknown":    {"", "5.1.1.1 unknown"},
		"5.x.1 unknown":      {"", "5.x.1 unknown"},
		"5..1 unknown":       {"", "5..1 unknown"},
		"5.1.1":              {"5.1.1", ""},
		"unknown 5.1.1 user": {"", "unknown 5.1.1 user"},
	} {
		status, rest := smtp.SplitStatus(550, words)
		if got := [2]string{status, rest}; got != want {
			t.Errorf("%q: got %q, want %q", words, got, want)
		}
	}
}
