package smtp_test

import (
	"bufio"
	stdcmp "cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/mail"
	"marquee/internal/mail/smtp"
)

// step is one step of a conversation: exactly what the client must say, all of
// it before the server answers, and the answer.
type step struct{ hear, say string }

// rehearse is a server that follows its steps and complains of anything else:
// of other words, and of words that come too early. The function it returns waits
// for its end.
func rehearse(t *testing.T, steps ...step) (address string, played func()) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- play(listener, steps) }()
	t.Cleanup(func() { listener.Close() })
	return listener.Addr().String(), func() {
		t.Helper()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

var errOther = errors.New("other words")

func play(listener net.Listener, steps []step) error {
	conn, err := listener.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	for _, s := range steps {
		want := crlf(s.hear)
		got := make([]byte, len(want))
		n, err := io.ReadFull(in, got)
		if diff := cmp.Diff(want, string(got[:n])); diff != "" {
			return fmt.Errorf("(-want +heard):\n%s%w", diff, stdcmp.Or(err, errOther))
		}
		if early, _ := in.Peek(in.Buffered()); len(early) > 0 {
			return fmt.Errorf("too early: %q after %q", early, want)
		}
		if _, err := io.WriteString(conn, crlf(s.say)); err != nil {
			return err
		}
	}
	if rest, err := io.ReadAll(in); len(rest) > 0 {
		return fmt.Errorf("more: %q, %w", rest, err)
	}
	return nil
}

// crlf is lines as they go over the wire; a bar stands for a line break.
func crlf(lines string) string {
	if lines == "" {
		return ""
	}
	return strings.ReplaceAll(lines, "|", "\r\n") + "\r\n"
}

// note is a short message.
func note(to string) mail.Message {
	return mail.Message{
		From: "digest@lanternscreen.example", To: to,
		Content: [][]byte{[]byte("Subject: x\r\n"), []byte("\r\nHello "), []byte(to[:3]), []byte("\r\n")},
	}
}

const mailLine = "MAIL FROM:<digest@lanternscreen.example> SIZE=25"

func notes(to ...string) []mail.Message {
	var window []mail.Message
	for _, address := range to {
		window = append(window, note(address))
	}
	return window
}

func hello(extensions string) []step {
	return []step{{"", "220 hi"}, {"EHLO relay.lanternscreen.example", "250-hi|" + extensions + "250 SIZE 1000000"}}
}

func bye() step { return step{"QUIT", "221 2.0.0 bye"} }

// TestWire holds a window of five over each conversation: one letter is refused,
// one kept back by begin, one goes to an international domain.
func TestWire(t *testing.T) {
	t.Parallel()
	text := func(who string) string { return "Subject: x||Hello " + who + "|" }
	refused := "550 5.1.1 nobody"
	for name, steps := range map[string][]step{
		"plain": {
			{mailLine, "250 ok"},
			{"RCPT TO:<ada@example.org>", "250 ok"},
			{"DATA", "354 go"},
			{text("ada") + ".", "250 taken"},
			{mailLine, "250 ok"},
			{"RCPT TO:<gone@example.org>", refused},
			{"RSET", "250 ok"},
			{mailLine, "250 ok"},
			{"RCPT TO:<zoe@xn--bcher-kva.example>", "251 ok"},
			{"DATA", "354 go"},
			{text("zoe") + ".", "250-taken|250 too"},
			{mailLine, "250 ok"},
			{"RCPT TO:<bob@example.org>", "250 ok"},
			{"DATA", "354 go"},
			{text("bob") + ".", "250 taken"},
		},
		"PIPELINING": {
			{mailLine + "|RCPT TO:<ada@example.org>|DATA", "250 ok|250 ok|354 go"},
			{text("ada") + ".|" + mailLine + "|RCPT TO:<gone@example.org>|DATA", "250 taken|250 ok|" + refused + "|554 5.5.1 nobody there"},
			{"RSET|" + mailLine + "|RCPT TO:<zoe@xn--bcher-kva.example>|DATA", "250 ok|250 ok|250 ok|354 go"},
			{text("zoe") + ".|" + mailLine + "|RCPT TO:<bob@example.org>|DATA", "250 taken|250 ok|250 ok|354 go"},
			{text("bob") + ".", "250 taken"},
		},
		"PIPELINING|CHUNKING": {
			{mailLine + "|RCPT TO:<ada@example.org>", "250 ok|250 ok"},
			{
				"BDAT 25 LAST|" + text("ada") +
					"RSET|" + mailLine + "|RCPT TO:<gone@example.org>|BDAT 25 LAST|" + text("gon") +
					"RSET|" + mailLine + "|RCPT TO:<zoe@xn--bcher-kva.example>|BDAT 25 LAST|" + text("zoe") +
					"RSET|" + mailLine + "|RCPT TO:<bob@example.org>|BDAT 25 LAST|" + strings.TrimSuffix(text("bob"), "|"),
				"250 taken|250 ok|250 ok|" + refused + "|503 5.5.1 nobody there|250 ok|250 ok|250 ok|250 taken|250 ok|250 ok|250 ok|250 taken",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			extensions := ""
			for word := range strings.SplitSeq(name, "|") {
				extensions += "250-" + word + "|"
			}
			address, played := rehearse(t, append(append(hello(extensions), steps...), bye())...)
			transport := dialer(t, address, "tls: none, helo: relay.lanternscreen.example")
			smtp.Hurry(transport, 5*time.Second)
			session, err := transport.Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			window := notes("ada@example.org", "gone@example.org", "zoe@bücher.example", "kept@example.org", "bob@example.org")
			errs := session.Send(t.Context(), window, func(context.Context) ([]bool, error) { return []bool{true, true, true, false, true}, nil })
			if diff := cmp.Diff([]string{"sent", "rejected RCPT 550 5.1.1", "sent", "withheld", "sent"}, brief(errs)); diff != "" {
				t.Errorf("(-want +got):\n%s%v", diff, errs)
			}
			if err := session.Close(); err != nil {
				t.Error(err)
			}
			played()
		})
	}
}

// brief are outcomes in words: "deferred RCPT 450 4.2.0".
func brief(errs []error) []string {
	var all []string
	for _, err := range errs {
		all = append(all, briefly(err))
	}
	return all
}

func briefly(err error) string {
	if err == nil {
		return "sent"
	}
	sent, ok := errors.AsType[*mail.SendError](err)
	if !ok {
		return fmt.Sprintf("%T", err)
	}
	words := []string{map[mail.Outcome]string{
		mail.Deferred: "deferred", mail.Rejected: "rejected", mail.Unknown: "unknown", mail.Withheld: "withheld",
	}[sent.Outcome], sent.Command}
	if sent.Code != 0 {
		words = append(words, fmt.Sprint(sent.Code), sent.Enhanced)
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

// TestWireSecondWindow wants a window to begin with RSET just where the one
// before has left something open.
func TestWireSecondWindow(t *testing.T) {
	t.Parallel()
	steps := append(hello("250-PIPELINING|250-CHUNKING|"),
		step{mailLine + "|RCPT TO:<ada@example.org>", "250 ok|250 ok"},
		step{"BDAT 25 LAST|Subject: x||Hello ada", "250 taken"},
		step{mailLine + "|RCPT TO:<ada@example.org>", "250 ok|450 4.2.0 later"},
		step{"RSET|" + mailLine + "|RCPT TO:<bob@example.org>", "250 ok|250 ok|250 ok"}, // kept back by begin
		step{"RSET|" + mailLine + "|RCPT TO:<ada@example.org>", "250 ok|250 ok|250 ok"},
		step{"BDAT 25 LAST|Subject: x||Hello ada", "552 5.2.2 full"},
		step{"RSET|" + mailLine + "|RCPT TO:<ada@example.org>", "250 ok|250 ok|250 ok"},
		step{"BDAT 25 LAST|Subject: x||Hello ada", "250 taken"},
		bye())
	address, played := rehearse(t, steps...)
	transport := dialer(t, address, "tls: none, helo: relay.lanternscreen.example")
	smtp.Hurry(transport, 5*time.Second)
	session, err := transport.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	none := func(context.Context) ([]bool, error) { return []bool{true, false}, nil }
	var got []string
	for _, c := range []struct {
		window []mail.Message
		begin  mail.Begin
	}{
		{notes("ada@example.org"), nil},
		{notes("ada@example.org", "bob@example.org"), none},
		{notes("ada@example.org"), nil},
		{notes("ada@example.org"), nil},
	} {
		got = append(got, brief(session.Send(t.Context(), c.window, c.begin))...)
	}
	want := []string{"sent", "deferred RCPT 450 4.2.0", "withheld", "rejected BDAT 552 5.2.2", "sent"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := session.Close(); err != nil {
		t.Error(err)
	}
	played()
}

// TestWireUTF8 wants SMTPUTF8 to be asked for where an address needs it, and
// nowhere else.
func TestWireUTF8(t *testing.T) {
	t.Parallel()
	steps := append(hello("250-8BITMIME|250-SMTPUTF8|"),
		step{mailLine, "250 ok"}, step{"RCPT TO:<ada@example.org>", "250 ok"}, step{"DATA", "354 go"},
		step{"Subject: x||Hello ada|.", "250 taken"},
		step{"MAIL FROM:<digest@lanternscreen.example> SIZE=26 BODY=8BITMIME SMTPUTF8", "250 ok"},
		step{"RCPT TO:<zoë@example.org>", "250 ok"}, step{"DATA", "354 go"},
		step{"Subject: x||Hello zoë|.", "250 taken"},
		bye())
	address, played := rehearse(t, steps...)
	session, err := dialer(t, address, "tls: none, helo: relay.lanternscreen.example").Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	zoe := note("zoë@example.org")
	zoe.UTF8, zoe.Content[2] = true, []byte("zoë")
	if diff := cmp.Diff([]string{"sent", "sent"}, brief(session.Send(t.Context(), []mail.Message{note("ada@example.org"), zoe}, nil))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := session.Close(); err != nil {
		t.Error(err)
	}
	played()
}

// TestWireOddChunks is about replies that contradict each other: who was refused
// as a recipient got nothing, and what was taken for a recipient was taken.
func TestWireOddChunks(t *testing.T) {
	t.Parallel()
	chunk := "BDAT 25 LAST|Subject: x||Hello "
	steps := append(hello("250-PIPELINING|250-CHUNKING|"),
		step{mailLine + "|RCPT TO:<ada@example.org>", "250 ok|250 ok"},
		step{
			chunk + "ada|RSET|" + mailLine + "|RCPT TO:<bob@example.org>|" + chunk + "bob|RSET|" + mailLine + "|RCPT TO:<eve@example.org>|" + chunk + "eve",
			"250 taken|250 ok|250 ok|550 5.1.1 nobody|250 taken|250 ok|503 nested|250 ok|250 taken",
		}, bye())
	address, played := rehearse(t, steps...)
	session, err := dialer(t, address, "tls: none, helo: relay.lanternscreen.example").Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := brief(session.Send(t.Context(), notes("ada@example.org", "bob@example.org", "eve@example.org"), nil))
	if diff := cmp.Diff([]string{"sent", "rejected RCPT 550 5.1.1", "sent"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := session.Close(); err != nil {
		t.Error(err)
	}
	played()
}
