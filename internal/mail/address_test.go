package mail_test

import (
	"bytes"
	"errors"
	netmail "net/mail"
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/mail"
)

func TestMailbox(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"ada@example.org":                        "ada@example.org",
		"Ada+News@Example.ORG":                   "Ada+News@Example.ORG",
		"ada@bücher.example":                     "ada@xn--bcher-kva.example",
		`"ada lovelace"@example.org`:             `"ada lovelace"@example.org`,
		"ada@例え.テスト":                             "ada@xn--r8jz45g.xn--zckzah",
		"ada@[192.0.2.1]":                        "ada@[192.0.2.1]",
		strings.Repeat("a", 64) + "@example.org": strings.Repeat("a", 64) + "@example.org",

		// RFC 6531 §3.3, and NFC whatever the roster has.
		"дада@example.org":         "дада@example.org",
		"zoe\u0308@bücher.example": "zoë@xn--bcher-kva.example",
		"ぁだ@例え.テスト":                "ぁだ@xn--r8jz45g.xn--zckzah",
		"می\u200cنا@example.org":   "می\u200cنا@example.org",
		`"zoë é"@example.org`:      `"zoë é"@example.org`,

		"":                                       "",
		"ada":                                    "",
		"ada@":                                   "",
		"@example.org":                           "",
		"ada@@example.org":                       "",
		".ada@example.org":                       "",
		"ada lovelace@example.org":               "",
		"Ada <ada@example.org>":                  "",
		"ada@example.org, b@x.org":               "",
		"ada@example.org SIZE=1":                 "",
		"ada@example.org\r\nDATA":                "",
		"a\xffda@example.org":                    "",
		"a\ufffdda@example.org":                  "",
		"ada\u202e@example.org":                  "",
		"ada\u00a0x@example.org":                 "",
		"ada\u0085@example.org":                  "",
		strings.Repeat("a", 65) + "@example.org": "",
		strings.Repeat("é", 33) + "@example.org": "",
		"ada@" + strings.Repeat("x.", 126) + "y": "",
	} {
		got, utf8, err := mail.Mailbox(in)
		if got != want || (err == nil) != (want != "") || err != nil && !errors.Is(err, domain.ErrPermanent) {
			t.Errorf("%q: got %q, %v", in, got, err)
		}
		if beyond := strings.ContainsFunc(got, func(r rune) bool { return r > '~' }); utf8 != beyond {
			t.Errorf("%q: needs SMTPUTF8: %t", in, utf8)
		}
		if again, _, err := mail.Mailbox(got); want != "" && (again != got || err != nil) {
			t.Errorf("%q: its mailbox %q became %q, %v", in, got, again, err)
		}
	}
}

// FuzzMailbox wants what comes out to be safe in a command and in a header, and
// to be a mailbox of its own.
func FuzzMailbox(f *testing.F) {
	for _, seed := range []string{"ada@example.org", `"a b"@x.example`, "дада@例え.テスト", "a@[192.0.2.1]", "a@b>\r\nRCPT TO:<c@d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		box, _, err := mail.Mailbox(address)
		if err != nil {
			return
		}
		if strings.ContainsAny(box, "\r\n\x00") || len(box) > 400 {
			t.Errorf("%q became %q", address, box)
		}
		if a, err := netmail.ParseAddress("<" + box + ">"); err != nil || strings.Count(a.Address, "@") == 0 {
			t.Errorf("%q became %q: %v", address, box, err)
		}
		if again, _, err := mail.Mailbox(box); err != nil || again != box {
			t.Errorf("%q became %q became %q: %v", address, box, again, err)
		}
	})
}

// TestLongAddressIsNotFolded wants even the longest address beside the field's
// name.
func TestLongAddressIsNotFolded(t *testing.T) {
	t.Parallel()
	s := stamp()
	s.To = netmail.Address{Address: strings.Repeat("a", 64) + "@" + strings.Repeat("x.", 90) + "example"}
	if want := "To: <" + s.To.Address + ">\r\n"; !bytes.HasPrefix(stamped(t, compose(t, weekly()), s), []byte(want)) {
		t.Errorf("not %s", want)
	}
}

// TestInternationalRecipient wants UTF-8 in the To field of those who need it,
// and nowhere else.
func TestInternationalRecipient(t *testing.T) {
	t.Parallel()
	form := compose(t, weekly())
	for address, want := range map[string]mail.Message{
		"zoe@example.org":         {To: "zoe@example.org"},
		"zoe@bücher.example":      {To: "zoe@xn--bcher-kva.example"},
		"用户@bücher.example":       {To: "用户@xn--bcher-kva.example", UTF8: true},
		"zoe\u0308@example.org":   {To: "zoë@example.org", UTF8: true},
		`"zoë z"@example.org`:     {To: `"zoë z"@example.org`, UTF8: true},
		"юзер.дада+x@example.org": {To: "юзер.дада+x@example.org", UTF8: true},
	} {
		s := stamp()
		s.To = netmail.Address{Name: "Zoë Ångström", Address: address}
		got, err := form.Stamp(s, nil)
		if err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		if got.From != s.ReturnPath || got.To != want.To || got.UTF8 != want.UTF8 {
			t.Errorf("%s: from %q to %q, UTF-8 %t", address, got.From, got.To, got.UTF8)
		}
		to, rest, _ := bytes.Cut(bytes.Join(got.Content, nil), []byte("\r\n"))
		if field := "To: =?utf-8?b?Wm/DqyDDhW5nc3Ryw7Zt?= <" + want.To + ">"; string(to) != field {
			t.Errorf("%s: got %s", address, to)
		}
		checkLines(t, rest)
		parsed, err := netmail.ParseAddressList(string(to[len("To: "):]))
		if err != nil || len(parsed) != 1 || parsed[0].Name != "Zoë Ångström" {
			t.Errorf("%s: %s reads as %v, %v", address, to, parsed, err)
		}
	}
}
