package dkim

import (
	"crypto/sha256"
	"encoding"
	"fmt"
	"hash"
)

// Body is the body of a letter, with places where every copy has a value of its
// own. It never changes; any number of goroutines may hash copies at once.
type Body struct {
	state []byte // of the hash as far as the first value
	first digest // the rest of that state; it has no hash
	parts []part // what follows each value
}

// NewBody prepares a body that consists of pieces, with a value of each copy's
// own between every two. Line ends are CRLF, and none may be split between a
// piece and a value: where a value is a line's first, the piece before it ends in
// CRLF, and where it is the last, the piece after it begins with CRLF, or with
// =CRLF in quoted-printable. Else pieces and values may begin and end anywhere,
// amid white space too. Pieces are not kept.
func NewBody(pieces [][]byte) *Body {
	h := newHash()
	b, d := &Body{}, digest{hash: h}
	for i, piece := range pieces {
		p := relax(make([]byte, 0, len(piece)), piece)
		if i == 0 {
			d.add(p)
		} else {
			b.parts = append(b.parts, p)
		}
	}
	state, err := h.MarshalBinary()
	if err != nil {
		panic(fmt.Sprintf("dkim: save SHA-256: %v", err)) // package hash promises that it can be saved
	}
	b.state, b.first = state, digest{gap: d.gap, visible: d.visible}
	return b
}

// Hash is the relaxed body hash of the copy with these values, one for each
// place in the order of the body: the bh= of its signatures. A wrong number of
// values is a mistake of the caller, and panics.
func (b *Body) Hash(values [][]byte) [sha256.Size]byte {
	if len(values) != len(b.parts) {
		panic(fmt.Sprintf("dkim: %d values for %d places", len(values), len(b.parts)))
	}
	d := b.first
	d.hash = b.resume()
	room := make([]byte, 0, 256)
	for i, value := range values {
		d.add(relax(room, value))
		d.add(b.parts[i])
	}
	return d.sum()
}

// resume is a hash that has seen all up to the first value.
func (b *Body) resume() hash.Hash {
	h := newHash()
	if err := h.UnmarshalBinary(b.state); err != nil {
		panic(fmt.Sprintf("dkim: resume SHA-256: %v", err)) // as in NewBody
	}
	return h
}

// saved is a hash whose state can be kept and taken up again. Not every build has
// hash.Cloner, which would do too: GOFIPS140=v1.0.0 lacks it.
type saved interface {
	hash.Hash
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
}

func newHash() saved {
	h, ok := sha256.New().(saved)
	if !ok {
		panic("dkim: SHA-256 cannot be saved") // as in NewBody
	}
	return h
}
