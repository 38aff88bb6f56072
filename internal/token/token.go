// Package token makes and opens the secrets in patrons' addresses. A token says
// who and what for, and nobody without the key can make one; it needs no row in
// the store, never expires, and opens one purpose only, so that a forwarded
// mail's unsubscribe address reads no feed.
package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"marquee/internal/domain"
)

// Purpose is what a token may be used for.
type Purpose string

// The purposes.
const (
	Unsubscribe Purpose = "unsubscribe"
)

const (
	idLen    = 8
	macLen   = 16 // 128 bits
	tokenLen = 1 + idLen + macLen
	version  = 1
)

// Mint makes and opens the tokens of one installation.
type Mint struct{ key []byte }

// New returns the mint of a key: at least 32 random bytes.
func New(key []byte) *Mint { return &Mint{key: key} }

// Make returns the token of a patron for a purpose: 34 characters of unpadded
// base64url (RFC 4648 §5), always the same for the same arguments.
func (m *Mint) Make(p Purpose, id domain.PatronID) string {
	raw := make([]byte, 1+idLen, tokenLen)
	raw[0] = version
	binary.BigEndian.PutUint64(raw[1:], uint64(id)) //nolint:gosec // ids come from the store and are positive; a round trip keeps any bits
	return base64.RawURLEncoding.EncodeToString(append(raw, m.mac(p, raw)...))
}

// Open returns the patron of a token made for the purpose. Everything else,
// malformed or forged or of another purpose, is domain.ErrNotFound, told apart
// neither by the error nor by the time it takes.
func (m *Mint) Open(p Purpose, token string) (domain.PatronID, error) {
	raw := make([]byte, tokenLen)
	if base64.RawURLEncoding.EncodedLen(tokenLen) == len(token) {
		if n, err := base64.RawURLEncoding.Strict().Decode(raw, []byte(token)); err != nil || n != tokenLen {
			clear(raw)
		}
	}
	head, mac := raw[:1+idLen], raw[1+idLen:]
	genuine := hmac.Equal(mac, m.mac(p, head))
	if raw[0] != version || !genuine {
		return 0, fmt.Errorf("token: %w", domain.ErrNotFound)
	}
	return domain.PatronID(binary.BigEndian.Uint64(head[1:])), nil //nolint:gosec // as in Make
}

func (m *Mint) mac(p Purpose, head []byte) []byte {
	h := hmac.New(sha256.New, m.key)
	h.Write([]byte(p))
	h.Write([]byte{0})
	h.Write(head)
	return h.Sum(nil)[:macLen]
}
