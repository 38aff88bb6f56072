package bounce_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"marquee/internal/bounce"
	"marquee/internal/domain"
)

// Of any bytes comes a verdict that holds together, however they come in; no
// address is in it.
func FuzzRead(f *testing.F) {
	for file := range corpus(f) {
		mail, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(mail, true)
	}
	f.Add([]byte("Content-Type: multipart/report; boundary=\"\"\n\n--\n"), false)
	f.Add([]byte(strings.Repeat("Content-Type: message/rfc822\n\n", 50)), true)
	f.Fuzz(func(t *testing.T, mail []byte, noSender bool) {
		m, err := bounce.Read(bytes.NewReader(mail), noSender)
		if err != nil {
			t.Fatal(err)
		}
		v := m.Verdict()
		if (v.Class != "") != (v.Sort == bounce.Failure || v.Sort == bounce.Complaint) || v.Sort == "" {
			t.Errorf("%+v", v)
		}
		if !utf8.ValidString(v.Reason) || strings.ContainsAny(v.Reason, "@\r\n\x00") || utf8.RuneCountInString(v.Reason) > 301 {
			t.Errorf("reason %q", v.Reason)
		}
		if len(v.Status) > len("5.999.999") {
			t.Errorf("status %q", v.Status)
		}
		for _, a := range m.Addresses() {
			if strings.Count(a, "@") != 1 {
				t.Errorf("address %q", a)
			}
		}
		again, err := bounce.Read(iotest.OneByteReader(bytes.NewReader(mail)), noSender)
		if err != nil || again.Verdict() != v || again.Unasked() != m.Unasked() {
			t.Errorf("in pieces %+v, at once %+v, %v", again.Verdict(), v, err)
		}
	})
}

// Whatever servers say, a refusal has one class, and a temporary one never kills
// an address.
func FuzzRefusal(f *testing.F) {
	f.Add(550, "5.1.1", "550 5.1.1 no such user")
	f.Add(0, "", "452 mailbox full")
	f.Add(450, "4.0.0", "550 5.1.1 user unknown")
	f.Fuzz(func(t *testing.T, code int, status, text string) {
		class := bounce.Refusal{Code: code, Status: status, Text: text}.Class()
		switch class {
		case domain.BounceDead:
			if strings.HasPrefix(status, "4") {
				t.Errorf("%q is dead", status)
			}
		case domain.BounceFull, domain.BounceTemporary, domain.BounceOurs, domain.BounceUnknown:
		default:
			t.Errorf("class %q", class)
		}
	})
}
