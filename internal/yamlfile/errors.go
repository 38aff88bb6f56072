package yamlfile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"marquee/internal/domain"
)

// Error is one mistake in the configuration. It is a domain.ErrInvalid.
type Error struct {
	File    string // as the operator named it; empty when unknown
	Line    int    // from 1; 0 when the mistake has no place in the file
	Column  int    // from 1
	Path    string // "sources.reviews.url"; empty for the file as a whole
	Message string // what is wrong: what to write instead

	cause error
}

// Error is the mistake in one line, "FILE:LINE:COL: path.to.key: what is wrong:
// what to write instead", without the parts that are not known. Control signs that
// the file smuggled in are shown as U+FFFD.
func (e *Error) Error() string {
	place := e.File
	if e.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", e.File, e.Line, e.Column)
	}
	parts := slices.DeleteFunc([]string{place, e.Path, e.Message}, func(s string) bool { return s == "" })
	return strings.Map(visible, strings.Join(parts, ": "))
}

func visible(r rune) rune {
	if unicode.IsControl(r) {
		return unicode.ReplacementChar
	}
	return r
}

// Is makes every mistake a domain.ErrInvalid.
func (e *Error) Is(target error) bool { return target == domain.ErrInvalid }

// Unwrap is what caused the mistake, such as a file that is not there.
func (e *Error) Unwrap() error { return e.cause }

// Errors are all mistakes of a configuration, in the file's order. The zero
// Errors holds none.
type Errors struct { //nolint:errname // many, and each is an Error
	list []*Error
}

// Add takes in a mistake, or all that err wraps or joins: *Error, *Errors and
// what errors.Join made of them. An error of another type becomes a mistake
// without a place. nil adds nothing. A place is blamed for one thing at a time.
func (e *Errors) Add(err error) {
	switch err := err.(type) { //nolint:errorlint // unwrapped below, one layer at a time
	case nil:
	case *Error:
		e.insert(err)
	case *Errors:
		for _, one := range err.list {
			e.insert(one)
		}
	case interface{ Unwrap() []error }:
		for _, one := range err.Unwrap() {
			e.Add(one)
		}
	default:
		e.unwrap(err)
	}
}

// unwrap looks for mistakes inside an error that says more around them: places
// say where it was, so what is around them is left away.
func (e *Errors) unwrap(err error) {
	var many *Errors
	var one *Error
	switch {
	case errors.As(err, &many):
		e.Add(many)
	case errors.As(err, &one):
		e.Add(one)
	default:
		e.insert(&Error{Message: err.Error(), cause: err})
	}
}

// insert keeps the list in order; mistakes without a place come first.
func (e *Errors) insert(err *Error) {
	for _, known := range e.list {
		if known.Line == err.Line && known.Column == err.Column && known.Path == err.Path &&
			(err.Line > 0 || known.Message == err.Message) {
			return
		}
	}
	i, _ := slices.BinarySearchFunc(e.list, err, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), -1)
	})
	e.list = slices.Insert(e.list, i, err)
}

// Err is e, or nil when it holds no mistake.
func (e *Errors) Err() error {
	if len(e.list) == 0 {
		return nil
	}
	return e
}

// All are the mistakes in the file's order.
func (e *Errors) All() []*Error { return slices.Clone(e.list) }

// Error is every mistake, one a line.
func (e *Errors) Error() string {
	lines := make([]string, len(e.list))
	for i, err := range e.list {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the mistakes to errors.Is and errors.As.
func (e *Errors) Unwrap() []error {
	all := make([]error, len(e.list))
	for i, err := range e.list {
		all[i] = err
	}
	return all
}
