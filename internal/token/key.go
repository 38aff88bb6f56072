package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"hash"
	"sync"
)

// codeLen is the length of a token's code: 128 bits of HMAC-SHA256.
const codeLen = 16

// key is one secret, and the writers that have it ready. They are used again:
// to key an HMAC costs as much as to use it, and a delivery run makes three
// tokens for each letter.
type key struct {
	secret []byte
	idle   sync.Pool // of *writer
}

func newKey(secret []byte) *key { return &key{secret: secret} }

func (k *key) writer() *writer {
	if w, ok := k.idle.Get().(*writer); ok {
		return w
	}
	return &writer{mac: hmac.New(sha256.New, k.secret)}
}

func (k *key) done(w *writer) { k.idle.Put(w) }

// made is 1 when token is the one that this key makes of ids, else 0.
func (k *key) made(f *form, p Purpose, of ids, token string) int {
	w := k.writer()
	defer k.done(w)
	return subtle.ConstantTimeCompare(w.token(f, p, of), []byte(token))
}

// writer writes one token at a time into memory that it keeps.
type writer struct {
	mac             hash.Hash
	said, raw, text []byte
}

// token returns a token, which is valid until the next call. Its code is over
// the purpose and the whole ids, also where the form has no room for them.
func (w *writer) token(f *form, p Purpose, of ids) []byte {
	w.said = append(append(w.said[:0], p...), 0, f.version)
	w.raw = append(w.raw[:0], f.version)
	for _, id := range of[:f.ids] {
		w.said = binary.BigEndian.AppendUint64(w.said, uint64(id)) //nolint:gosec // a round trip keeps any bits
		w.raw = append(w.raw, w.said[len(w.said)-f.idLen:]...)
	}
	w.mac.Reset()
	w.mac.Write(w.said)
	w.raw = w.mac.Sum(w.raw)[:len(w.raw)+codeLen]
	w.text = f.text.AppendEncode(w.text[:0], w.raw)
	return w.text
}
