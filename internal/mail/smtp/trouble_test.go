package smtp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/mail"
	"marquee/internal/mail/mailtest"
	"marquee/internal/mail/smtp"
	"marquee/internal/testkit"
)

// at answers one command of one message, counted from 1; RSET belongs to the
// message behind it.
func at(verb string, message int, a testkit.SinkAnswer) func(testkit.SinkCommand) testkit.SinkAnswer {
	return func(c testkit.SinkCommand) testkit.SinkAnswer {
		if c.Verb == "RSET" {
			c.Message++
		}
		if c.Verb == verb && c.Message == message {
			return a
		}
		return testkit.SinkAnswer{}
	}
}

// converse is a session in one of the conversations.
func converse(t *testing.T, conversation string, cfg testkit.SinkConfig) (mail.Session, func() [][]byte) {
	t.Helper()
	return hurried(t, conversation, cfg, 20*time.Second)
}

// hurried is converse with a session that waits for nothing longer than limit.
func hurried(t *testing.T, conversation string, cfg testkit.SinkConfig, limit time.Duration) (mail.Session, func() [][]byte) {
	t.Helper()
	cfg.Offer = extensions()[conversation]
	server, delivered := sink(t, cfg)
	transport := dialer(t, server.Addr, "tls: none")
	smtp.Hurry(transport, limit)
	return open(t, transport), delivered
}

