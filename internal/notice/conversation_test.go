package notice_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/mail"
	"marquee/internal/mail/smtp"
	"marquee/internal/testkit"
)

// serve is a mail server that gives its answers one after another, and then
// accepts.
func serve(t *testing.T, answers ...testkit.SMTPAnswer) *testkit.SMTP {
	t.Helper()
	var asked atomic.Int64
	server, err := testkit.StartSMTP(t.Context(), testkit.SMTPConfig{Answer: func(string) testkit.SMTPAnswer {
		if n := int(asked.Add(1)); n <= len(answers) {
			return answers[n-1]
		}
		return testkit.SMTPAnswer{}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// dial is the transport to a server on this machine.
func dial(t *testing.T, address string) mail.Transport {
	t.Helper()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	opts, err := config.ParseOptions(fmt.Sprintf("{host: %s, port: %s, tls: none}", host, port), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	transport, err := smtp.Kind().New(mail.Env{Log: slog.New(slog.DiscardHandler), Now: time.Now}, opts)
	if err != nil {
		t.Fatal(err)
	}
	return transport
}

// TestConversation sends over SMTP until a notice is queued no longer.
func TestConversation(t *testing.T) {
	t.Parallel()
	later := testkit.SMTPAnswer{Do: testkit.SMTPRefuse, Code: 451, Enhanced: "4.7.1", Text: "greylisted"}
	never := testkit.SMTPAnswer{Do: testkit.SMTPRefuse, Code: 550, Enhanced: "5.1.1", Text: "<mara@lanternscreen.example> unknown"}
	dropped := testkit.SMTPAnswer{At: testkit.SMTPAtDot, Do: testkit.SMTPDrop}
	for name, tt := range map[string]struct {
		answers  []testkit.SMTPAnswer
		state    domain.NoticeState
		attempts int
		doubts   int
		copies   int
	}{
		"taken":                {nil, domain.NoticeSent, 1, 0, 1},
		"later, then taken":    {[]testkit.SMTPAnswer{later, later}, domain.NoticeSent, 3, 0, 1},
		"refused":              {[]testkit.SMTPAnswer{later, never}, domain.NoticeFailed, 2, 0, 0},
		"an answer is lost":    {[]testkit.SMTPAnswer{dropped}, domain.NoticeSent, 2, 1, 2},
		"two answers are lost": {[]testkit.SMTPAnswer{dropped, later, dropped}, domain.NoticeFailed, 3, 2, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, tt.answers...)
			w := newWorld(t, waiting())
			w.Relays = []mail.Transport{dial(t, server.Addr)}
			for w.store.notices[0].State == domain.NoticeQueued && w.store.notices[0].Attempts < 9 {
				if err := w.Send(t.Context(), 1); err != nil && strings.Contains(err.Error(), "mara@") {
					t.Errorf("an address in %v", err)
				}
			}
			w.is(t, tt.state, tt.attempts, tt.doubts)
			got := server.Messages()
			if len(got) != tt.copies {
				t.Fatalf("%d copies arrived, want %d", len(got), tt.copies)
			}
			for _, m := range got {
				if m.From != w.From.Address || m.To[0] != "mara@lanternscreen.example" || !bytes.Equal(m.Data, got[0].Data) {
					t.Errorf("from %s to %q:\n%s", m.From, m.To, m.Data)
				}
			}
			if reason := w.store.notices[0].Reason; strings.Contains(reason, "@") {
				t.Errorf("an address in the reason %q", reason)
			}
		})
	}
}

// A relay that is down makes way for the next.
func TestSpareRelay(t *testing.T) {
	t.Parallel()
	down, up := serve(t), serve(t)
	w := newWorld(t, waiting())
	w.Relays = []mail.Transport{dial(t, deaf(t)), dial(t, up.Addr), dial(t, down.Addr)}
	if err := w.Send(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if len(up.Messages()) != 1 || len(down.Messages()) != 0 {
		t.Errorf("%d and %d copies", len(up.Messages()), len(down.Messages()))
	}
	w = newWorld(t, waiting())
	w.Relays = []mail.Transport{dial(t, deaf(t))}
	if err := w.Send(t.Context(), 1); err == nil || errors.Is(err, domain.ErrPermanent) {
		t.Errorf("error %v", err)
	}
	w.is(t, domain.NoticeQueued, 1, 0)
}

// deaf is the address of a server that hangs up before it says a word.
func deaf(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	served.Go(func() {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			_ = conn.Close() // that is all it does
		}
	})
	t.Cleanup(func() {
		_ = l.Close() // ends Accept
		served.Wait()
	})
	return l.Addr().String()
}
