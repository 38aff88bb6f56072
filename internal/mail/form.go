package mail

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"marquee/internal/dkim"
	"marquee/internal/domain"
)

// Form is a composed letter: the bytes that all copies share, and the places
// where each has its own. It never changes; any number of goroutines may stamp
// it at once.
//
// In a form and in every copy of it lines end with CRLF and none starts with a
// dot (RFC 5321 §4.5.2) or with "From ": no server and no mailbox file changes
// them, and what was signed is what is sent, under DATA and under BDAT.
type Form struct {
	header []byte   // the fields that all copies share
	body   [][]byte // in pieces: between each two stands the value of a cut
	cuts   []cut
	signed func() *dkim.Body // of body, made when it is first asked for
}

// newForm makes a form of its parts, of which body has one more than cuts, or
// says domain.ErrInvalid when they do not hold what a Form promises.
func newForm(header []byte, body [][]byte, cuts []cut) (*Form, error) {
	f := &Form{header: header, body: body, cuts: cuts}
	f.signed = sync.OnceValue(func() *dkim.Body { return dkim.NewBody(f.body) })
	if !f.sound() {
		return nil, fmt.Errorf("%w: not the lines of a letter", domain.ErrInvalid)
	}
	return f, nil
}

// sound reports whether the form's lines end as they should and start as they
// may, those beside values too.
func (f *Form) sound() bool {
	last := len(f.body) - 1
	for i, piece := range f.body {
		switch {
		case dotted(piece), i > 0 && !breaksLine(piece):
			return false
		case i < last && !bytes.HasSuffix(piece, []byte(lineEnd)):
			return false
		}
	}
	return !dotted(f.header) && bytes.HasSuffix(f.header, []byte(lineEnd)) && bytes.HasSuffix(f.body[last], []byte(lineEnd))
}

// Size is how many bytes all copies share: every copy is a little larger.
func (f *Form) Size() int {
	size := len(f.header) + len(lineEnd)
	for _, piece := range f.body {
		size += len(piece)
	}
	return size
}

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

// dotted reports whether a line of text starts with a dot.
func dotted(text []byte) bool {
	return bytes.HasPrefix(text, []byte(".")) || bytes.Contains(text, []byte("\n."))
}

// breaksLine reports whether text begins with a line break, soft or hard.
func breaksLine(text []byte) bool {
	return bytes.HasPrefix(text, []byte(lineEnd)) || bytes.HasPrefix(text, []byte(softBreak))
}