// TestTroubles has trouble at every command of the second of three messages.
func TestTroubles(t *testing.T) {
	t.Parallel()
	part := func(say string) testkit.SinkAnswer { return testkit.SinkAnswer{Say: say, Do: testkit.SinkPart} }
	say := func(say string) testkit.SinkAnswer { return testkit.SinkAnswer{Say: say} }
	drop, hang := testkit.SinkAnswer{Do: testkit.SinkDrop}, testkit.SinkAnswer{Do: testkit.SinkHang}
	over, goesOn := false, true
	tooLong := "250 " + strings.Repeat("x", 5000)

	type trouble struct {
		verb   string
		answer testkit.SinkAnswer
		want   string // of the second and the third message
		usable bool
	}
	before := []trouble{ // with DATA, whether pipelined or not
		{"MAIL", say("450 4.7.1 later"), "deferred MAIL 450 4.7.1, sent", goesOn},
		{"MAIL", say("550 no"), "rejected MAIL 550, sent", goesOn},
		{"MAIL", part("421 4.3.2 bye"), "deferred MAIL 421 4.3.2, withheld", over},
		{"MAIL", drop, "deferred MAIL, withheld", over},
		{"MAIL", hang, "deferred MAIL, withheld", over},
		{"MAIL", say("354 what"), "deferred MAIL, withheld", over},
		{"RCPT", say("450 4.2.0 later"), "deferred RCPT 450 4.2.0, sent", goesOn},
		{"RCPT", say("550 5.1.1 no"), "rejected RCPT 550 5.1.1, sent", goesOn},
		{"RCPT", part("421 4.3.2 bye"), "deferred RCPT 421 4.3.2, withheld", over},
		{"RCPT", drop, "deferred RCPT, withheld", over},
		{"RCPT", hang, "deferred RCPT, withheld", over},
		{"RCPT", say("what, ada@example.org?"), "deferred RCPT, withheld", over},
		{"RCPT", say(tooLong), "deferred RCPT, withheld", over},
		{"RCPT", say("250-a\r\n450 b"), "deferred RCPT, withheld", over},
		{"DATA", say("451 4.3.0 later"), "deferred DATA 451 4.3.0, sent", goesOn},
		{"DATA", say("554 no"), "rejected DATA 554, sent", goesOn},
		{"DATA", part("421 bye"), "deferred DATA 421, withheld", over},
		{"DATA", drop, "deferred DATA, withheld", over},
		{"DATA", hang, "deferred DATA, withheld", over},
		{"DATA", say("250 what"), "deferred DATA, withheld", over},
		{"dot", say("452 4.2.2 full"), "deferred dot 452 4.2.2, sent", goesOn},
		{"dot", say("554 5.7.1 spam"), "rejected dot 554 5.7.1, sent", goesOn},
		{"dot", say("251 2.0.0 odd, but taken"), "sent, sent", goesOn},
		{"dot", part("421 4.3.2 bye"), "deferred dot 421 4.3.2, withheld", over},
		{"dot", say("421 4.3.2 bye, but not yet"), "deferred dot 421 4.3.2, withheld", over},
		{"dot", drop, "unknown dot, withheld", over},
		{"dot", hang, "unknown dot, withheld", over},
		{"dot", say("354 what"), "unknown dot, withheld", over},
		{"dot", say("what?"), "unknown dot, withheld", over},
		{"dot", part("250-half an answ"), "unknown dot, withheld", over},
		{"dot", part("250 2.0.0 taken, bye"), "sent, deferred MAIL", over},
	}
	for conversation, troubles := range map[string][]trouble{
		"plain": append(before,
			trouble{"MAIL", say("250 ok\r\n250 ok"), "deferred MAIL, withheld", over}),
		"pipelining": before,
		"chunking": { // everything was handed over before the first answer
			{"RSET", say("502 what"), "sent, sent", over},
			{"RSET", part("421 4.7.0 enough"), "withheld RSET 421 4.7.0, withheld", over},
			{"RSET", drop, "unknown BDAT, unknown BDAT", over},
			{"MAIL", say("450 4.7.1 later"), "deferred MAIL 450 4.7.1, sent", goesOn},
			{"MAIL", say("550 no"), "rejected MAIL 550, sent", goesOn},
			{"MAIL", part("421 4.3.2 bye"), "deferred MAIL 421 4.3.2, withheld", over},
			{"MAIL", drop, "unknown BDAT, unknown BDAT", over},
			{"MAIL", say("354 what"), "unknown BDAT, unknown BDAT", over},
			{"RCPT", say("450 4.2.0 later"), "deferred RCPT 450 4.2.0, sent", goesOn},
			{"RCPT", say("550 5.1.1 no"), "rejected RCPT 550 5.1.1, sent", goesOn},
			{"RCPT", part("421 4.3.2 bye"), "deferred RCPT 421 4.3.2, withheld", over},
			{"RCPT", say("421 4.3.2 bye, but not yet"), "deferred RCPT 421 4.3.2, sent", over},
			{"RCPT", drop, "unknown BDAT, unknown BDAT", over},
			{"RCPT", hang, "unknown BDAT, unknown BDAT", over},
			{"RCPT", say(tooLong), "unknown BDAT, unknown BDAT", over},
			{"BDAT", say("452 4.2.2 full"), "deferred BDAT 452 4.2.2, sent", goesOn},
			{"BDAT", say("554 5.7.1 spam"), "rejected BDAT 554 5.7.1, sent", goesOn},
			{"BDAT", part("421 4.3.2 bye"), "deferred BDAT 421 4.3.2, withheld", over},
			{"BDAT", drop, "unknown BDAT, unknown BDAT", over},
			{"BDAT", hang, "unknown BDAT, unknown BDAT", over},
			{"BDAT", say("what?"), "unknown BDAT, unknown BDAT", over},
			{"BDAT", part("250 2.0.0 taken, bye"), "sent, unknown BDAT", over},
		},
	} {
		for i, c := range troubles {
			t.Run(fmt.Sprintf("%s/%d %s", conversation, i, c.verb), func(t *testing.T) {
				t.Parallel()
				limit := 20 * time.Second
				if c.answer.Do == testkit.SinkHang {
					limit = 300 * time.Millisecond
				}
				session, delivered := hurried(t, conversation, testkit.SinkConfig{Answer: at(c.verb, 2, c.answer)}, limit)
				errs := session.Send(t.Context(), mailtest.Window("one@example.org", "ada@example.org", "three@example.org"), nil)
				if got := strings.Join(brief(errs), ", "); got != "sent, "+c.want {
					t.Errorf("%+v: got %q, want %q: %v", c.answer, got, "sent, "+c.want, errs)
				}
				if session.Usable() != c.usable {
					t.Errorf("usable %t", session.Usable())
				}
				if strings.Contains(fmt.Sprint(errs), "ada@") {
					t.Errorf("an address in %v", errs)
				}
				sent := len(slices.DeleteFunc(errs, func(err error) bool { return err != nil }))
				if n := len(delivered()); n < sent {
					t.Errorf("%d sent, %d arrived", sent, n)
				}
			})
		}
	}
}

