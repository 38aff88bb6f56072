package delivery_test

import (
	"fmt"
	"net"
	"sync"
	"testing"

	"marquee/internal/config"
	"marquee/internal/mail"
	"marquee/internal/mail/smtp"
	"marquee/internal/testkit"
)

// relay is a real mail server, and the transport to it.
type relay struct {
	mail.Transport
	server *testkit.SMTP

	mu      sync.Mutex
	answers map[string][]testkit.SMTPAnswer // the next ones by recipient; it accepts when there are none
	asked   func(to string)                 // at each RCPT; may be nil
	// refusing answers for recipients that have no other answer planned; may be nil.
	refusing func(to string) testkit.SMTPAnswer
	took     func(to string) // at each message, before the client hears of it; may be nil
}

func newRelay(tb testing.TB) *relay {
	tb.Helper()
	r := &relay{answers: map[string][]testkit.SMTPAnswer{}}
	var err error
	r.server, err = testkit.StartSMTP(tb.Context(), testkit.SMTPConfig{Answer: r.answer, Received: r.received})
	check(tb, err)
	tb.Cleanup(func() { check(tb, r.server.Close()) })
	r.Transport = transport(tb, r.server.Addr)
	return r
}

func transport(tb testing.TB, address string) mail.Transport {
	tb.Helper()
	host, port, err := net.SplitHostPort(address)
	check(tb, err)
	opts, err := config.ParseOptions(fmt.Sprintf("{host: %s, port: %s, tls: none}", host, port), "")
	check(tb, err)
	through, err := smtp.New(mail.Env{Log: quiet()}, opts)
	check(tb, err)
	return through
}

// will plans the answers to a patron's next copies.
func (r *relay) will(patron int, answers ...testkit.SMTPAnswer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers[address(patron)] = answers
}

func (r *relay) answer(to string) testkit.SMTPAnswer {
	if r.asked != nil {
		r.asked(to)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	next := r.answers[to]
	if len(next) == 0 && r.refusing != nil {
		return r.refusing(to)
	}
	if len(next) == 0 {
		return testkit.SMTPAnswer{}
	}
	r.answers[to] = next[1:]
	return next[0]
}

func (r *relay) received(m testkit.SMTPMessage) {
	if r.took != nil {
		r.took(m.To[0])
	}
}

// letters are what arrived, in its order.
func (r *relay) letters(tb testing.TB) []letter {
	tb.Helper()
	var all []letter
	for _, m := range r.server.Messages() {
		if len(m.To) != 1 {
			tb.Errorf("one copy for %d recipients", len(m.To))
		}
		all = append(all, read(tb, m.From, m.To[0], m.Data))
	}
	return all
}

func refuse(code int, enhanced string) testkit.SMTPAnswer {
	return testkit.SMTPAnswer{Do: testkit.SMTPRefuse, Code: code, Enhanced: enhanced, Text: "no"}
}
