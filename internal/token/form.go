package token

import (
	"encoding/binary"
	"fmt"
	"strings"

	"marquee/internal/domain"
)

// form is how tokens of one sort are written: a version, ids, a code, as text.
// The version is under the code, so that no token passes for one of another form.
type form struct {
	version byte
	ids     int // how many of them
	idLen   int // bytes of each, big-endian
	text    encoding
	anyCase bool // opens in any letter case; made in lower case
}

// ids are what a token stands for: one id or two, the rest is 0.
type ids [2]int64

// encoding is what *base64.Encoding and *base32.Encoding have in common.
type encoding interface {
	AppendEncode(dst, src []byte) []byte
	Decode(dst, src []byte) (int, error)
	EncodedLen(n int) int
}

// size is the length of a token before it is text.
func (f *form) size() int { return 1 + f.ids*f.idLen + codeLen }

// read returns the ids that a token claims; zeros when it is none of this form.
func (f *form) read(token string) (claimed ids) {
	raw := make([]byte, f.size())
	if n, err := f.text.Decode(raw, []byte(token)); err != nil || n != len(raw) {
		return ids{}
	}
	for i := range f.ids {
		var wide [8]byte
		copy(wide[8-f.idLen:], raw[1+i*f.idLen:][:f.idLen])
		claimed[i] = int64(binary.BigEndian.Uint64(wide[:])) //nolint:gosec // a round trip keeps any bits
	}
	return claimed
}

func (m *Mint) make(f *form, p Purpose, of ids) string {
	w := m.keys[0].writer()
	defer m.keys[0].done(w)
	return string(w.token(f, p, of))
}

// open makes anew, with every key, the token of the ids that a token claims:
// only the very same is genuine.
func (m *Mint) open(f *form, p Purpose, token string) (ids, error) {
	if len(token) != f.text.EncodedLen(f.size()) {
		token = ""
	}
	if f.anyCase {
		token = strings.ToLower(token)
	}
	claimed, genuine := f.read(token), 0
	for _, k := range m.keys {
		genuine |= k.made(f, p, claimed, token)
	}
	if genuine != 1 {
		return ids{}, fmt.Errorf("token: %w", domain.ErrNotFound)
	}
	return claimed, nil
}