// TestWords wants a refusal to say what the server said, but for whom.
func TestWords(t *testing.T) {
	t.Parallel()
	for say, want := range map[string]string{
		"451 4.7.1 Greylisted, ada, try later":                     "RCPT: Greylisted, <address> try later",
		"550 5.1.1 <ada@example.org>: no such user here":           "RCPT: <address> no such user here",
		"550-5.1.1 The account of ada\r\n550 5.1.1 does not exist": "RCPT: The account of <address> does not exist",
		"550":                             "RCPT: ",
		"550-\r\n550 no":                  "RCPT: no",
		"550-two lines\r\n550 of \x1b[31": "RCPT: two lines of [31",
	} {
		session, _ := converse(t, "pipelining", testkit.SinkConfig{Answer: at("RCPT", 1, testkit.SinkAnswer{Say: say})})
		err := send(t, session, "ada@example.org")
		sent, ok := errors.AsType[*mail.SendError](err)
		if !ok || sent.Err.Error() != want {
			t.Errorf("%q: got %v, want %q", say, err, want)
		}
	}
}

// TestNothingToComplete wants begin not to be asked when the server has refused
// everybody.
func TestNothingToComplete(t *testing.T) {
	t.Parallel()
	for conversation := range extensions() {
		session, _ := converse(t, conversation, testkit.SinkConfig{Answer: func(c testkit.SinkCommand) testkit.SinkAnswer {
			if c.Verb == "RCPT" {
				return testkit.SinkAnswer{Say: "550 5.1.1 no"}
			}
			return testkit.SinkAnswer{}
		}})
		errs := session.Send(t.Context(), mailtest.Window("a@example.org", "b@example.org"), func(context.Context) ([]bool, error) {
			t.Errorf("%s: begin was asked", conversation)
			return nil, nil
		})
		if got := brief(errs); !slices.Equal(got, []string{"rejected RCPT 550 5.1.1", "rejected RCPT 550 5.1.1"}) || !session.Usable() {
			t.Errorf("%s: got %v, usable %t", conversation, got, session.Usable())
		}
	}
}

// TestEndedMeanwhile wants a session that the server has ended between windows to
// cost nobody an attempt, and one that never took anything to count.
func TestEndedMeanwhile(t *testing.T) {
	t.Parallel()
	for conversation := range extensions() {
		for name, c := range map[string]struct {
			answer testkit.SinkAnswer
			second string
		}{
			"421":  {testkit.SinkAnswer{Say: "421 4.4.2 idle", Do: testkit.SinkPart}, "withheld MAIL 421 4.4.2, withheld"},
			"drop": {testkit.SinkAnswer{Do: testkit.SinkDrop}, "withheld, withheld"},
		} {
			session, _ := converse(t, conversation, testkit.SinkConfig{Answer: at("MAIL", 2, c.answer)})
			if err := send(t, session, "one@example.org"); err != nil {
				t.Fatal(err)
			}
			asked := false
			errs := session.Send(t.Context(), mailtest.Window("two@example.org", "three@example.org"), func(context.Context) ([]bool, error) {
				asked = true
				return []bool{true, true}, nil
			})
			if got := strings.Join(brief(errs), ", "); got != c.second || session.Usable() || asked {
				t.Errorf("%s, %s: got %q, want %q; usable %t, begin asked %t", conversation, name, got, c.second, session.Usable(), asked)
			}
		}
	}
	session, _ := converse(t, "plain", testkit.SinkConfig{Answer: at("MAIL", 1, testkit.SinkAnswer{Say: "421 4.7.0 enough", Do: testkit.SinkPart})})
	if got := briefly(send(t, session, "one@example.org")); got != "deferred MAIL 421 4.7.0" {
		t.Errorf("at first: got %q", got)
	}
}

