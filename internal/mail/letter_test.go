package mail_test

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"marquee/internal/mail"
)

// weekly is a letter as a digest makes it.
func weekly() mail.Letter {
	name, unsubscribe := mail.SlotName.Mark(), mail.SlotUnsubscribe.Mark()
	return mail.Letter{
		From:    netmail.Address{Name: "Mara Ellison", Address: "digest@lanternscreen.example"},
		ReplyTo: netmail.Address{Name: "Mara Ellison", Address: "mara@lanternscreen.example"},
		Subject: "Lantern Screen Weekly: Copperwire, and a café in Łódź",
		HTML: "<!doctype html>\n<html lang=\"en\"><body>\n<p>Dear " + name + ",</p>\n<p>Three new reviews — “Copperwire” ★★★½ among them — and the picks.</p>\n" +
			".hidden { display: none }\n<p><a href=\"" + unsubscribe + "\">Unsubscribe</a></p>\n</body></html>\n",
		Text:       "Dear " + name + ",\n\nThree new reviews — “Copperwire” ★★★½ among them — and the picks.\n\nUnsubscribe: " + unsubscribe + "\n",
		List:       mail.ListID{Phrase: "Lantern Screen Weekly — Łódź", ID: "weekly.lanternscreen.example"},
		FeedbackID: "weekly-2026-11-20-1700:active-screenwriter:weekly:marquee",
		Language:   "en-US",
	}
}

func stamp() mail.Stamp {
	const address = "https://feeds.lanternscreen.example/u/Zm9vYmFyLWJhei1xdXV4LTAxMjM0NTY3ODkwMTIzNDU2Nzg5"
	return mail.Stamp{
		ReturnPath:  "bounces+0123456789@bounce.lanternscreen.example",
		To:          netmail.Address{Name: "Zoë Ångström", Address: "zoe@example.org"},
		MessageID:   mail.MessageID([]byte("key"), "weekly-2026-11-20-1700", 42, "lanternscreen.example"),
		Date:        time.Date(2026, 11, 20, 17, 0, 5, 0, time.FixedZone("CST", -6*3600)),
		Unsubscribe: address,
		Values:      map[mail.Slot]string{mail.SlotName: "Zoë", mail.SlotUnsubscribe: address},
	}
}

func compose(t testing.TB, l mail.Letter) *mail.Form {
	t.Helper()
	form, err := mail.Compose(l)
	if err != nil {
		t.Fatal(err)
	}
	return form
}

// stamped is a copy as it goes out, unsigned.
func stamped(t testing.TB, f *mail.Form, s mail.Stamp) []byte {
	t.Helper()
	m, err := f.Stamp(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Join(m.Content, nil)
}

// fataler is what testing and rapid have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// received is a mail as a reader's program sees it.
type received struct {
	Header netmail.Header
	Types  []string // of the parts, in order
	Bodies []string // decoded
}

// receive reads a mail with the standard library alone, and refuses one that
// the standards forbid.
func receive(t fataler, data []byte) received {
	t.Helper()
	checkLines(t, data)
	msg, err := netmail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	r := received{Header: msg.Header}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		t.Fatalf("content type: %v", err)
	}
	if kind == "text/plain" {
		r.Types, r.Bodies = []string{kind}, []string{unquote(t, msg.Body)}
		return r
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			return r
		}
		if err != nil {
			t.Fatalf("part: %v", err)
		}
		if enc := p.Header.Get("Content-Transfer-Encoding"); enc != "quoted-printable" {
			t.Fatalf("encoding %q", enc)
		}
		r.Types = append(r.Types, strings.ReplaceAll(p.Header.Get("Content-Type"), "UTF-8", "utf-8"))
		r.Bodies = append(r.Bodies, unquote(t, p))
	}
}

func unquote(t fataler, r io.Reader) string {
	t.Helper()
	body, err := io.ReadAll(quotedprintable.NewReader(r))
	if err != nil {
		t.Fatalf("quoted-printable: %v", err)
	}
	return string(body)
}

// checkLines wants CRLF line ends only (RFC 5321 §2.3.8), ASCII, lines within
// 998 everywhere and within 76 in bodies, and none that a server or a mailbox
// file would change.
func checkLines(t fataler, data []byte) {
	t.Helper()
	if !bytes.HasSuffix(data, []byte("\r\n")) {
		t.Fatalf("the last line does not end")
	}
	inBody := false
	for line := range bytes.SplitSeq(data, []byte("\r\n")) {
		inBody = inBody || len(line) == 0
		if len(line) > 998 || inBody && len(line) > 76 {
			t.Fatalf("line of %d: %.100q", len(line), line)
		}
		if bytes.HasPrefix(line, []byte(".")) || bytes.HasPrefix(line, []byte("From ")) {
			t.Fatalf("a line starts so: %.100q", line)
		}
		for _, b := range line {
			if b == '\r' || b == '\n' || b == 0 || b > '~' {
				t.Fatalf("byte %#x in %.100q", b, line)
			}
		}
	}
}
