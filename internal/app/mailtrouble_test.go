package app_test

import (
	"net"
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/testkit"
)

// refusal answers every recipient with a code.
func refusal(code int, enhanced, text string) testkit.SMTPConfig {
	return testkit.SMTPConfig{Answer: func(to string) testkit.SMTPAnswer {
		return testkit.SMTPAnswer{Do: testkit.SMTPRefuse, Code: code, Enhanced: enhanced, Text: strings.ReplaceAll(text, "TO", to)}
	}}
}

// What a mail server does not take is never counted as sent, and the balance
// says what became of it.
func TestMailTrouble(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	for name, c := range map[string]struct {
		server  testkit.SMTPConfig
		mail    string // instead of the server
		options string
		want    domain.Balance
		class   string // of every delivery
		says    string // the error of Send; empty is none
	}{
		"nobody there":   {mail: mailTo(listener.Addr().String(), ""), want: pending(), says: "refused"},
		"wrong password": {server: testkit.SMTPConfig{Users: map[string]string{"mara": "right"}}, options: ", user: mara, password: wrong-secret", want: pending(), says: "535"},
		"no such people": {server: refusal(550, "5.1.1", "<TO> unknown"), want: domain.Balance{Entitled: people, Failed: people}, class: "address"},
		"not welcome":    {server: refusal(550, "5.7.1", "go away, TO"), want: pending(), class: "policy"},
		"later":          {server: refusal(451, "4.3.0", "TO: later"), want: pending(), class: "server"},
		"nobody known":   {server: testkit.SMTPConfig{Users: map[string]string{"mara": "right"}}, want: pending(), says: "530"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, mail := smtpServer(t, c.server)
			if c.mail != "" {
				mail = c.mail
			}
			if c.options != "" {
				mail = mailTo(server.Addr, c.options)
			}
			i := weeklyWith(t, "store: sqlite:marquee.db", mail).open(t, slotTime)
			i.enroll(t)
			i.gather(t)
			e, err := i.Compile(t.Context(), "weekly", slotName)
			if err != nil {
				t.Fatal(err)
			}
			_, err = i.Send(t.Context(), e)
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("Send: %v, want %q", err, c.says)
			}
			i.wantTrouble(t, e.ID, c.want, c.class)
			if said := i.log.String(); strings.Contains(said, "@patrons.example") || strings.Contains(said, "wrong-secret") {
				t.Errorf("the log tells too much:\n%s", said)
			}
			if n := len(server.Messages()); n != 0 {
				t.Errorf("%d letters were taken", n)
			}
		})
	}
}

// pending is the balance of an edition that nobody has got yet.
func pending() domain.Balance { return domain.Balance{Entitled: people, Pending: people} }

// wantTrouble checks the balance and each delivery's class.
func (i *instance) wantTrouble(t *testing.T, id domain.EditionID, want domain.Balance, class string) {
	t.Helper()
	b, err := i.Store().Balance(t.Context(), id)
	if err != nil || b != want || !b.Balances() {
		t.Errorf("%s, %v; want %s", b, err, want)
	}
	deliveries, err := i.Store().Deliveries(t.Context(), id)
	if err != nil || len(deliveries) != people {
		t.Fatalf("%d deliveries: %v", len(deliveries), err)
	}
	for _, d := range deliveries {
		if d.Class != class || strings.Contains(d.Reason, "@") {
			t.Errorf("patron %d: %s, class %q, reason %q", d.Patron, d.State, d.Class, d.Reason)
		}
	}
}