// TestBeginComesLate wants all but the end of the first message to be with the
// server when begin is asked with DATA, and an accepted envelope with BDAT.
func TestBeginComesLate(t *testing.T) {
	t.Parallel()
	for conversation, want := range map[string]string{
		"plain": "the very end\r\n", "pipelining": "the very end\r\n", "chunking": "RCPT TO:<ada@example.org>\r\n",
	} {
		said := newTrace()
		session, _ := converse(t, conversation, testkit.SinkConfig{Heard: said})
		window := mailtest.Window("ada@example.org", "bob@example.org")
		window[0].Content = append(window[0].Content, []byte("the very end\r\n"))
		errs := session.Send(t.Context(), window, func(context.Context) ([]bool, error) {
			said.await(want)
			if !strings.HasSuffix(said.String(), want) {
				t.Errorf("%s: heard %q when begin was asked", conversation, said)
			}
			return []bool{true, true}, nil
		})
		if got := brief(errs); !slices.Equal(got, []string{"sent", "sent"}) {
			t.Errorf("%s: got %v", conversation, errs)
		}
	}
}

// TestWideWindow wants a window with more messages than may lack their answers
// to arrive whole, whatever is refused.
func TestWideWindow(t *testing.T) {
	t.Parallel()
	for conversation := range extensions() {
		session, delivered := converse(t, conversation, testkit.SinkConfig{Answer: func(c testkit.SinkCommand) testkit.SinkAnswer {
			if c.Message%7 == 0 && c.Verb == "RCPT" {
				return testkit.SinkAnswer{Say: "450 4.2.0 later"}
			}
			return testkit.SinkAnswer{}
		}})
		window := make([]mail.Message, 350)
		for i := range window {
			window[i] = mailtest.Message(fmt.Sprintf("patron%d@example.org", i))
		}
		for i, err := range session.Send(t.Context(), window, nil) {
			if got := briefly(err); (got != "sent") != (i%7 == 6) {
				t.Errorf("%s: message %d is %s", conversation, i, got)
			}
		}
		if n := len(delivered()); n != 300 || !session.Usable() {
			t.Errorf("%s: %d arrived, usable %t", conversation, n, session.Usable())
		}
	}
}

// TestUnreadReplies wants a server that stops listening while its replies are not
// read not to be kept waiting for it.
func TestUnreadReplies(t *testing.T) {
	t.Parallel()
	long := testkit.SinkAnswer{Say: strings.Repeat("250-"+strings.Repeat("x", 120)+"\r\n", 120) + "250 taken"}
	session, _ := converse(t, "chunking", testkit.SinkConfig{Answer: func(c testkit.SinkCommand) testkit.SinkAnswer {
		if c.Verb == "BDAT" {
			return long
		}
		return testkit.SinkAnswer{}
	}})
	window := slices.Repeat(mailtest.Window("ada@example.org"), 800)
	for i, err := range session.Send(t.Context(), window, nil) {
		if err != nil {
			t.Fatalf("message %d: %v", i, err)
		}
	}
}

