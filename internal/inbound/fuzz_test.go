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
	s, err := NewDesk(DeskConfig{Address: "return@in.lanternscreen.example", Mint: mint, Log: slog.New(slog.DiscardHandler)})
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
		case returns:
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
