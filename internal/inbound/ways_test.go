package inbound_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/inbound"
	"marquee/internal/token"
)

// way is how mail comes in. It says whether the mail was taken, is to come again,
// or is refused for good, by which a way leaves it to people.
type way func(t *testing.T, h *house, from, to, text string) fate

type fate string

const (
	taken   fate = "taken"
	later   fate = "later"
	refused fate = "refused"
)

// ways are all of them. What is promised of one is promised of all.
func ways() map[string]way {
	return map[string]way{
		"smtp":    overWire(false),
		"lmtp":    overWire(true),
		"maildir": throughFolder,
		"pipe":    throughPipe,
	}
}

func overWire(lmtp bool) way {
	return func(t *testing.T, h *house, from, to, text string) fate {
		t.Helper()
		served := serveOn(t, listen(t), lmtp, h.books)
		greeting := "EHLO"
		if lmtp {
			greeting = "LHLO"
		}
		k := served.call(t, greeting)
		k.say("MAIL FROM:<"+from+">", "250")
		k.send("RCPT TO:<" + to + ">")
		if reply := k.hear(""); !strings.HasPrefix(reply, "250") {
			return refused
		}
		k.say("DATA", "354")
		k.send(strings.Split(text, "\n")...)
		k.send(".")
		switch reply := k.hear(""); reply[0] {
		case '2':
			return taken
		case '4':
			return later
		}
		return refused
	}
}

func throughFolder(t *testing.T, h *house, from, to, text string) fate {
	t.Helper()
	dir := t.TempDir()
	for _, sub := range []string{"new", "cur", "tmp"} {
		check(t, os.Mkdir(filepath.Join(dir, sub), 0o700))
	}
	mail := "Return-Path: <" + from + ">\nDelivered-To: " + to + "\n" + text
	check(t, os.WriteFile(filepath.Join(dir, "new", "1.x.y"), []byte(mail), 0o600))
	f := inbound.Folder{Path: dir, Desk: h.desk(t), Log: h.logger()}
	check(t, f.Pass(t.Context()))
	left := func(sub string) bool {
		files, err := os.ReadDir(filepath.Join(dir, sub))
		check(t, err)
		return len(files) == 1
	}
	switch {
	case left("new"):
		return later
	case left("cur"):
		return refused
	}
	return taken
}

func throughPipe(t *testing.T, h *house, from, to, text string) fate {
	t.Helper()
	switch err := h.desk(t).Take(t.Context(), strings.NewReader(text), "<"+from+">", to); {
	case errors.Is(err, domain.ErrNotFound), errors.Is(err, inbound.ErrReply):
		return refused
	case err != nil:
		return later
	}
	return taken
}

const report = `From: MAILER-DAEMON@relay.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: text/plain

It could not be delivered.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; zebulon@quackenbush.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 zebulon@quackenbush.example unknown
--x--
`

