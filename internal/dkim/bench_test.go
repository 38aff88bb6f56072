package dkim_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"io"
	"strings"
	"testing"

	msgauth "github.com/emersion/go-msgauth/dkim"

	"marquee/internal/dkim"
)

// digest57k is a letter of 57 KB with three values: the name is near the top.
func digest57k() letter {
	review := strings.Repeat("A film that takes its time, and ours, and gives back more than it took:=\r\n", 100)
	return letter{
		header: header,
		pieces: []string{"Dear=\r\n", "=\r\n,\r\n" + review, "\r\n" + strings.Repeat(review, 6), "\r\n" + review[:4000]},
		values: []string{"Ji=C5=99=C3=AD", "https://football.example.com/u/AQAAAAAAAAAHzXb0", "https://football.example.com/u/AQAAAAAAAAAHzXb0"},
	}
}

func BenchmarkCopy(b *testing.B) {
	l := digest57k()
	body, values, text := dkim.NewBody(split(l.pieces)), split(l.values), []byte(l.header)
	for name, keys := range map[string][]dkim.Key{
		"Ed25519": {ed25519Key(b)}, "RSA": {rsaKey(b)}, "RSA+Ed25519": {rsaKey(b), ed25519Key(b)},
	} {
		b.Run(name, func(b *testing.B) {
			signer, err := dkim.New(sdid, keys)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := signer.Sign(text, body.Hash(values), at); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("hash alone", func(b *testing.B) {
		b.SetBytes(int64(len(l.body())))
		b.ReportAllocs()
		for b.Loop() {
			body.Hash(values)
		}
	})
}

// BenchmarkBare is what no signer can do without: the signatures themselves.
func BenchmarkBare(b *testing.B) {
	digest := make([]byte, sha256.Size)
	ed, rs := ed25519Key(b).Private, rsaKey(b).Private
	sign := func(b *testing.B, key crypto.Signer, opts crypto.SignerOpts) {
		if _, err := key.Sign(rand.Reader, digest, opts); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("Ed25519", func(b *testing.B) {
		for b.Loop() {
			sign(b, ed, crypto.Hash(0))
		}
	})
	b.Run("RSA+Ed25519", func(b *testing.B) {
		for b.Loop() {
			sign(b, rs, crypto.SHA256)
			sign(b, ed, crypto.Hash(0))
		}
	})
}

func BenchmarkGoMsgauth(b *testing.B) {
	l := digest57k()
	text := append([]byte(l.header+"\r\n"), l.body()...)
	options := &msgauth.SignOptions{
		Domain: sdid, Selector: "brisbane", Signer: ed25519Key(b).Private,
		HeaderCanonicalization: msgauth.CanonicalizationRelaxed, BodyCanonicalization: msgauth.CanonicalizationRelaxed,
	}
	for b.Loop() {
		if err := msgauth.Sign(io.Discard, bytes.NewReader(text), options); err != nil {
			b.Fatal(err)
		}
	}
}
