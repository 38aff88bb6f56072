// Package fetch is the only HTTP client that touches strangers: it caps what
// it reads, asks conditionally, and never connects to a private address.
package fetch

import (
	"fmt"
	"time"
)

// Request is one conditional GET.
type Request struct {
	URL          string
	Accept       string // media types; empty is anything
	ETag         string // sent back verbatim as If-None-Match (RFC 9110 §13.1.2)
	LastModified string // sent back verbatim as If-Modified-Since (RFC 9110 §13.1.3)
}

// Response is a complete answer: 200 with its body, or 304 without one.
type Response struct {
	NotModified  bool
	URL          string // after redirects
	ContentType  string
	ETag         string
	LastModified string
	Body         []byte // after Content-Encoding is undone
}

// Error is an answer that is neither 200 nor 304, or no answer at all.
type Error struct {
	URL        string
	Status     int           // 0 when there was no answer
	RetryAfter time.Duration // what the server asked for; 0 when it did not
	Err        error         // why there was no answer; nil when Status is set
}

func (e *Error) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("fetch %s: answered %d", e.URL, e.Status)
	}
	return fmt.Sprintf("fetch %s: %v", e.URL, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }
