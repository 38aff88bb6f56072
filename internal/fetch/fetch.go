// Package fetch is the only HTTP client that touches strangers: it caps what
// it reads, asks conditionally, and never connects to a private address.
package fetch

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"marquee/internal/domain"
)

// Request is one conditional GET.
type Request struct {
	URL          string // http or https; a user and password in it are sent to its host only
	Accept       string // media types; empty is anything
	ETag         string // sent back verbatim as If-None-Match (RFC 9110 §13.1.2)
	LastModified string // sent back verbatim as If-Modified-Since (RFC 9110 §13.1.3)

	// Issuer is the address that answered with ETag and LastModified, where that
	// was not URL but one it redirects to: they are sent to its host only.
	Issuer string
}

// conditional reports whether the request carries validators.
func (r Request) conditional() bool { return r.ETag != "" || r.LastModified != "" }

// Response is a complete answer: 200 with its body, or 304 without one.
type Response struct {
	NotModified bool
	URL         string // after redirects; never holds a user or password
	Moved       string // where permanent redirects (301, 308) alone lead; empty when there were none
	ContentType string

	// ETag and LastModified are what to send next time: those of a 200, and
	// those of a 304 where it renews them (RFC 9110 §15.4.5). Empty ones
	// replace what was stored.
	ETag         string
	LastModified string

	Header http.Header // as the last host sent it
	Body   []byte      // after Content-Encoding is undone
}

// Error is an answer that is neither 200 nor 304, or no answer at all.
type Error struct {
	URL        string        // that failed, after redirects; never holds a user or password
	Status     int           // 0 when there was no usable answer
	RetryAfter time.Duration // what the server asked for, at most 30 days; 0 when it did not
	Err        error         // why there was no answer; nil when Status is set

	// Body is the beginning of what came with Status, for callers who know what
	// to expect there; it is no part of the message.
	Body []byte
}

// Error names the address and what came of it.
func (e *Error) Error() string {
	if e.Status != 0 {
		return strings.TrimSpace(fmt.Sprintf("fetch %s: answered %d %s", e.URL, e.Status, http.StatusText(e.Status)))
	}
	return fmt.Sprintf("fetch %s: %v", e.URL, e.Err)
}

// Unwrap is why there was no answer.
func (e *Error) Unwrap() error { return e.Err }

// Is makes 410 Gone a domain.ErrPermanent: its sender says that trying again
// cannot help (RFC 9110 §15.5.11).
func (e *Error) Is(target error) bool {
	return e.Status == http.StatusGone && target == domain.ErrPermanent
}
