package testkit_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"marquee/internal/testkit"
)

func startSink(t *testing.T, cfg testkit.SinkConfig) *testkit.Sink {
	t.Helper()
	sink, err := testkit.StartSink(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sink.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return sink
}

// TestSinkTakes wants a message to arrive as it was, with the standard library's
// dot-stuffing undone.
func TestSinkTakes(t *testing.T) {
	t.Parallel()
	taken := make(chan testkit.SinkMessage, 1)
	sink := startSink(t, testkit.SinkConfig{Keep: true, Took: func(m testkit.SinkMessage) { taken <- m }})
	const text = ".first\r\nMessage-Id: <a@b>\r\n\r\n.\r\n..dots\r\n"
	if err := smtp.SendMail(sink.Addr, nil, "a@example.org", []string{"b@example.org"}, []byte(text)); err != nil {
		t.Fatal(err)
	}
	m := <-taken
	if m.From != "a@example.org" || m.To != "b@example.org" || m.MessageID != "a@b" || string(m.Content) != text || m.Size != len(text) {
		t.Errorf("got %+v", m)
	}
	if sink.Taken() != 1 || sink.Opened() != 1 {
		t.Errorf("taken %d, opened %d", sink.Taken(), sink.Opened())
	}
}

func TestSinkAnswers(t *testing.T) {
	t.Parallel()
	for verb, code := range map[string]int{"connect": 554, "EHLO": 0, "MAIL": 550, "RCPT": 450, "DATA": 451, "dot": 554} {
		sink := startSink(t, testkit.SinkConfig{Answer: func(c testkit.SinkCommand) testkit.SinkAnswer {
			if c.Verb == verb && verb != "EHLO" {
				return testkit.SinkAnswer{Say: fmt.Sprint(code) + " no"}
			}
			return testkit.SinkAnswer{}
		}})
		err := smtp.SendMail(sink.Addr, nil, "a@example.org", []string{"b@example.org"}, []byte("Subject: x\r\n\r\n"))
		reply, ok := errors.AsType[*textproto.Error](err)
		if ok != (code != 0) || ok && reply.Code != code || (sink.Taken() != 0) != (code == 0) {
			t.Errorf("%s: got %v, %d taken", verb, err, sink.Taken())
		}
	}
}

// TestSinkAsItComes wants commands and content to be told apart however the bytes
// are cut.
func TestSinkAsItComes(t *testing.T) {
	t.Parallel()
	var got []string
	sink := startSink(t, testkit.SinkConfig{
		Offer: []string{"PIPELINING", "CHUNKING"}, Keep: true,
		Took: func(m testkit.SinkMessage) { got = append(got, m.To+" "+string(m.Content)) },
	})
	session := "EHLO x\r\nMAIL FROM:<a@x> SIZE=3\r\nRCPT TO:<b@x>\r\nDATA\r\na\r\n.b\r\n.\r\nMAIL FROM:<a@x>\r\nRCPT TO:<c@x>\r\nDATA\r\n.\r\n" +
		"MAIL FROM:<a@x>\r\nMAIL FROM:<a@x>\r\nRCPT TO:<d@x>\r\nBDAT 3\r\n.\r\nBDAT 2 LAST\r\nQU" +
		"BDAT 5 LAST\r\nRSET\nRSET\r\nMAIL FROM:<a@x>\r\nRCPT TO:<e@x>\r\nBDAT 0 LAST\r\nRSET\r\nNOOP\r\nWHAT\r\nQUIT\r\n"
	for _, size := range []int{1, 2, 3, 5, 8, 1000} {
		got = nil
		conn, err := net.Dial("tcp", sink.Addr)
		if err != nil {
			t.Fatal(err)
		}
		for rest := session; rest != ""; {
			n := min(size, len(rest))
			if _, err := io.WriteString(conn, rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		said, err := io.ReadAll(conn)
		if err != nil {
			t.Fatal(err)
		}
		codes := ""
		for line := range strings.Lines(string(said)) {
			codes += line[:4]
		}
		const want = "220 250-250-250 250 250 354 250 250 250 354 250 250 503 250 250 250 554 250 250 250 250 250 250 500 221 "
		if codes != want {
			t.Errorf("%d bytes at once:\ngot  %s\nwant %s", size, codes, want)
		}
		if text := fmt.Sprintf("%q", got); text != `["b@x a\r\nb\r\n" "c@x " "d@x .\r\nQU" "e@x "]` {
			t.Errorf("%d bytes at once: got %s", size, text)
		}
	}
}

// TestSinkRoundTrip wants a group of commands to cost one round trip, and each
// command alone one of its own.
func TestSinkRoundTrip(t *testing.T) {
	t.Parallel()
	const rtt = 60 * time.Millisecond
	sink := startSink(t, testkit.SinkConfig{RTT: rtt})
	conn, err := net.Dial("tcp", sink.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	ask := func(group string, replies int) time.Duration {
		start := time.Now()
		if _, err := io.WriteString(conn, group); err != nil {
			t.Fatal(err)
		}
		for range replies {
			if _, err := in.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		return time.Since(start)
	}
	ask("", 1)
	if took := ask("EHLO x\r\n", 1); took < rtt {
		t.Errorf("one command took %v", took)
	}
	if took := ask(strings.Repeat("NOOP\r\n", 10), 10); took < rtt || took > 5*rtt {
		t.Errorf("a group of ten took %v", took)
	}
}
