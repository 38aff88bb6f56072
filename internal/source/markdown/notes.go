package markdown

import (
	"fmt"
	"slices"

	"marquee/internal/domain"
)

// maxNotes is how many mistakes of one file are told: enough to mend them in one
// go, few enough to be read.
const maxNotes = 20

// note is one thing about a file that its writer should know.
type note struct {
	line int // 1-based; 0 is the whole file
	text string
}

// Error is the note alone; Problem.Where has the file and the line.
func (n note) Error() string { return n.text }

// Unwrap makes every note a domain.ErrInvalid.
func (n note) Unwrap() error { return domain.ErrInvalid }

// notes are what a file was found to have: wrong things keep it from being
// published, odd ones do not.
type notes struct {
	wrong, odd []note
}

// inOrder brings the notes into the order of the file's lines.
func (ns *notes) inOrder() {
	byLine := func(a, b note) int { return a.line - b.line }
	slices.SortStableFunc(ns.wrong, byLine)
	slices.SortStableFunc(ns.odd, byLine)
}

func (ns *notes) wrongf(line int, format string, args ...any) {
	if len(ns.wrong) < maxNotes {
		ns.wrong = append(ns.wrong, note{line, fmt.Sprintf(format, args...)})
	}
}

func (ns *notes) oddf(line int, format string, args ...any) {
	if len(ns.odd) < maxNotes {
		ns.odd = append(ns.odd, note{line, fmt.Sprintf(format, args...)})
	}
}
