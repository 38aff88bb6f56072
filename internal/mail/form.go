package mail

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"marquee/internal/domain"
)

// Form is a composed letter: the bytes that all copies share, and the places
// where each has its own. It never changes; any number of goroutines may stamp
// it at once.
type Form struct {
	text []byte // header fields and body, CRLF line ends
	cuts []cut  // in the order of the text
}

// Size is how many bytes all copies share: every copy is a little larger.
func (f *Form) Size() int { return len(f.text) }

// Slots are the slots that a stamp must fill, each once, in the order of their
// first appearance.
func (f *Form) Slots() []Slot {
	var slots []Slot
	for _, c := range f.cuts {
		if !slices.Contains(slots, c.slot) {
			slots = append(slots, c.slot)
		}
	}
	return slots
}

// formVersion is the first byte of a stored form.
const formVersion = 1

// MarshalBinary is the form for storing: a version, the number of cuts, each
// cut as distance, part and slot, and the text to the end. Its error is nil.
func (f *Form) MarshalBinary() ([]byte, error) {
	out := make([]byte, 0, len(f.text)+32*len(f.cuts)+8)
	out = append(out, formVersion)
	out = binary.AppendUvarint(out, uint64(len(f.cuts)))
	last := 0
	for _, c := range f.cuts {
		out = binary.AppendUvarint(out, uint64(c.at-last)) //nolint:gosec // cuts are in order
		out = append(out, byte(c.part), byte(len(c.slot))) //nolint:gosec // slots have short names
		out = append(out, c.slot...)
		last = c.at
	}
	return append(out, f.text...), nil
}

// ParseForm reads what MarshalBinary wrote. Anything else is domain.ErrInvalid.
func ParseForm(data []byte) (*Form, error) {
	r := &formReader{rest: data}
	if v := r.byte(); r.bad || v != formVersion {
		return nil, fmt.Errorf("parse form: %w: not a composed letter of version %d", domain.ErrInvalid, formVersion)
	}
	f := &Form{}
	for n, last := r.uvarint(), 0; n > 0 && !r.bad; n-- {
		c := r.cut(last)
		f.cuts = append(f.cuts, c)
		last = c.at
	}
	f.text = bytes.Clone(r.rest)
	if n := len(f.cuts); r.bad || n > 0 && f.cuts[n-1].at > len(f.text) {
		return nil, fmt.Errorf("parse form: %w: damaged", domain.ErrInvalid)
	}
	return f, nil
}

// formReader takes a stored form apart; bad says that it ran out of bytes or
// met what no form holds.
type formReader struct {
	rest []byte
	bad  bool
}

func (r *formReader) byte() byte {
	if b := r.bytes(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (r *formReader) bytes(n int) []byte {
	if n > len(r.rest) {
		r.bad, r.rest = true, nil
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// uvarint reads a number. No form counts further than its own length.
func (r *formReader) uvarint() int {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || v > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return int(v) //nolint:gosec // at most a slice's length
}

func (r *formReader) cut(last int) cut {
	c := cut{at: last + r.uvarint(), part: part(r.byte())}
	c.slot = Slot(r.bytes(int(r.byte())))
	if c.part > htmlPart || c.slot == "" {
		r.bad = true
	}
	return c
}
