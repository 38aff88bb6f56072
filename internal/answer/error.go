package answer

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"marquee/internal/domain"
)

// Error is an answer of an API that is none. It is domain.ErrNotFound when the API
// does not know what was asked for, and domain.ErrNotEntitled when it does not let
// us see it.
type Error struct {
	API        string        // whose it is
	Op         string        // what was being done
	Status     int           // 0 when there was no answer
	Name       string        // what the API calls it, or what its number means; may be empty
	Code       int           // the API's number for it; 0 when there is none
	Parameter  string        // of the request, that it is about; may be empty
	RetryAfter time.Duration // when it makes sense to ask again; 0 when that is not known
	Page       bool          // a web page came in the place of an answer
	Err        error         // why there was no answer, or what is wrong with it
}

// Error says what the API answered, in words that hold nothing of people or secrets.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.API)
	if e.Op != "" {
		b.WriteString(": " + e.Op)
	}
	if e.Status != 0 && e.Status != http.StatusOK {
		b.WriteString(strings.TrimSpace(fmt.Sprintf(": answered %d %s", e.Status, http.StatusText(e.Status))))
	}
	if e.Name != "" {
		b.WriteString(" (" + e.Name + ")")
	}
	if e.Page {
		b.WriteString(": a web page came in the place of an answer")
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap is why there was no answer.
func (e *Error) Unwrap() error { return e.Err }

// Is translates statuses.
func (e *Error) Is(target error) bool {
	switch e.Status {
	case http.StatusNotFound:
		return target == domain.ErrNotFound
	case http.StatusUnauthorized, http.StatusForbidden:
		return target == domain.ErrNotEntitled
	}
	return false
}

// Named is an error of the API, with what was being done.
func (c *Client) Named(op string, err error) error {
	if known, ok := err.(*Error); ok { //nolint:errorlint // the error itself, not one around it
		with := *known
		with.API, with.Op = c.API, op
		return &with
	}
	return &Error{API: c.API, Op: op, Err: err}
}

// lost is the error of an answer that did not come, or not whole.
func (c *Client) lost(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return &Error{API: c.API, Err: err}
}

const (
	maxRefusal     = 64 << 10 // decoded bytes of what explains a refusal
	mostRetryAfter = 24 * time.Hour
)

// refusal reads an answer that is not 200.
func (c *Client) refusal(from *http.Response) error {
	e := &Error{API: c.API, Status: from.StatusCode, RetryAfter: RetryAfter(from.Header, c.Now(), mostRetryAfter)}
	body, err := Body(from, maxRefusal)
	if err != nil {
		return e // the status says enough
	}
	e.Page = isPage(body)
	c.Explain(e, body)
	e.RetryAfter = min(e.RetryAfter, mostRetryAfter)
	return e
}
