package inbound

import (
	"log/slog"
	"strings"
	"testing"

	"marquee/internal/token"
)

// An address is taken only if, letter case apart, it is one that we made.
func FuzzRecipient(f *testing.F) {
	mint := token.New([]byte("0123456789abcdef0123456789abcdef"))
	s, err := New(Config{Address: "return@in.lanternscreen.example", Mint: mint, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.Fatal(err)
	}
	const at = "@in.lanternscreen.example"
	f.Add("return+" + mint.Mailbox(token.Unsubscribe, 42) + at)
	f.Add("RETURN+" + strings.ToUpper(mint.Return(7, 42)) + strings.ToUpper(at))
	f.Add("return+" + mint.Return(7, 42) + "@IN.ⓛanternscreen.example")
	f.Add("return+" + at)
	f.Add("@@+@")
	f.Add("return+a+b@in.xn--nxasmq6b")
	f.Fuzz(func(t *testing.T, to string) {
		m, err := s.open(to)
		if err != nil {
			return
		}
		var made string
		switch m := m.(type) {
		case unsubscriptions:
			made = mint.Mailbox(token.Unsubscribe, m.patron)
		case bounces:
			made = mint.Return(m.edition, m.patron)
		}
		local, host, _ := strings.Cut(to, "@")
		if !strings.EqualFold(local, "return+"+made) {
			t.Errorf("%q is taken for %q", to, made)
		}
		if a, err := parseAddress("x@" + host); err != nil || a.host != at[1:] {
			t.Errorf("%q is taken at %q", to, a.host)
		}
	})
}

// A header may be anything: it is read to its end, and says what it said before
// when it is folded differently.
func FuzzLetter(f *testing.F) {
	f.Add("Auto-Submitted: auto-replied\r\nList-Id: <x>\r\n\r\ntext")
	f.Add("Content-Type: multipart/report;\r\n report-type=delivery-status\r\n\r\n")
	f.Add("a\n b\n\tc\n\n")
	f.Add("Auto-Submitted")
	f.Add(strings.Repeat("x", 5000) + "\nList-Id: y")
	f.Fuzz(func(t *testing.T, text string) {
		var l, again letter
		r := strings.NewReader(text)
		if err := l.read(r); err != nil || r.Len() != 0 {
			t.Fatalf("%v, %d bytes left", err, r.Len())
		}
		if err := again.read(strings.NewReader("X-First: y\n" + text)); err != nil {
			t.Fatal(err)
		}
		folded := strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\t")
		if l != again && !folded && len(text) < 200<<10 {
			t.Errorf("%+v, after another field %+v", l, again)
		}
	})
}
