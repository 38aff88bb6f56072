package token_test

import (
	"testing"

	"marquee/internal/token"
)

// A run makes three tokens for each letter.
func BenchmarkMint(b *testing.B) {
	mint := token.New([]byte(key), []byte(older))
	link, back := mint.Make(token.Unsubscribe, 1234567), mint.Return(52, 1234567)
	for name, do := range map[string]func(){
		"link":        func() { mint.Make(token.Unsubscribe, 1234567) },
		"mailbox":     func() { mint.Mailbox(token.Unsubscribe, 1234567) },
		"return":      func() { mint.Return(52, 1234567) },
		"open link":   func() { _, _ = mint.Open(token.Unsubscribe, link) },
		"open return": func() { _, _, _ = mint.OpenReturn(back) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				do()
			}
		})
	}
}
