package inbound_test

import (
	"errors"
	"fmt"
	"net/smtp"
	"os/exec"
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/inbound"
	"marquee/internal/token"
)

const wish = "From: Zebulon Quackenbush <zebulon@quackenbush.example>\nTo: whom@it.example\nSubject: unsubscribe\n\nNo more ledgers, please."

// Whoever writes to the address in a letter unsubscribes its patron, whatever
// the mail looks like; a copy of it does no more.
func TestUnsubscribe(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ from, text string }{
		"mail program":           {sender, wish},
		"without subject":        {sender, "From: x@y.example\n\n"},
		"empty":                  {sender, ""},
		"text alone":             {sender, "please stop"},
		"another sender":         {"ottoline@elsewhere.example", strings.ReplaceAll(wish, "zebulon", "ottoline")},
		"sender beyond ASCII":    {"zébulon@quackenbush.example", wish},
		"reply":                  {sender, "Subject: Re: Your picks\nIn-Reply-To: <a@b.example>\nReferences: <a@b.example>\n\n> quoted"},
		"not automatic":          {sender, "Auto-Submitted: no\n" + wish},
		"sent by the provider":   {sender, "Auto-Submitted: auto-generated\nPrecedence: bulk\n" + wish},
		"complaint":              {"feedback@provider.example", "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b--"},
		"broken header":          {sender, "this is no field\n: nor this\n" + wish},
		"auto-replied in text":   {sender, wish + "\nAuto-Submitted: auto-replied\nList-Id: <x.example>"},
		"empty list id":          {sender, "List-Id:\n" + wish},
		"another field's folded": {sender, "X-Note: a\n Auto-Submitted: auto-replied\n\tList-Id: <x.example>\n" + wish},
		"far along a line":       {sender, "X-Note: " + strings.Repeat("x", 4096-len("X-Note: ")) + "Auto-Submitted: auto-replied\n" + wish},
		"dots":                   {sender, "Subject: x\n\n..\n..dots"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t, false)
			k := h.call(t, "EHLO")
			for range 2 {
				k.mail(test.from, h.leaving(42), test.text, "250 2.0.0")
			}
			k.say("QUIT", "221")
			if gone := h.gone(); len(gone) != 1 || gone[42] != 2 {
				t.Errorf("unsubscribed: %v", gone)
			}
		})
	}
}

// What comes by itself is taken, and unsubscribes nobody.
func TestNobodysWish(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ from, text, why string }{
		"bounce":          {"", wish, "null sender"},
		"vacation":        {sender, "Auto-Submitted: auto-replied\n" + wish, "automatic answer"},
		"vacation, noted": {sender, "AUTO-SUBMITTED: Auto-Replied (vacation); owner-email=\"a@b.example\"\n" + wish, "automatic answer"},
		"vacation, folded": {
			sender, "Subject: x\nAuto-Submitted:\n  auto-replied;\n  owner-token=x\nTo: y@z.example\n\n", "automatic answer",
		},
		"notification":   {sender, "Auto-Submitted: auto-notified; x=y\n" + wish, "automatic answer"},
		"header alone":   {sender, "Subject: x\nAuto-Submitted: auto-replied", "automatic answer"},
		"late in header": {sender, strings.Repeat("X-Trace: "+strings.Repeat("x", 900)+"\n", 100) + "Auto-Submitted: auto-replied\n" + wish, "automatic answer"},
		"after a long line": {
			sender, "X-Trace: " + strings.Repeat("x", 30<<10) + "\nAuto-Submitted: auto-replied\n" + wish, "automatic answer",
		},
		"bounce with a sender": {
			"mailer-daemon@quackenbush.example", "Content-Type: multipart/report;\n\tboundary=b;\n report-type=\"Delivery-Status\"\n\n--b--", "report of delivery",
		},
		"broken type":  {sender, "Content-Type: multipart/report; report-type=delivery-status; ;;=\n" + wish, "report of delivery"},
		"read receipt": {sender, "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b--", "report of delivery"},
		"list":         {"owner@list.example", "List-Id: Ledgers <ledgers.list.example>\n" + wish, "mailing list"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t, false)
			h.call(t, "EHLO").mail(test.from, h.leaving(42), test.text, "250 2.0.0")
			if gone := h.gone(); len(gone) != 0 {
				t.Errorf("unsubscribed: %v", gone)
			}
			if want := fmt.Sprintf(`msg="mail did not unsubscribe" patron=42 reason=%q`, test.why); !strings.Contains(strings.ReplaceAll(h.said(), `reason="`, `reason="`), want) {
				t.Errorf("log %s, want %s", h.said(), want)
			}
		})
	}
}

