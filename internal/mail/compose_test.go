package mail_test

import (
	"bytes"
	"errors"
	"flag"
	"mime"
	netmail "net/mail"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/mail"
)

var update = flag.Bool("update", false, "write the golden files")

func TestGolden(t *testing.T) {
	t.Parallel()
	notice := weekly()
	notice.HTML, notice.List, notice.FeedbackID = "", mail.ListID{}, ""
	full, plain := stamp(), stamp()
	full.UnsubscribeMail = "unsubscribe+Zm9vYmFy@bounce.lanternscreen.example"
	plain.Unsubscribe = ""
	plain.To = netmail.Address{Address: "reader@bücher.example"}
	for name, got := range map[string][]byte{
		"edition.eml": stamped(t, compose(t, weekly()), full),
		"notice.eml":  stamped(t, compose(t, notice), plain),
	} {
		file := "../../testdata/golden/mail/" + name
		if *update {
			if err := os.WriteFile(file, got, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestComposeTwiceGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	first, second := stamped(t, compose(t, weekly()), stamp()), stamped(t, compose(t, weekly()), stamp())
	if !bytes.Equal(first, second) {
		t.Error(cmp.Diff(string(first), string(second)))
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	got := receive(t, stamped(t, compose(t, weekly()), stamp()))
	want := netmail.Header{
		"From":                  {`"Mara Ellison" <digest@lanternscreen.example>`},
		"Reply-To":              {`"Mara Ellison" <mara@lanternscreen.example>`},
		"To":                    {"=?utf-8?b?Wm/DqyDDhW5nc3Ryw7Zt?= <zoe@example.org>"},
		"Subject":               {"Lantern Screen Weekly: Copperwire, and a café in Łódź"},
		"Date":                  {"Fri, 20 Nov 2026 17:00:05 -0600"},
		"Message-Id":            {"<" + stamp().MessageID + ">"},
		"Mime-Version":          {"1.0"},
		"Content-Language":      {"en-US"},
		"Auto-Submitted":        {"auto-generated"},
		"Precedence":            {"bulk"},
		"Feedback-Id":           {"weekly-2026-11-20-1700:active-screenwriter:weekly:marquee"},
		"List-Id":               {"=?utf-8?b?TGFudGVybiBTY3JlZW4gV2Vla2x5IOKAlCDFgcOzZMW6?= <weekly.lanternscreen.example>"},
		"List-Unsubscribe":      {"<" + stamp().Unsubscribe + ">"},
		"List-Unsubscribe-Post": {"List-Unsubscribe=One-Click"},
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	got.Header["Subject"] = []string{subject}
	delete(got.Header, "Content-Type")
	if diff := cmp.Diff(want, got.Header); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"text/plain; charset=utf-8", "text/html; charset=utf-8"}, got.Types); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
}

func TestNoticeIsNoListMail(t *testing.T) {
	t.Parallel()
	l := weekly()
	l.HTML, l.List, l.FeedbackID, l.Language = "", mail.ListID{}, "", ""
	l.ReplyTo = netmail.Address{}
	s := stamp()
	s.Unsubscribe = ""
	got := receive(t, stamped(t, compose(t, l), s))
	for _, name := range []string{
		"List-Id", "Precedence", "Feedback-Id", "Content-Language", "Reply-To", "List-Unsubscribe",
		"List-Unsubscribe-Post", "User-Agent", "X-Mailer",
	} {
		if v, ok := got.Header[name]; ok {
			t.Errorf("%s: %q", name, v)
		}
	}
	want := "Dear Zoë,\r\n\r\nThree new reviews — “Copperwire” ★★★½ among them — and the picks.\r\n\r\nUnsubscribe: " +
		s.Values[mail.SlotUnsubscribe] + "\r\n"
	if diff := cmp.Diff([]string{want}, got.Bodies); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestInternationalSender(t *testing.T) {
	t.Parallel()
	l := weekly()
	l.From = netmail.Address{Name: "Żaneta", Address: "digest@kino-łódź.example"}
	got := receive(t, stamped(t, compose(t, l), stamp()))
	from, err := got.Header.AddressList("From")
	if err != nil {
		t.Fatal(err)
	}
	if want := (netmail.Address{Name: "Żaneta", Address: "digest@xn--kino-d-fxa54d0p.example"}); *from[0] != want {
		t.Errorf("got %v, want %v", from[0], want)
	}
}

func TestComposeRefuses(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*mail.Letter){
		"no subject":            func(l *mail.Letter) { l.Subject = " " },
		"no text":               func(l *mail.Letter) { l.Text = "" },
		"line end in subject":   func(l *mail.Letter) { l.Subject = "Hello\r\nBcc: all@example.org" },
		"NUL in subject":        func(l *mail.Letter) { l.Subject = "Hello\x00" },
		"slot in subject":       func(l *mail.Letter) { l.Subject = "Dear " + mail.SlotName.Mark() },
		"line end in a name":    func(l *mail.Letter) { l.From.Name = "Mara\nBcc: all@example.org" },
		"no sender":             func(l *mail.Letter) { l.From.Address = "" },
		"line end in address":   func(l *mail.Letter) { l.ReplyTo.Address = "mara@example.org>\r\nBcc: <all@example.org" },
		"list id of one label":  func(l *mail.Letter) { l.List.ID = "weekly" },
		"list id with brackets": func(l *mail.Letter) { l.List.ID = "weekly.x> <y" },
		"line end in phrase":    func(l *mail.Letter) { l.List.Phrase = "Weekly\r\nBcc: all@example.org" },
		"line end in feedback":  func(l *mail.Letter) { l.FeedbackID = "a:b\r\nBcc: all@example.org" },
		"line end in language":  func(l *mail.Letter) { l.Language = "en\r\nBcc: all@example.org" },
		"text that is not text": func(l *mail.Letter) { l.Text = "caf\xe9" },
		"NUL in the HTML":       func(l *mail.Letter) { l.HTML = "<p>\x00" },
		"half a mark":           func(l *mail.Letter) { l.HTML += mail.SlotName.Mark()[:12] + "\n" },
	} {
		l := weekly()
		spoil(&l)
		_, err := mail.Compose(l)
		if !errors.Is(err, domain.ErrInvalid) && !errors.Is(err, domain.ErrPermanent) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
