package mail_test

import (
	"fmt"
	"testing"

	"marquee/internal/dkim"
	"marquee/internal/mail"
)

// longLetter has about 57 KB as mail, and three slots.
func longLetter() mail.Letter {
	l := weekly()
	for len(l.HTML) < 30_000 {
		l.HTML += "<p>A review — “Copperwire” ★★★½ — of some length, with <a href=\"https://lanternscreen.example\">a link</a>.</p>\n"
	}
	for len(l.Text) < 9_000 {
		l.Text += "A review — “Copperwire” ★★★½ — of some length, with a link <https://lanternscreen.example>.\n"
	}
	l.Text += mail.SlotUnsubscribe.Mark() + "\n"
	return l
}

func BenchmarkStamp(b *testing.B) {
	form := compose(b, longLetter())
	both := newSigner(b, dkim.RSA, dkim.Ed25519)
	for _, c := range []struct {
		name string
		by   *dkim.Signer
	}{
		{"unsigned", nil},
		{"ed25519", newSigner(b, dkim.Ed25519).Signer},
		{"both", both.Signer},
	} {
		b.Run(fmt.Sprintf("%s/%dKB", c.name, form.Size()/1000), func(b *testing.B) {
			s := stamp()
			s.UnsubscribeMail = "bounces+0123456789@bounce.lanternscreen.example"
			b.ReportAllocs()
			for b.Loop() {
				if _, err := form.Stamp(s, c.by); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompose(b *testing.B) {
	l := longLetter()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := mail.Compose(l); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseForm(b *testing.B) {
	data := marshal(b, compose(b, longLetter()))
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := mail.ParseForm(data); err != nil {
			b.Fatal(err)
		}
	}
}
