package smtp_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/mail"
	"marquee/internal/mail/mailtest"
	"marquee/internal/mail/smtp"
	"marquee/internal/testkit"
)

func open(t *testing.T, transport mail.Transport) mail.Session {
	t.Helper()
	session, err := transport.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := session.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return session
}

// answering starts a server that treats everybody alike, and a session with it.
func answering(t *testing.T, a testkit.SMTPAnswer) (*testkit.SMTP, mail.Session) {
	t.Helper()
	server := serve(t, testkit.SMTPConfig{Answer: func(string) testkit.SMTPAnswer { return a }})
	return server, open(t, dialer(t, server.Addr, "tls: none"))
}

func TestEveryAnswer(t *testing.T) {
	t.Parallel()
	refuse := func(at testkit.SMTPStage, code int, status, text string) testkit.SMTPAnswer {
		return testkit.SMTPAnswer{At: at, Do: testkit.SMTPRefuse, Code: code, Enhanced: status, Text: text}
	}
	for name, c := range map[string]struct {
		answer   testkit.SMTPAnswer
		want     mail.SendError // Err is compared by its text
		text     string         // empty is any
		usable   bool
		commits  int
		messages int
	}{
		"4yz to RCPT": {
			answer: refuse(testkit.SMTPAtRcpt, 451, "4.7.1", "Greylisted, ada, try later"),
			want:   mail.SendError{Outcome: mail.Deferred, Code: 451, Enhanced: "4.7.1"},
			text:   "RCPT: Greylisted, <address> try later", usable: true,
		},
		"5yz to RCPT": {
			answer: refuse(testkit.SMTPAtRcpt, 550, "5.1.1", "<ada@example.org>: no such user here"),
			want:   mail.SendError{Outcome: mail.Rejected, Code: 550, Enhanced: "5.1.1"},
			text:   "RCPT: <address> no such user here", usable: true,
		},
		"no enhanced status": {
			answer: refuse(testkit.SMTPAtRcpt, 550, "", "no"),
			want:   mail.SendError{Outcome: mail.Rejected, Code: 550}, text: "RCPT: no", usable: true,
		},
		"421 to RCPT": {
			answer: refuse(testkit.SMTPAtRcpt, 421, "4.7.0", "Too many messages"),
			want:   mail.SendError{Outcome: mail.Deferred, Code: 421, Enhanced: "4.7.0"}, text: "RCPT: Too many messages",
		},
		"cut at RCPT": {
			answer: testkit.SMTPAnswer{Do: testkit.SMTPDrop},
			want:   mail.SendError{Outcome: mail.Deferred},
		},
		"4yz to the dot": {
			answer: refuse(testkit.SMTPAtDot, 452, "4.2.2", "Mailbox full"),
			want:   mail.SendError{Outcome: mail.Deferred, Code: 452, Enhanced: "4.2.2"},
			text:   "final dot: Mailbox full", usable: true, commits: 1,
		},
		"5yz to the dot": {
			answer: refuse(testkit.SMTPAtDot, 554, "5.7.1", "Looks like spam"),
			want:   mail.SendError{Outcome: mail.Rejected, Code: 554, Enhanced: "5.7.1"},
			text:   "final dot: Looks like spam", usable: true, commits: 1,
		},
		"421 to the dot": {
			answer: refuse(testkit.SMTPAtDot, 421, "4.3.2", "Going down"),
			want:   mail.SendError{Outcome: mail.Deferred, Code: 421, Enhanced: "4.3.2"}, text: "final dot: Going down", commits: 1,
		},
		"cut at the dot": {
			answer: testkit.SMTPAnswer{At: testkit.SMTPAtDot, Do: testkit.SMTPDrop},
			want:   mail.SendError{Outcome: mail.Unknown}, commits: 1, messages: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, session := answering(t, c.answer)
			commits := 0
			err := session.Send(t.Context(), mailtest.Message("ada@example.org", func(context.Context) error {
				commits++
				return nil
			}))
			var got *mail.SendError
			if !errors.As(err, &got) {
				t.Fatalf("got %v", err)
			}
			if c.text != "" && got.Err.Error() != c.text {
				t.Errorf("got %q, want %q", got.Err, c.text)
			}
			got.Err = nil
			if diff := cmp.Diff(c.want, *got, cmp.Comparer(func(a, b error) bool { return errors.Is(a, b) })); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if session.Usable() != c.usable || commits != c.commits || len(server.Messages()) != c.messages {
				t.Errorf("usable %t, %d commits, %d messages", session.Usable(), commits, len(server.Messages()))
			}
		})
	}
}

