package dkim_test

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"

	"marquee/internal/dkim"
	"marquee/internal/domain"
)

func weakKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestGenerate(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{dkim.RSA, dkim.Ed25519} {
		file, err := dkim.Generate(algorithm)
		if err != nil || !bytes.HasPrefix(file, []byte("-----BEGIN PRIVATE KEY-----\n")) {
			t.Fatalf("%s: %v", algorithm, err)
		}
		private, err := dkim.ParseKey(file)
		if err != nil {
			t.Fatalf("%s: %v", algorithm, err)
		}
		switch public := private.Public().(type) {
		case *rsa.PublicKey:
			if algorithm != dkim.RSA || public.N.BitLen() != 2048 {
				t.Errorf("%s: RSA of %d bits", algorithm, public.N.BitLen())
			}
		case ed25519.PublicKey:
			if algorithm != dkim.Ed25519 {
				t.Errorf("%s: Ed25519", algorithm)
			}
		}
		if again, err := dkim.Generate(algorithm); err != nil || bytes.Equal(again, file) {
			t.Errorf("%s: the same key again: %v", algorithm, err)
		}
	}
	if _, err := dkim.Generate("dsa"); !errors.Is(err, domain.ErrInvalid) || !strings.Contains(err.Error(), `"dsa", want rsa or ed25519`) {
		t.Errorf("dsa: %v", err)
	}
}

func TestParseKeyReadsPKCS1(t *testing.T) {
	t.Parallel()
	key, ok := rsaKey(t).Private.(*rsa.PrivateKey)
	if !ok {
		t.Fatal("not RSA")
	}
	file := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	private, err := dkim.ParseKey(append([]byte("made by hand\n"), file...))
	if got, ok := private.(*rsa.PrivateKey); err != nil || !ok || !got.Equal(key) {
		t.Errorf("another key, or none: %v", err)
	}
}

func TestParseKeyRefuses(t *testing.T) {
	t.Parallel()
	pkcs8 := func(key any) []byte {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	exchange, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	edwards := ed25519Key(t).Private
	block := func(kind string, der []byte) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	}
	cases := map[string]struct {
		file []byte
		want string
	}{
		"nothing":        {nil, "not PEM"},
		"text":           {[]byte("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="), "not PEM"},
		"DER":            {pkcs8(edwards), "not PEM"},
		"public key":     {block("PUBLIC KEY", nil), "no private key"},
		"EC":             {block("EC PRIVATE KEY", nil), "no private key"},
		"passphrase":     {block("ENCRYPTED PRIVATE KEY", nil), "passphrase"},
		"old passphrase": {pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"DEK-Info": "x"}}), "passphrase"},
		"damaged":        {block("PRIVATE KEY", pkcs8(edwards)[:40]), "parse key"},
		"damaged RSA":    {block("RSA PRIVATE KEY", []byte{1, 2, 3}), "parse key"},
		"ECDSA":          {block("PRIVATE KEY", pkcs8(curve)), "neither RSA nor Ed25519"},
		"X25519":         {block("PRIVATE KEY", pkcs8(exchange)), "no private key"},
		"weak RSA":       {block("PRIVATE KEY", pkcs8(weakKey(t, 1024))), "RSA of 1024 bits"},
	}
	for name, c := range cases {
		private, err := dkim.ParseKey(c.file)
		if !errors.Is(err, domain.ErrInvalid) || !strings.Contains(fmt.Sprint(err), c.want) || private != nil {
			t.Errorf("%s: %v, want ErrInvalid with %q", name, err, c.want)
		}
	}
}
