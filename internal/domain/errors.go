package domain

import "errors"

// The closed list of errors that callers branch on. Wrap them with %w and with
// what the caller was doing; the text in front is what people read.
var (
	// ErrNotFound says that the named thing does not exist.
	ErrNotFound = errors.New("not found")
	// ErrConflict says that somebody else got there first: a unique key is
	// taken, a lease is held, a state has moved on.
	ErrConflict = errors.New("conflict")
	// ErrInvalid says that what was given cannot be used as it is.
	ErrInvalid = errors.New("invalid")
	// ErrNotEntitled says that the viewer may not see this.
	ErrNotEntitled = errors.New("not entitled")
	// ErrPermanent says that trying again cannot help.
	ErrPermanent = errors.New("permanent failure")
)