// TestCutAfterAcceptance wants a message whose acceptance was heard to be sent,
// whatever becomes of the connection.
func TestCutAfterAcceptance(t *testing.T) {
	t.Parallel()
	server, session := answering(t, testkit.SMTPAnswer{At: testkit.SMTPAfterDot, Do: testkit.SMTPDrop})
	if err := session.Send(t.Context(), mailtest.Message("ada@example.org", nil)); err != nil {
		t.Fatal(err)
	}
	err := session.Send(t.Context(), mailtest.Message("ada@example.org", nil))
	if err == nil || mail.OutcomeOf(err) != mail.Deferred || session.Usable() {
		t.Errorf("next: got %v, usable %t", err, session.Usable())
	}
	if n := len(server.Messages()); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// TestCutInTheBody wants a loss before the dot to be a deferral without commit.
func TestCutInTheBody(t *testing.T) {
	t.Parallel()
	server, session := answering(t, testkit.SMTPAnswer{At: testkit.SMTPAtBody, Do: testkit.SMTPDrop})
	m := mailtest.Message("ada@example.org", func(context.Context) error {
		t.Error("committed")
		return nil
	})
	m.Data = append(m.Data, strings.Repeat("More than the sockets hold.\r\n", 1<<20)...)
	err := session.Send(t.Context(), m)
	if err == nil || mail.OutcomeOf(err) != mail.Deferred || session.Usable() || len(server.Messages()) > 0 {
		t.Errorf("got %v, usable %t", err, session.Usable())
	}
}

// TestCommitComesLast wants everything but the dot to be with the server when
// Commit is asked.
func TestCommitComesLast(t *testing.T) {
	t.Parallel()
	said := newTrace()
	server := serve(t, testkit.SMTPConfig{Trace: said})
	session := open(t, dialer(t, server.Addr, "tls: none"))
	m := mailtest.Message("ada@example.org", func(context.Context) error {
		said.await("the very end\r\n")
		if strings.Contains(said.String(), "\r\n.\r\n") {
			t.Error("the dot came before the commit")
		}
		return nil
	})
	m.Data = append(m.Data, "the very end\r\n"...)
	if err := session.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

func TestConversation(t *testing.T) {
	t.Parallel()
	said := newTrace()
	server := serve(t, testkit.SMTPConfig{Trace: said, Answer: func(to string) testkit.SMTPAnswer {
		if strings.HasPrefix(to, "gone@") {
			return testkit.SMTPAnswer{Do: testkit.SMTPRefuse, Code: 550}
		}
		return testkit.SMTPAnswer{}
	}})
	session := open(t, dialer(t, server.Addr, "tls: none, helo: relay.lanternscreen.example"))
	for _, to := range []string{"ada@example.org", "gone@example.org", "zoe@bücher.example"} {
		m := mailtest.Message(to, nil)
		m.Data = []byte("Subject: x\r\n\r\nHello\r\n")
		err := session.Send(t.Context(), m)
		if refused := strings.HasPrefix(to, "gone@"); refused != (err != nil) {
			t.Fatalf("%s: %v", to, err)
		}
	}
	if err := session.Close(); err != nil {
		t.Fatal(err)
	}
	var client []string
	for line := range strings.SplitSeq(said.String(), "\r\n") {
		if verb, _, _ := strings.Cut(line, " "); strings.Contains("EHLO MAIL RCPT DATA RSET QUIT AUTH NOOP", verb) && verb != "" {
			client = append(client, line)
		}
	}
	want := []string{
		"EHLO relay.lanternscreen.example",
		"MAIL FROM:<digest@lanternscreen.example> SIZE=21 BODY=8BITMIME", "RCPT TO:<ada@example.org>", "DATA",
		"MAIL FROM:<digest@lanternscreen.example> SIZE=21 BODY=8BITMIME", "RCPT TO:<gone@example.org>", "RSET",
		"MAIL FROM:<digest@lanternscreen.example> SIZE=21 BODY=8BITMIME", "RCPT TO:<zoe@xn--bcher-kva.example>", "DATA",
		"QUIT",
	}
	if diff := cmp.Diff(want, client); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSilenceAtTheDot wants the dot's answer to be awaited as long as the limit
// says, and its absence to be in doubt.
func TestSilenceAtTheDot(t *testing.T) {
	t.Parallel()
	server := serve(t, testkit.SMTPConfig{Answer: func(string) testkit.SMTPAnswer {
		return testkit.SMTPAnswer{At: testkit.SMTPAtDot, Do: testkit.SMTPHang}
	}})
	transport := dialer(t, server.Addr, "tls: none")
	smtp.Hurry(transport, 100*time.Millisecond)
	session := open(t, transport)
	err := session.Send(t.Context(), mailtest.Message("ada@example.org", nil))
	if mail.OutcomeOf(err) != mail.Unknown || session.Usable() {
		t.Errorf("got %v, usable %t", err, session.Usable())
	}
}

// TestCancelledAfterTheDot wants a cancelled session to wait a while for the
// answer that tells whether the message was taken.
func TestCancelledAfterTheDot(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer  testkit.SMTPAction
		parting time.Duration
		want    mail.Outcome
	}{
		"answers":       {testkit.SMTPRefuse, time.Minute, mail.Rejected},
		"never answers": {testkit.SMTPHang, 50 * time.Millisecond, mail.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, testkit.SMTPConfig{Answer: func(string) testkit.SMTPAnswer {
				return testkit.SMTPAnswer{At: testkit.SMTPAtDot, Do: c.answer, Code: 554}
			}})
			transport := dialer(t, server.Addr, "tls: none")
			smtp.HurryParting(transport, c.parting)
			ctx, cancel := context.WithCancel(t.Context())
			err := open(t, transport).Send(ctx, mailtest.Message("ada@example.org", func(context.Context) error {
				cancel()
				return nil
			}))
			if err == nil || mail.OutcomeOf(err) != c.want {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestSilenceBeforeTheDot(t *testing.T) {
	t.Parallel()
	server := serve(t, testkit.SMTPConfig{Answer: func(string) testkit.SMTPAnswer { return testkit.SMTPAnswer{Do: testkit.SMTPHang} }})
	transport := dialer(t, server.Addr, "tls: none")
	smtp.Hurry(transport, 100*time.Millisecond)
	session := open(t, transport)
	err := session.Send(t.Context(), mailtest.Message("ada@example.org", nil))
	if err == nil || mail.OutcomeOf(err) != mail.Deferred || session.Usable() {
		t.Errorf("got %v, usable %t", err, session.Usable())
	}
}

func TestLimitsAreThoseOfTheStandard(t *testing.T) {
	t.Parallel()
	for what, least := range map[string]time.Duration{ // RFC 5321 §4.5.3.2
		"greeting": 5 * time.Minute, "command": 5 * time.Minute, "data": 2 * time.Minute, "block": 3 * time.Minute, "dot": 10 * time.Minute,
	} {
		if got := smtp.Limits()[what]; got < least {
			t.Errorf("%s: %v, want at least %v", what, got, least)
		}
	}
}

// TestBadAddresses wants nothing said to the server for addresses that are none.
func TestBadAddresses(t *testing.T) {
	t.Parallel()
	server, session := answering(t, testkit.SMTPAnswer{})
	for _, to := range []string{"", "ada", "zoë@example.org", "a@example.org>\r\nRCPT TO:<b@example.org", "a@example.org> <b@example.org"} {
		err := session.Send(t.Context(), mailtest.Message(to, nil))
		if mail.OutcomeOf(err) != mail.Rejected || !session.Usable() || strings.Contains(err.Error(), "example.org") {
			t.Errorf("%q: got %v, usable %t", to, err, session.Usable())
		}
	}
	if len(server.Messages()) > 0 {
		t.Error("a message arrived")
	}
}