// TestWays is the suite.
func TestWays(t *testing.T) {
	t.Parallel()
	dead := domain.Bounce{Patron: 42, Edition: 7, Class: domain.BounceDead, Status: "5.1.1", Reason: "550 5.1.1 <address> unknown", Way: domain.BounceMail}
	complaint := "From: fbl@provider.example\nContent-Type: multipart/report; report-type=feedback-report; boundary=x\n\n--x\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--x--\n"
	complained := domain.Bounce{Patron: 42, Class: domain.Complaint, Reason: "abuse", Way: domain.BounceMail}
	for name, bring := range ways() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for what, tt := range map[string]struct {
				from, text string
				to         func(*house) string
				fails      error
				fate       fate
				bounces    []domain.Bounce
				gone       bool
			}{
				"bounce":           {"", report, atReturn, nil, taken, []domain.Bounce{dead}, false},
				"bounce, later":    {"", report, atReturn, errors.New("disk full"), later, nil, false},
				"large bounce":     {"", strings.Replace(report, "--x--", "--x\nContent-Type: message/rfc822\n\n"+strings.Repeat(strings.Repeat("y", 70)+"\n", 80_000)+"--x--", 1), atReturn, nil, taken, []domain.Bounce{dead}, false},
				"cut off":          {"", report[:strings.Index(report, "Diagnostic")], atReturn, nil, taken, []domain.Bounce{{Patron: 42, Edition: 7, Class: domain.BounceDead, Status: "5.1.1", Way: domain.BounceMail}}, false},
				"no mail at all":   {"", "\x00\xff\n--\n", atReturn, nil, taken, nil, false},
				"wish":             {sender, wish, atLeaving, nil, taken, nil, true},
				"wish, later":      {sender, wish, atLeaving, errors.New("disk full"), later, nil, false},
				"wish at return":   {sender, wish, atReturn, nil, taken, nil, true},
				"complaint":        {sender, complaint, atLeaving, nil, taken, []domain.Bounce{complained}, false},
				"vacation":         {sender, "Auto-Submitted: auto-replied\n" + wish, atLeaving, nil, taken, nil, false},
				"bounce of a wish": {"", report, atLeaving, nil, taken, nil, false},
				"answer":           {sender, "Subject: Re: picks\n\nThanks!", atReturn, nil, refused, nil, false},
				"stranger":         {sender, wish, func(*house) string { return "mara@lanternscreen.example" }, nil, refused, nil, false},
				"another's token": {sender, wish, func(*house) string {
					return "return+" + token.New([]byte("another key of thirty-two bytes!")).Return(7, 42) + "@in.lanternscreen.example"
				}, nil, refused, nil, false},
			} {
				h := &house{mint: newMint(), books: newBooks()}
				h.fails[42] = tt.fails
				for range 2 {
					if got := bring(t, h, tt.from, tt.to(h), tt.text); got != tt.fate {
						t.Errorf("%s: %s, want %s", what, got, tt.fate)
					}
				}
				came := slices.Compact(h.came()) // the same twice, which the store counts once
				if diff := cmp.Diff(tt.bounces, came); diff != "" || (len(h.gone()) == 1) != tt.gone {
					t.Errorf("%s: unsubscribed %v, bounces (-want +got):\n%s", what, h.gone(), diff)
				}
				if log := h.said(); strings.Contains(log, "quackenbush") || strings.Contains(log, "return+") {
					t.Errorf("%s: the log tells %s", what, log)
				}
			}
		})
	}
}

func atReturn(h *house) string  { return h.returning(7, 42) }
func atLeaving(h *house) string { return h.leaving(42) }

// Mail that comes while the folder is watched is taken within half a minute; one
// that cannot be taken keeps nobody up.
func TestFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, sub := range []string{"new", "cur", "new/folder"} {
		check(t, os.Mkdir(filepath.Join(dir, sub), 0o700))
	}
	synctest.Test(t, func(t *testing.T) {
		h := &house{mint: newMint(), books: newBooks()}
		f := inbound.Folder{Path: dir, Desk: h.desk(t), Log: h.logger()}
		h.fails[1] = errors.New("disk full")
		done := make(chan error)
		ctx, stop := context.WithCancel(t.Context())
		go func() { done <- f.Serve(ctx) }()
		synctest.Wait()
		for id := range domain.PatronID(3) {
			check(t, os.WriteFile(filepath.Join(dir, "new", fmt.Sprint(id)), []byte("To: "+h.leaving(id)+"\n"+wish), 0o600))
		}
		time.Sleep(31 * time.Second)
		synctest.Wait()
		if gone := h.gone(); len(gone) != 2 || gone[1] != 0 {
			t.Errorf("unsubscribed: %v", gone)
		}
		h.mu.Lock()
		delete(h.fails, 1)
		h.mu.Unlock()
		time.Sleep(31 * time.Second)
		synctest.Wait()
		if gone := h.gone(); len(gone) != 3 || gone[0] != 1 {
			t.Errorf("unsubscribed: %v", gone)
		}
		stop()
		check(t, <-done)
	})
	if _, err := os.Stat(filepath.Join(dir, "new", "1")); err == nil {
		t.Error("what was taken is still there")
	}
}

// A folder that is not there is found out at once.
func TestNoFolder(t *testing.T) {
	t.Parallel()
	h := &house{mint: newMint(), books: newBooks()}
	f := inbound.Folder{Path: filepath.Join(t.TempDir(), "none"), Desk: h.desk(t), Log: h.logger()}
	if err := f.Serve(t.Context()); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "mail.inbound.maildir") {
		t.Errorf("error %v", err)
	}
}
