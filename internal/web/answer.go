package web

import (
	"fmt"
	"net/http"
	"runtime/debug"
)

// answer is a ResponseWriter that knows whether anything has gone out, which
// cannot be taken back.
type answer struct {
	http.ResponseWriter
	begun bool
}

func (a *answer) WriteHeader(status int) {
	a.begun = true
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// panicked is a panic in a handler, as an error.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// call calls a handler and makes its panic an error.
// http.ErrAbortHandler stays a panic: it is how handlers cut the connection.
func call(h HandlerFunc, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		switch value := recover(); value {
		case nil:
		case http.ErrAbortHandler: // a value that was panicked with
			panic(value)
		default:
			err = &panicked{value: value, stack: debug.Stack()}
		}
	}()
	return h(w, r)
}