// TestFarewell wants what a server says when it is hanging up to be heard though
// nothing more can be said to it, and its silence not to be waited for long.
func TestFarewell(t *testing.T) {
	t.Parallel()
	window := []mail.Message{big("ada@example.org"), mailtest.Message("bob@example.org"), big("eve@example.org"), big("joe@example.org")}
	session, _ := converse(t, "chunking", testkit.SinkConfig{Answer: at("RCPT", 2, testkit.SinkAnswer{Say: "421 4.7.0 enough", Do: testkit.SinkPart})})
	if got := strings.Join(brief(session.Send(t.Context(), window, nil)), ", "); got != "sent, deferred RCPT 421 4.7.0, withheld, withheld" {
		t.Errorf("in the middle of a window: got %q", got)
	}

	server, _ := sink(t, testkit.SinkConfig{Offer: extensions()["chunking"], Answer: func(c testkit.SinkCommand) testkit.SinkAnswer {
		switch {
		case c.Verb == "RCPT" && c.Message == 2:
			return testkit.SinkAnswer{Say: "421 4.7.0 enough"}
		case c.Verb == "RSET" && c.Message == 2:
			return testkit.SinkAnswer{Do: testkit.SinkHang}
		}
		return testkit.SinkAnswer{}
	}})
	transport := dialer(t, server.Addr, "tls: none")
	smtp.HurryQuit(transport, 100*time.Millisecond)
	errs := open(t, transport).Send(t.Context(), mailtest.Window("a@example.org", "b@example.org", "c@example.org"), nil)
	if got := strings.Join(brief(errs), ", "); got != "sent, deferred RCPT 421 4.7.0, unknown BDAT" {
		t.Errorf("and then silence: got %q", got)
	}
}

// TestSpeaksUnasked wants a session whose server says more than it was asked to
// be over after what was right.
func TestSpeaksUnasked(t *testing.T) {
	t.Parallel()
	for conversation := range extensions() {
		for _, last := range []string{"dot", "BDAT"} {
			session, _ := converse(t, conversation, testkit.SinkConfig{Answer: at(last, 1, testkit.SinkAnswer{Say: "250 taken\r\n421 4.3.2 and bye"})})
			err := send(t, session, "ada@example.org")
			if said := (last == "BDAT") == (conversation == "chunking"); err != nil || session.Usable() == said {
				t.Errorf("%s: got %v, usable %t", conversation, err, session.Usable())
			}
		}
	}
}

// big is a message with more content than the sockets hold.
func big(to string) mail.Message {
	m := mailtest.Message(to)
	m.Content = append(m.Content, slices.Repeat([][]byte{[]byte(strings.Repeat("More than the sockets hold.\r\n", 1<<14))}, 40)...)
	return m
}

// TestCutInside wants a loss in the middle of a message to be a deferral of it
// alone, and what the server has said before to count.
func TestCutInside(t *testing.T) {
	t.Parallel()
	window := []mail.Message{big("ada@example.org"), mailtest.Message("bob@example.org")}
	for conversation, want := range map[string]string{"plain": "deferred DATA, withheld", "pipelining": "deferred DATA, withheld"} {
		session, delivered := converse(t, conversation, testkit.SinkConfig{Answer: at("DATA", 1, testkit.SinkAnswer{Do: testkit.SinkDropInside})})
		errs := session.Send(t.Context(), window, func(context.Context) ([]bool, error) {
			t.Errorf("%s: begin was asked", conversation)
			return nil, nil
		})
		if got := strings.Join(brief(errs), ", "); got != want || session.Usable() || len(delivered()) > 0 {
			t.Errorf("%s: got %q, want %q: %v", conversation, got, want, errs)
		}
	}
	session, _ := converse(t, "plain", testkit.SinkConfig{Answer: at("DATA", 1, testkit.SinkAnswer{Say: "354 go\r\n552 5.3.4 too much", Do: testkit.SinkPart})})
	if got := strings.Join(brief(session.Send(t.Context(), window, nil)), ", "); got != "rejected dot 552 5.3.4, withheld" {
		t.Errorf("refused inside: got %q", got)
	}
	session, delivered := converse(t, "plain", testkit.SinkConfig{Answer: at("DATA", 1, testkit.SinkAnswer{Say: "354 go\r\n250 2.0.0 taken", Do: testkit.SinkPart})})
	if got := strings.Join(brief(session.Send(t.Context(), window, nil)), ", "); got != "deferred DATA, withheld" || len(delivered()) > 0 {
		t.Errorf("taken before it was there: got %q", got)
	}
}

