package smtp_test

import (
	"bytes"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/mail"
	"marquee/internal/mail/mailtest"
	"marquee/internal/mail/smtp"
	"marquee/internal/testkit"
)

func serve(t *testing.T, cfg testkit.SMTPConfig) *testkit.SMTP {
	t.Helper()
	server, err := testkit.StartSMTP(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return server
}

// dialer is a transport to a server on this machine; more holds further options.
func dialer(t testing.TB, address, more string) mail.Transport {
	t.Helper()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	opts, err := config.ParseOptions(fmt.Sprintf("{host: %s, port: %s, %s}", host, port, more), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	transport, err := smtp.Kind().New(mail.Env{Log: slog.New(slog.DiscardHandler), Now: time.Now}, opts)
	if err != nil {
		t.Fatal(err)
	}
	return transport
}

// certificate is one for 127.0.0.1, and the name of a file that vouches for it.
func certificate(t *testing.T) (*tls.Config, string) {
	t.Helper()
	https := httptest.NewTLSServer(nil)
	t.Cleanup(https.Close)
	file := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: https.Certificate().Raw})
	if err := os.WriteFile(file, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: https.TLS.Certificates, MinVersion: tls.VersionTLS12}, file
}

// trace keeps what both sides say.
type trace struct {
	mu   sync.Mutex
	cond *sync.Cond
	said bytes.Buffer
}

func newTrace() *trace {
	tr := &trace{}
	tr.cond = sync.NewCond(&tr.mu)
	return tr
}

func (tr *trace) Write(b []byte) (int, error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	defer tr.cond.Broadcast()
	return tr.said.Write(b)
}

func (tr *trace) String() string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.said.String()
}

// await returns when text was said.
func (tr *trace) await(text string) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	for !strings.Contains(tr.said.String(), text) {
		tr.cond.Wait()
	}
}

// extensions that a sink offers, for each way to hold the conversation.
func extensions() map[string][]string {
	return map[string][]string{
		"plain":      {"SIZE", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"},
		"pipelining": {"SIZE", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "PIPELINING"},
		"chunking":   {"SIZE", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "PIPELINING", "CHUNKING"},
	}
}

// TestSuite holds every conversation with the sink, whose troubles come at the
// recipient or at the message's end, and one with another implementation.
func TestSuite(t *testing.T) {
	t.Parallel()
	secure, ca := certificate(t)
	for name, c := range map[string]struct {
		server  testkit.SMTPConfig
		options string
	}{
		"go-smtp in clear": {testkit.SMTPConfig{}, "tls: none"},
		"go-smtp starttls": {testkit.SMTPConfig{TLS: secure}, "ca: " + ca},
		"go-smtp implicit": {testkit.SMTPConfig{TLS: secure, Implicit: true}, "tls: implicit, ca: " + ca},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mailtest.Run(t, func(t *testing.T) mailtest.Harness { return harness(t, c.server, c.options) })
		})
	}
	for name, offer := range extensions() {
		last := "dot"
		if name == "chunking" {
			last = "BDAT"
		}
		for _, at := range []string{"RCPT", last} {
			t.Run(name+" trouble at "+at, func(t *testing.T) {
				t.Parallel()
				mailtest.Run(t, func(t *testing.T) mailtest.Harness {
					return sinkHarness(t, testkit.SinkConfig{Offer: offer}, "tls: none", at)
				})
			})
		}
		t.Run(name+" implicit", func(t *testing.T) {
			t.Parallel()
			mailtest.Run(t, func(t *testing.T) mailtest.Harness {
				return sinkHarness(t, testkit.SinkConfig{Offer: offer, TLS: secure}, "tls: implicit, ca: "+ca, last)
			})
		})
	}
}

// planned are answers for recipients, each used once.
type planned[A any] struct {
	mu      sync.Mutex
	answers map[string]A
}

func (p *planned[A]) will(a A) func(string) {
	return func(to string) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.answers == nil {
			p.answers = map[string]A{}
		}
		p.answers[to] = a
	}
}

func (p *planned[A]) take(to string) (a A) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a = p.answers[to]
	delete(p.answers, to)
	return a
}

func harness(t *testing.T, cfg testkit.SMTPConfig, options string) mailtest.Harness {
	t.Helper()
	var plan planned[testkit.SMTPAnswer]
	cfg.Answer = plan.take
	server := serve(t, cfg)
	transport := dialer(t, server.Addr, options)
	smtp.HurryParting(transport, 50*time.Millisecond)
	return mailtest.Harness{
		Transport: transport,
		Delivered: func() (all [][]byte) {
			for _, m := range server.Messages() {
				all = append(all, m.Data)
			}
			return all
		},
		Temporary: plan.will(testkit.SMTPAnswer{Do: testkit.SMTPRefuse, Code: 450, Enhanced: "4.2.0", Text: "<troubled@example.org>: greylisted"}),
		Permanent: plan.will(testkit.SMTPAnswer{Do: testkit.SMTPRefuse, Code: 550, Enhanced: "5.1.1", Text: "<troubled@example.org>: unknown"}),
		Silent:    plan.will(testkit.SMTPAnswer{Do: testkit.SMTPHang}),
		Lost:      plan.will(testkit.SMTPAnswer{Do: testkit.SMTPDrop, At: testkit.SMTPAtDot}),
	}
}

// sink starts a sink that keeps what it takes.
func sink(t *testing.T, cfg testkit.SinkConfig) (*testkit.Sink, func() [][]byte) {
	t.Helper()
	var mu sync.Mutex
	var all [][]byte
	cfg.Keep = true
	cfg.Took = func(m testkit.SinkMessage) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, m.Content)
	}
	server, err := testkit.StartSink(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return server, func() [][]byte {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(all)
	}
}

func sinkHarness(t *testing.T, cfg testkit.SinkConfig, options, at string) mailtest.Harness {
	t.Helper()
	var plan planned[map[string]testkit.SinkAnswer]
	var now atomic.Pointer[map[string]testkit.SinkAnswer]
	cfg.Answer = func(c testkit.SinkCommand) testkit.SinkAnswer {
		if c.Verb == "RCPT" {
			answers := plan.take(c.To)
			now.Store(&answers)
		}
		if answers := now.Load(); answers != nil {
			return (*answers)[c.Verb]
		}
		return testkit.SinkAnswer{}
	}
	server, delivered := sink(t, cfg)
	transport := dialer(t, server.Addr, options)
	smtp.HurryParting(transport, 50*time.Millisecond)
	will := func(at string, a testkit.SinkAnswer) func(string) {
		return plan.will(map[string]testkit.SinkAnswer{at: a})
	}
	last := at
	if at == "RCPT" {
		last = "dot"
		if slices.Contains(cfg.Offer, "CHUNKING") {
			last = "BDAT"
		}
	}
	return mailtest.Harness{
		Transport: transport, Delivered: delivered,
		Temporary: will(at, testkit.SinkAnswer{Say: "450-4.2.0 <troubled@example.org>:\r\n450 4.2.0 greylisted"}),
		Permanent: will(at, testkit.SinkAnswer{Say: "550 5.1.1 <troubled@example.org>: unknown"}),
		Silent:    will(at, testkit.SinkAnswer{Do: testkit.SinkHang}),
		Lost:      will(last, testkit.SinkAnswer{Do: testkit.SinkDrop}),
	}
}
