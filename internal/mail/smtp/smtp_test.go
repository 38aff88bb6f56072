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
func dialer(t *testing.T, address, more string) mail.Transport {
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

func TestSuite(t *testing.T) {
	t.Parallel()
	secure, ca := certificate(t)
	for name, c := range map[string]struct {
		server  testkit.SMTPConfig
		options string
	}{
		"clear":    {testkit.SMTPConfig{}, "tls: none"},
		"starttls": {testkit.SMTPConfig{TLS: secure}, "ca: " + ca},
		"implicit": {testkit.SMTPConfig{TLS: secure, Implicit: true}, "tls: implicit, ca: " + ca},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mailtest.Run(t, func(t *testing.T) mailtest.Harness { return harness(t, c.server, c.options) })
		})
	}
}

func harness(t *testing.T, cfg testkit.SMTPConfig, options string) mailtest.Harness {
	t.Helper()
	var next atomic.Pointer[testkit.SMTPAnswer]
	cfg.Answer = func(string) testkit.SMTPAnswer {
		if a := next.Swap(nil); a != nil {
			return *a
		}
		return testkit.SMTPAnswer{}
	}
	server := serve(t, cfg)
	will := func(a testkit.SMTPAnswer) func() { return func() { next.Store(&a) } }
	return mailtest.Harness{
		Transport: dialer(t, server.Addr, options),
		Delivered: func() (all [][]byte) {
			for _, m := range server.Messages() {
				all = append(all, m.Data)
			}
			return all
		},
		Temporary: will(testkit.SMTPAnswer{Do: testkit.SMTPRefuse, Code: 450, Enhanced: "4.2.0", Text: "<troubled@example.org>: greylisted"}),
		Permanent: will(testkit.SMTPAnswer{Do: testkit.SMTPRefuse, Code: 550, Enhanced: "5.1.1", Text: "<troubled@example.org>: unknown"}),
		Silent:    will(testkit.SMTPAnswer{Do: testkit.SMTPHang}),
		Lost:      will(testkit.SMTPAnswer{Do: testkit.SMTPDrop, At: testkit.SMTPAtDot}),
	}
}
