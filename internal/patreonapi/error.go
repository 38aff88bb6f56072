package patreonapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"marquee/internal/answer"
	"marquee/internal/domain"
)

// Error is an answer that is none. It wraps domain.ErrNotFound when Patreon
// does not know what was asked for.
type Error struct {
	Op         string        // what was being done
	Status     int           // 0 when there was no answer
	Name       string        // Patreon's name for it: RequestThrottled; may be empty
	Code       int           // Patreon's number for it; 0 when there is none
	Parameter  string        // of the request, that it is about; may be empty
	RetryAfter time.Duration // when it makes sense to ask again; 0 when that is not known
	Page       bool          // a web page came in the place of an answer
	Err        error         // why there was no answer, or what is wrong with it
}

// Error says what Patreon answered, in words that hold nothing of people or secrets.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("patreon")
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

// Is makes 404 a domain.ErrNotFound.
func (e *Error) Is(target error) bool {
	return e.Status == http.StatusNotFound && target == domain.ErrNotFound
}

// refusal reads an answer that is not 200.
func refusal(from *http.Response, now time.Time) error {
	e := &Error{Status: from.StatusCode, RetryAfter: answer.RetryAfter(from.Header, now, mostRetryAfter)}
	body, err := answer.Body(from, 64<<10)
	if err != nil {
		return e // the status says enough
	}
	e.Page = isPage(body)
	e.explain(body)
	if e.Status == http.StatusForbidden && !e.Page {
		e.Err = errors.New("the token may not see this: make the creator's token anew at Patreon, under the client of this campaign")
	}
	return e
}

// explain reads the body of a refusal: that of the API, or that of OAuth 2.0.
func (e *Error) explain(body []byte) {
	var said struct {
		Errors []struct {
			Code    *int   `json:"code"`
			Name    string `json:"code_name"`
			Seconds int    `json:"retry_after_seconds"`
			Source  struct {
				Parameter string `json:"parameter"`
			} `json:"source"`
		} `json:"errors"`
		OAuth string `json:"error"`
	}
	if json.Unmarshal(body, &said) != nil {
		return
	}
	e.Name = word(said.OAuth)
	if len(said.Errors) == 0 {
		return
	}
	first := said.Errors[0]
	e.Name, e.Parameter = word(first.Name), word(first.Source.Parameter)
	if first.Code != nil {
		e.Code = *first.Code
	}
	if e.RetryAfter == 0 && first.Seconds > 0 {
		e.RetryAfter = min(time.Duration(first.Seconds)*time.Second, mostRetryAfter)
	}
}

// word is a name as the API gives them; all else, which might be anything, is none.
func word(s string) string {
	if len(s) > 60 || strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_[]", r)
	}) {
		return ""
	}
	return s
}

const mostRetryAfter = 24 * time.Hour

// lost is the error of an answer that did not come, or not whole.
func lost(ctx context.Context, err error) error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	if ctx.Err() != nil {
		return &Error{Err: context.Cause(ctx)}
	}
	return &Error{Err: err}
}

// named is an error with what was being done.
func named(op string, err error) error {
	if known, ok := errors.AsType[*Error](err); ok && err == error(known) { //nolint:errorlint // the error itself, not one around it
		with := *known
		with.Op = op
		return &with
	}
	return fmt.Errorf("patreon: %s: %w", op, err)
}

func unauthorized(err error) bool {
	known, ok := errors.AsType[*Error](err)
	return ok && known.Status == http.StatusUnauthorized
}

// patience says whether the same question makes sense again, and after how long.
// Only what passes by itself is asked again: a gateway's refusal (403, in HTML)
// is not, since who insists is shut out.
func patience(err error, attempt int) (pause time.Duration, again bool) {
	known, ok := errors.AsType[*Error](err)
	if !ok || attempt >= attempts || errors.Is(err, domain.ErrPermanent) || errors.Is(err, domain.ErrInvalid) {
		return 0, false
	}
	switch {
	case known.Status == http.StatusTooManyRequests:
		pause = known.RetryAfter
		if pause == 0 {
			pause = throttleWait
		}
		pause += jitter(pause / 10)
	case known.RetryAfter > 0 && known.Status < http.StatusInternalServerError:
		return 0, false // not before then, and no server said so: it is our own rule
	case known.Status == 0, known.Status == http.StatusOK, known.Status >= http.StatusInternalServerError:
		pause = max(known.RetryAfter, time.Second<<(attempt-1))
		pause += jitter(pause / 2)
	default:
		return 0, false
	}
	return pause, pause <= maxPatience
}

// jitter is between nothing and most, so that several clients do not come back
// at one time.
func jitter(most time.Duration) time.Duration {
	if most <= 0 {
		return 0
	}
	return rand.N(most) //nolint:gosec // spreads requests, keeps no secret
}