// Somebody's answer at an address that takes none is refused, in words, by whoever
// has it; a program's is taken and means nothing.
func TestAnswers(t *testing.T) {
	t.Parallel()
	h := open(t, false)
	k := h.call(t, "EHLO")
	k.mail(sender, h.returning(7, 42), "Subject: Re: Your picks\n\nWonderful.", "550 5.7.1 this address takes no answers")
	k.mail(sender, h.returning(7, 42), "Subject: Automatic reply: Your picks\n\nAway.", "250 2.0.0")
	k.mail("", h.returning(7, 42), "Subject: x\nAuto-Submitted: auto-replied\n\n", "250 2.0.0")
	if len(h.gone()) != 0 || len(h.came()) != 0 {
		t.Errorf("unsubscribed %v, bounces %v", h.gone(), h.came())
	}
}

// No address is taken but those with a token of ours: this is no open relay.
func TestRefuses(t *testing.T) {
	t.Parallel()
	h := open(t, false)
	k := h.call(t, "EHLO")
	k.say("MAIL FROM:<"+sender+">", "250")
	good := h.leaving(42)
	secret := strings.TrimSuffix(strings.TrimPrefix(good, "return+"), "@in.lanternscreen.example")
	for name, to := range map[string]string{
		"stranger":          "mara@lanternscreen.example",
		"postmaster":        "postmaster",
		"bare":              "return@in.lanternscreen.example",
		"empty token":       "return+@in.lanternscreen.example",
		"wrong token":       "return+wrong@in.lanternscreen.example",
		"truncated":         "return+" + secret[1:] + "@in.lanternscreen.example",
		"longer":            "return+" + secret + "a@in.lanternscreen.example",
		"another key":       "return+" + token.New([]byte("another key of thirty-two bytes!")).Mailbox(token.Unsubscribe, 42) + "@in.lanternscreen.example",
		"another purpose":   "return+" + h.mint.Mailbox("feed", 42) + "@in.lanternscreen.example",
		"a link's":          "return+" + h.mint.Make(token.Unsubscribe, 42) + "@in.lanternscreen.example",
		"another name":      "bounce+" + secret + "@in.lanternscreen.example",
		"no name":           "+" + secret + "@in.lanternscreen.example",
		"another separator": "return-" + secret + "@in.lanternscreen.example",
		"domain above":      "return+" + secret + "@lanternscreen.example",
		"domain below":      "return+" + secret + "@a.in.lanternscreen.example",
		"literal":           "return+" + secret + "@[127.0.0.1]",
		"percent":           "mara%elsewhere.example@in.lanternscreen.example",
		"bang":              "elsewhere.example!mara@in.lanternscreen.example",
		"two at":            `"` + good + `"@elsewhere.example`,
		"route":             "@in.lanternscreen.example:mara@elsewhere.example",
	} {
		k.send("RCPT TO:<" + to + ">")
		if reply := k.hear("5"); !strings.HasPrefix(reply, "550 5.1.1 No such address here") && !strings.HasPrefix(reply, "501") {
			t.Errorf("%s: %s", name, reply)
		}
	}
	k.say("DATA", "502")
	k.say("RCPT TO:<"+good+">", "250")
	k.say("DATA", "354")
	k.say(".", "250")
	for line, want := range map[string]string{
		"AUTH PLAIN AGEAYg==": "5", "STARTTLS": "502", "VRFY mara": "252", "EXPN staff": "502", "TURN": "502", "LHLO x": "500",
	} {
		k.say(line, want)
	}
	if gone := h.gone(); len(gone) != 1 {
		t.Errorf("unsubscribed: %v", gone)
	}
}

// Servers on the way change letter case, and add routes that mean nothing.
func TestTakes(t *testing.T) {
	t.Parallel()
	h := open(t, false)
	k := h.call(t, "EHLO")
	good := h.leaving(42)
	for _, to := range []string{
		good, strings.ToUpper(good), "Return+" + good[len("return+"):], "@relay.example:" + good,
		`"` + strings.Replace(good, "@", `"@`, 1), strings.Replace(good, "in.", "IN.", 1),
	} {
		k.mail(sender, to, wish, "250")
	}
	if gone := h.gone(); gone[42] != 6 {
		t.Errorf("unsubscribed: %v", gone)
	}
}