// TestNobodyThereButGoOn is about servers that ask for the content of a message
// whose recipient they have refused: they get a lone dot (RFC 2920 §3.1). Where
// the dot could deliver something empty, the connection is cut.
func TestNobodyThereButGoOn(t *testing.T) {
	t.Parallel()
	opening := mailLine + "|RCPT TO:<ada@example.org>|DATA"
	steps := append(hello("250-PIPELINING|"),
		step{opening, "250 ok|550 5.1.1 no|354 go on"}, step{".", "554 5.5.1 nobody"},
		step{mailLine + "|RCPT TO:<bob@example.org>|DATA", "250 ok|250 ok|354 go"}, step{"Subject: x||Hello bob|.", "250 taken"}, bye())
	address, played := rehearse(t, steps...)
	transport := dialer(t, address, "tls: none, helo: relay.lanternscreen.example")
	session := open(t, transport)
	if got := brief(session.Send(t.Context(), notes("ada@example.org", "bob@example.org"), nil)); !slices.Equal(got, []string{"rejected RCPT 550 5.1.1", "sent"}) {
		t.Errorf("got %v", got)
	}
	if err := session.Close(); err != nil {
		t.Error(err)
	}
	played()

	address, played = rehearse(t, append(hello("250-PIPELINING|"), step{opening, "550 no|250 ok|354 go on"})...)
	session = open(t, dialer(t, address, "tls: none, helo: relay.lanternscreen.example"))
	if got := brief(session.Send(t.Context(), notes("ada@example.org", "bob@example.org"), nil)); !slices.Equal(got, []string{"rejected MAIL 550", "withheld"}) || session.Usable() {
		t.Errorf("got %v", got)
	}
	played()
}

// TestCancelledAfterTheEnd wants a cancelled session to wait a while for the
// answer that tells whether a message was taken, and to begin no other. With BDAT
// both of these were complete.
func TestCancelledAfterTheEnd(t *testing.T) {
	t.Parallel()
	for conversation := range extensions() {
		for name, c := range map[string]struct {
			answer  testkit.SinkAnswer
			parting time.Duration
			dot     string
			bdat    string
		}{
			"taken":         {testkit.SinkAnswer{}, time.Minute, "sent, withheld", "sent, sent"},
			"refused":       {testkit.SinkAnswer{Say: "554 5.7.1 no"}, time.Minute, "rejected dot 554 5.7.1, withheld", "rejected BDAT 554 5.7.1, sent"},
			"never answers": {testkit.SinkAnswer{Do: testkit.SinkHang}, 50 * time.Millisecond, "unknown dot, withheld", "unknown BDAT, unknown BDAT"},
		} {
			t.Run(conversation+" "+name, func(t *testing.T) {
				t.Parallel()
				ctx, cancel := context.WithCancel(t.Context())
				server, _ := sink(t, testkit.SinkConfig{Offer: extensions()[conversation], Answer: func(a testkit.SinkCommand) testkit.SinkAnswer {
					if conversation == "pipelining" && a.Verb == "MAIL" && a.Message == 2 {
						return testkit.SinkAnswer{Do: testkit.SinkHang} // nobody may wait for this
					}
					if a.To != "a@example.org" || a.Verb != "dot" && a.Verb != "BDAT" {
						return testkit.SinkAnswer{}
					}
					cancel()
					return c.answer
				}})
				transport := dialer(t, server.Addr, "tls: none")
				smtp.HurryParting(transport, c.parting)
				session := open(t, transport)
				errs := session.Send(ctx, mailtest.Window("a@example.org", "b@example.org"), nil)
				want := c.dot
				if conversation == "chunking" {
					want = c.bdat
				}
				if got := strings.Join(brief(errs), ", "); got != want || errs[1] != nil && !errors.Is(errs[1], context.Canceled) {
					t.Errorf("got %q, want %q: %v", got, want, errs)
				}
				if session.Usable() {
					t.Error("usable after it was cancelled")
				}
			})
		}
	}
}

