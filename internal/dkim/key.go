package dkim

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"

	"marquee/internal/domain"
)

// The algorithms, as Generate takes them and as k= names them (RFC 6376 §3.6.1,
// RFC 8463 §4).
const (
	RSA     = "rsa"
	Ed25519 = "ed25519"
)

// RFC 8301 §3.2: signers should use at least 2048 bits, and no verifier needs to
// know more than 4096. A shorter key would only be accepted by some.
const (
	minBits = 2048
	maxBits = 4096
)

// Key signs under the name that its public half is published by. It shows its
// selector wherever it is printed or encoded, and never the private half.
type Key struct {
	Selector string        // "2026a": letters, digits, hyphens; more labels after dots
	Private  crypto.Signer // what ParseKey returns: RSA of 2048 to 4096 bits, or Ed25519
}

// Format hides the private half from every verb.
func (k Key) Format(state fmt.State, _ rune) {
	_, _ = io.WriteString(state, "key "+k.Selector) // fmt keeps the errors of its writers itself
}

// MarshalText hides the private half from JSON and all encodings built on text.
func (k Key) MarshalText() ([]byte, error) { return fmt.Append(nil, k), nil }

// algorithm is how a key signs.
type algorithm struct {
	name string
	opts crypto.SignerOpts
}

// algorithm is what the key is for; domain.ErrInvalid when it must not be used.
func (k Key) algorithm() (algorithm, error) {
	if k.Private == nil {
		return algorithm{}, fmt.Errorf("%w: no private key", domain.ErrInvalid)
	}
	switch public := k.Private.Public().(type) {
	case *rsa.PublicKey:
		if bits := public.N.BitLen(); bits < minBits || bits > maxBits {
			return algorithm{}, fmt.Errorf("%w: RSA of %d bits, want %d to %d: make another key", domain.ErrInvalid, bits, minBits, maxBits)
		}
		return algorithm{RSA, crypto.SHA256}, nil
	case ed25519.PublicKey:
		return algorithm{Ed25519, crypto.Hash(0)}, nil // RFC 8463 §3: what is signed is the hash itself
	default:
		return algorithm{}, fmt.Errorf("%w: neither RSA nor Ed25519", domain.ErrInvalid)
	}
}

// Generate makes a private key, Ed25519 or RSA of 2048 bits, as PKCS#8 in PEM.
// Any other algorithm is domain.ErrInvalid.
func Generate(algorithm string) ([]byte, error) {
	var private any
	var err error
	switch algorithm {
	case RSA:
		private, err = rsa.GenerateKey(rand.Reader, minBits)
	case Ed25519:
		_, private, err = ed25519.GenerateKey(rand.Reader)
	default:
		err = fmt.Errorf("%w: algorithm %q, want %s or %s", domain.ErrInvalid, algorithm, RSA, Ed25519)
	}
	if err != nil {
		return nil, fmt.Errorf("generate key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("generate key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// ParseKey reads the first block of a PEM file: a private key in PKCS#8, or RSA
// in PKCS#1, without a passphrase. Anything else is domain.ErrInvalid, and no
// error quotes the file.
func ParseKey(file []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(file)
	if block == nil {
		return nil, fmt.Errorf("parse key: %w: not PEM: it begins with -----BEGIN PRIVATE KEY-----", domain.ErrInvalid)
	}
	var parsed any
	var err error
	switch {
	case block.Headers["DEK-Info"] != "" || block.Type == "ENCRYPTED PRIVATE KEY":
		return nil, fmt.Errorf("parse key: %w: has a passphrase: remove it, with openssl pkey for example", domain.ErrInvalid)
	case block.Type == "PRIVATE KEY":
		parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case block.Type == "RSA PRIVATE KEY":
		parsed, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	default:
		return nil, fmt.Errorf("parse key: %w: holds no private key in PKCS#8, nor RSA in PKCS#1", domain.ErrInvalid)
	}
	if err != nil {
		return nil, fmt.Errorf("parse key: %w: %w", domain.ErrInvalid, err)
	}
	private, _ := parsed.(crypto.Signer) // not all private keys sign: X25519 does not
	if _, err := (Key{Private: private}).algorithm(); err != nil {
		return nil, fmt.Errorf("parse key: %w", err)
	}
	return private, nil
}
