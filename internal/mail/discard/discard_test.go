package discard_test

import (
	"strings"
	"testing"

	"marquee/internal/config"
	"marquee/internal/mail"
	"marquee/internal/mail/discard"
	"marquee/internal/mail/mailtest"
)

func newTransport(t *testing.T, options string) (mail.Transport, error) {
	t.Helper()
	opts, err := config.ParseOptions(options, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return discard.Kind().New(mail.Env{}, opts)
}

func TestSuite(t *testing.T) {
	t.Parallel()
	mailtest.Run(t, func(t *testing.T) mailtest.Harness {
		transport, err := newTransport(t, "{}")
		if err != nil {
			t.Fatal(err)
		}
		return mailtest.Harness{Transport: transport}
	})
}

func TestOptions(t *testing.T) {
	t.Parallel()
	if _, err := newTransport(t, "{path: x}"); err == nil || !strings.Contains(err.Error(), "path") {
		t.Errorf("got %v", err)
	}
	if _, err := discard.New(mail.Env{}, config.Options{}); err != nil {
		t.Errorf("without a block: %v", err)
	}
}