// TestCancelledInside wants a message whose content is on its way to be given up
// at once, though it is one long write.
func TestCancelledInside(t *testing.T) {
	t.Parallel()
	message := big("ada@example.org")
	message.Content = [][]byte{bytes.Join(message.Content, nil)}
	for conversation := range extensions() {
		ctx, cancel := context.WithCancel(t.Context())
		var heard atomic.Int64
		server, delivered := sink(t, testkit.SinkConfig{Offer: extensions()[conversation], Heard: writerFunc(func(p []byte) (int, error) {
			if heard.Add(int64(len(p))) > 1<<20 { // in the middle of the content
				cancel()
				<-ctx.Done()
				<-t.Context().Done()
			}
			return len(p), nil
		})})
		start := time.Now()
		errs := open(t, dialer(t, server.Addr, "tls: none")).Send(ctx, []mail.Message{message}, nil)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: took %v", conversation, took)
		}
		if got := briefly(errs[0]); got != "withheld" || len(delivered()) > 0 {
			t.Errorf("%s: got %q: %v", conversation, got, errs)
		}
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestLimitsAreThoseOfTheStandard(t *testing.T) {
	t.Parallel()
	for what, least := range map[string]time.Duration{ // RFC 5321 §4.5.3.2
		"greeting": 5 * time.Minute, "command": 5 * time.Minute, "data": 2 * time.Minute, "block": 3 * time.Minute, "dot": 10 * time.Minute,
	} {
		if got := smtp.Limits()[what]; got < least {
			t.Errorf("%s: %v, want at least %v", what, got, least)
		}
	}
}

// TestUnsayable wants nothing said to the server of addresses that are none, of
// those that it cannot take, and of content that DATA would change.
func TestUnsayable(t *testing.T) {
	t.Parallel()
	for conversation := range extensions() {
		server, delivered := sink(t, testkit.SinkConfig{Offer: slices.DeleteFunc(extensions()[conversation], func(e string) bool { return e == "SMTPUTF8" })})
		session := open(t, dialer(t, server.Addr, "tls: none"))
		window := mailtest.Window("", "ada", "a@example.org>\r\nRCPT TO:<b@example.org", "a@example.org> <b@example.org", "zoë@example.org", "good@example.org")
		window = append(window, mail.Message{From: "ö@example.org", To: "good@example.org", Content: window[5].Content})
		errs := session.Send(t.Context(), window, nil)
		want := []string{"rejected RCPT", "rejected RCPT", "rejected RCPT", "rejected RCPT", "rejected RCPT", "sent", "rejected MAIL"}
		if diff := cmp.Diff(want, brief(errs)); diff != "" || !session.Usable() || len(delivered()) != 1 {
			t.Errorf("%s: usable %t, %d arrived (-want +got):\n%s", conversation, session.Usable(), len(delivered()), diff)
		}
		for i, status := range []string{"5.1.3", "5.1.3", "5.1.3", "5.1.3", "5.6.7"} {
			if sent, ok := errors.AsType[*mail.SendError](errs[i]); !ok || sent.Enhanced != status || strings.Contains(sent.Error(), "example.org") {
				t.Errorf("%s: got %v, want %s", conversation, errs[i], status)
			}
		}
	}
}