// The greeting offers neither a login nor encryption, and says how large a mail
// may be.
func TestGreeting(t *testing.T) {
	t.Parallel()
	h := open(t, false)
	k := h.call(t, "HELO")
	offer := k.say("EHLO x.example", "250")
	if strings.Contains(offer, "AUTH") || strings.Contains(offer, "STARTTLS") || !strings.Contains(offer, "SIZE 67108864") || !strings.Contains(offer, "SMTPUTF8") {
		t.Errorf("offered:\n%s", offer)
	}
	k.say("MAIL FROM:<"+sender+"> SIZE=67108865", "552 5.3.4")
	k.say("MAIL FROM:<"+sender+"> SIZE=67108864 BODY=8BITMIME SMTPUTF8", "250")
}

// A mail that is too large or breaks off does nothing; the next one does.
func TestNotWhole(t *testing.T) {
	t.Parallel()
	h := open(t, false)
	k := h.call(t, "EHLO")
	k.mail(sender, h.leaving(1), wish+"\n"+strings.Repeat(strings.Repeat("x", 30_000)+"\n", 2300), "552 5.3.4")
	k.mail(sender, h.leaving(2), wish, "250")
	k.say("MAIL FROM:<"+sender+">", "250")
	k.say("RCPT TO:<"+h.leaving(3)+">", "250")
	k.say("DATA", "354")
	k.send("Subject: x", "", "no dot follows")
	check(t, k.Close())
	h.stop(t)
	if gone := h.gone(); len(gone) != 1 || gone[2] != 1 {
		t.Errorf("unsubscribed: %v", gone)
	}
}

// Chunks are taken as well as lines; an abandoned one does nothing.
func TestChunks(t *testing.T) {
	t.Parallel()
	for _, greeting := range []string{"EHLO", "LHLO"} {
		h := open(t, greeting == "LHLO")
		k := h.call(t, greeting)
		k.say("MAIL FROM:<"+sender+">", "250")
		k.say("RCPT TO:<"+h.leaving(1)+">", "250")
		k.send("BDAT 12", "Subject: x")
		k.hear("250")
		k.say("RSET", "250")
		k.hear("421") // whoever abandons a mail in chunks has to call again
		k = h.call(t, greeting)
		k.say("MAIL FROM:<"+sender+">", "250")
		k.say("RCPT TO:<"+h.leaving(2)+">", "250")
		k.send("BDAT 12", "Subject: x")
		k.hear("250")
		k.say("BDAT 0 LAST", "250")
		k.say("NOOP", "250")
		h.stop(t)
		if gone := h.gone(); len(gone) != 1 || gone[2] != 1 {
			t.Errorf("%s, unsubscribed: %v", greeting, gone)
		}
	}
}

// Lines may be longer than they ought to be, but not endless.
func TestLines(t *testing.T) {
	t.Parallel()
	h := open(t, false)
	k := h.call(t, "EHLO")
	k.mail(sender, h.leaving(1), "Subject: x\n\n"+strings.Repeat("x", 30<<10), "250")
	k.say("MAIL FROM:<"+sender+">", "250")
	k.say("RCPT TO:<"+h.leaving(2)+">", "250")
	k.say("DATA", "354")
	k.flood("Subject: x\r\n\r\n"+strings.Repeat("x", 33<<10), "451 4.3.0", "500 5.4.0")
	if gone := h.gone(); len(gone) != 1 || gone[1] != 1 {
		t.Errorf("unsubscribed: %v", gone)
	}
	k = h.call(t, "EHLO")
	k.flood("NOOP "+strings.Repeat("x", 33<<10), "500 5.4.0")
}

// A mail for several people is acknowledged when it is done for all. In LMTP
// each has an answer of their own.
func TestSeveral(t *testing.T) {
	t.Parallel()
	for _, greeting := range []string{"EHLO", "LHLO"} {
		h := open(t, greeting == "LHLO")
		h.fails[2] = errors.New("the disk is full")
		h.fails[3] = fmt.Errorf("patron 3: %w", domain.ErrNotFound)
		k := h.call(t, greeting)
		for _, recovered := range []bool{false, true} {
			if recovered {
				h.fails[2] = nil
			}
			k.say("MAIL FROM:<"+sender+">", "250")
			for _, to := range []string{h.leaving(1), h.leaving(2), h.leaving(3), h.returning(7, 4), h.leaving(1)} {
				k.say("RCPT TO:<"+to+">", "250")
			}
			k.say("DATA", "354")
			k.send("Subject: x", "", "x", ".")
			for i := range map[string]int{"EHLO": 1, "LHLO": 5}[greeting] {
				want := "250 2.0.0"
				if !recovered && (greeting == "EHLO" || i == 1) {
					want = "451 4.3.0 "
				}
				if greeting == "LHLO" && i == 3 { // the return path takes no answers
					want = "550 5.7.1 "
				}
				k.hear(want)
			}
		}
		k.say("QUIT", "221")
		h.stop(t)
		if gone := h.gone(); gone[1] != 4 || gone[2] != 1 || gone[3] != 0 || gone[4] != 0 {
			t.Errorf("%s, unsubscribed: %v", greeting, gone)
		}
		if strings.Count(h.said(), `level=ERROR msg="inbound mail not taken" err="the disk is full"`) != 1 {
			t.Errorf("log: %s", h.said())
		}
	}
}

