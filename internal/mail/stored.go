package mail

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"marquee/internal/domain"
)

// formVersion is the first byte of a stored form. Forms of version 1 may have
// lines that start with a dot.
const formVersion = 2

// MarshalBinary is the form for storing: a version, the length of the header,
// the number of cuts, each cut as the length of the piece before it, part and
// slot; then the header, and the body to the end. Its error is nil.
func (f *Form) MarshalBinary() ([]byte, error) {
	out := make([]byte, 0, f.Size()+40*len(f.cuts)+16)
	out = append(out, formVersion)
	out = binary.AppendUvarint(out, uint64(len(f.header)))
	out = binary.AppendUvarint(out, uint64(len(f.cuts)))
	for i, c := range f.cuts {
		out = binary.AppendUvarint(out, uint64(len(f.body[i])))
		out = append(out, byte(c.part), byte(len(c.slot))) //nolint:gosec // slots have short names
		out = append(out, c.slot...)
	}
	return slices.Concat(out, f.header, bytes.Join(f.body, nil)), nil
}

// ParseForm reads what MarshalBinary wrote. Anything else is domain.ErrInvalid.
func ParseForm(data []byte) (*Form, error) {
	r := &formReader{rest: bytes.Clone(data)}
	if v := r.byte(); r.bad || v != formVersion {
		return nil, fmt.Errorf("parse form: %w: not a composed letter of version %d", domain.ErrInvalid, formVersion)
	}
	lengths := []int{r.uvarint()}
	var cuts []cut
	for n := r.uvarint(); n > 0 && !r.bad; n-- {
		lengths = append(lengths, r.uvarint())
		cuts = append(cuts, r.cut())
	}
	pieces := make([][]byte, 0, len(lengths)+1)
	for _, n := range lengths {
		pieces = append(pieces, r.bytes(n))
	}
	pieces = append(pieces, r.rest)
	if r.bad {
		return nil, fmt.Errorf("parse form: %w: damaged", domain.ErrInvalid)
	}
	f, err := newForm(pieces[0], pieces[1:], cuts)
	if err != nil {
		return nil, fmt.Errorf("parse form: %w", err)
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
	b := r.rest[:n:n]
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

func (r *formReader) cut() cut {
	c := cut{part: part(r.byte())}
	c.slot = Slot(r.bytes(int(r.byte())))
	if c.part > htmlPart || c.slot == "" {
		r.bad = true
	}
	return c
}
