package smtp_test

import (
	"testing"

	"marquee/internal/mail"
	"marquee/internal/mail/mailtest"
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

// send hands one message over.
func send(t *testing.T, session mail.Session, to string) error {
	t.Helper()
	return session.Send(t.Context(), mailtest.Window(to), nil)[0]
}
