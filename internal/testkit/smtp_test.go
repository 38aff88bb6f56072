package testkit_test

import (
	"errors"
	"net/smtp"
	"net/textproto"
	"testing"

	"marquee/internal/testkit"
)

func startSMTP(t *testing.T, cfg testkit.SMTPConfig) *testkit.SMTP {
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

func TestSMTPKeepsWhatItTakes(t *testing.T) {
	t.Parallel()
	told := 0
	server := startSMTP(t, testkit.SMTPConfig{Received: func(testkit.SMTPMessage) { told++ }})
	const text = "Subject: x\r\n\r\n.\r\n..dots\r\n"
	if err := smtp.SendMail(server.Addr, nil, "a@example.org", []string{"b@example.org", "c@example.org"}, []byte(text)); err != nil {
		t.Fatal(err)
	}
	got := server.Messages()
	if len(got) != 1 || told != 1 {
		t.Fatalf("%d messages, told of %d", len(got), told)
	}
	if m := got[0]; m.From != "a@example.org" || len(m.To) != 2 || m.To[1] != "c@example.org" || string(m.Data) != text {
		t.Errorf("got %+v", m)
	}
}

func TestSMTPRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cfg  testkit.SMTPConfig
		code int
	}{
		"at RCPT": {testkit.SMTPConfig{Answer: func(string) testkit.SMTPAnswer {
			return testkit.SMTPAnswer{Do: testkit.SMTPRefuse, Code: 451, Enhanced: "4.3.0", Text: "later"}
		}}, 451},
		"at the dot": {testkit.SMTPConfig{Answer: func(string) testkit.SMTPAnswer {
			return testkit.SMTPAnswer{At: testkit.SMTPAtDot, Do: testkit.SMTPRefuse, Code: 554}
		}}, 554},
		"strangers": {testkit.SMTPConfig{Users: map[string]string{"a": "b"}}, 530},
	} {
		server := startSMTP(t, c.cfg)
		err := smtp.SendMail(server.Addr, nil, "a@example.org", []string{"b@example.org"}, []byte("Subject: x\r\n\r\n"))
		var reply *textproto.Error
		if !errors.As(err, &reply) || reply.Code != c.code || len(server.Messages()) != 0 {
			t.Errorf("%s: got %v, %d messages", name, err, len(server.Messages()))
		}
	}
}