func TestManyRecipients(t *testing.T) {
	t.Parallel()
	h := open(t, false)
	k := h.call(t, "EHLO")
	k.say("MAIL FROM:<"+sender+">", "250")
	for id := range domain.PatronID(100) {
		k.say("RCPT TO:<"+h.leaving(id+1)+">", "250")
	}
	k.say("RCPT TO:<"+h.leaving(101)+">", "452 4.5.3")
	k.say("DATA", "354")
	k.say(".", "250")
	if gone := h.gone(); len(gone) != 100 {
		t.Errorf("%d unsubscribed", len(gone))
	}
}

// Clients of others understand the server: Go's and Postfix's.
func TestOthersClients(t *testing.T) {
	t.Parallel()
	t.Run("net/smtp", func(t *testing.T) {
		t.Parallel()
		h := open(t, false)
		check(t, smtp.SendMail(h.addr, nil, sender, []string{h.leaving(1)}, []byte(strings.ReplaceAll(wish, "\n", "\r\n"))))
		if err := smtp.SendMail(h.addr, nil, sender, []string{"mara@lanternscreen.example"}, []byte("x")); err == nil || !strings.Contains(err.Error(), "5.1.1") {
			t.Errorf("relayed: %v", err)
		}
		if gone := h.gone(); gone[1] != 1 {
			t.Errorf("unsubscribed: %v", gone)
		}
	})
	for _, lmtp := range []bool{false, true} {
		t.Run(fmt.Sprint("smtp-source, lmtp ", lmtp), func(t *testing.T) {
			t.Parallel()
			source, err := exec.LookPath("smtp-source")
			if err != nil {
				t.Skip("smtp-source (Debian: postfix) is not installed")
			}
			h := open(t, lmtp)
			args := []string{"-m", "20", "-s", "5", "-f", sender, "-t", h.leaving(1), "inet:" + h.addr}
			if lmtp {
				args = append([]string{"-L"}, args...)
			}
			if out, err := exec.CommandContext(t.Context(), source, args...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if gone := h.gone(); gone[1] != 20 {
				t.Errorf("unsubscribed: %v", gone)
			}
		})
	}
}

// Whatever comes in, the log names nobody and quotes nothing.
func TestLogIsPrivate(t *testing.T) {
	t.Parallel()
	h := open(t, false)
	k := h.call(t, "EHLO")
	h.fails[9] = errors.New("locked")
	k.mail(sender, h.leaving(1), wish, "250")
	k.mail("", h.leaving(1), wish, "250")
	k.mail("", h.returning(7, 1), wish, "250")
	k.mail(sender, h.leaving(9), wish, "451")
	k.say("MAIL FROM:<"+sender+">", "250")
	k.say("RCPT TO:<"+"ignatius@lanternscreen.example"+">", "550")
	k.flood("Zebulon "+strings.Repeat("x", 33<<10), "500")
	h.stop(t)
	for _, private := range []string{"@", "uackenbush", "ebulon", "gnatius", "ledgers", "127.0.0.1", h.leaving(1)[7:47], h.returning(7, 1)[7:54]} {
		if strings.Contains(h.said(), private) {
			t.Errorf("the log says %q:\n%s", private, h.said())
		}
	}
	if strings.Count(h.said(), "msg=") != 4 {
		t.Errorf("log:\n%s", h.said())
	}
}

// A mistake of ours costs one conversation, is logged, and loses no mail.
func TestPanic(t *testing.T) {
	t.Parallel()
	h := open(t, false)
	h.call(t, "EHLO").mail(sender, h.leaving(panics), wish, "421 4.0.0")
	h.call(t, "EHLO").mail(sender, h.leaving(1), wish, "250")
	h.stop(t)
	if said := h.said(); !strings.Contains(said, `level=ERROR msg="inbound conversation failed" cause="panic serving" stack=`) || strings.Contains(said, "127.0.0.1") {
		t.Errorf("log: %s", said)
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "return", "@in.example", "return@", "return+x@in.example", `"a b"@in.example`} {
		if _, err := inbound.NewDesk(inbound.DeskConfig{Address: bad}); !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
