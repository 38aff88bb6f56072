package tmdb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"marquee/internal/answer"
	"marquee/internal/domain"
)

// Error is an answer that is none. It is domain.ErrNotFound when TMDB does not
// know what was asked for, and domain.ErrNotEntitled when it does not take the
// token.
type Error struct {
	Op         string        // what was being done
	Status     int           // 0 when there was no answer
	Code       int           // TMDB's number for it; 0 when there is none
	RetryAfter time.Duration // when it makes sense to ask again; 0 when that is not known
	Err        error         // why there was no answer, or what is wrong with it
}

// Error says what TMDB answered, in words that hold no secret.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("tmdb")
	if e.Op != "" {
		b.WriteString(": " + e.Op)
	}
	if e.Status != 0 && e.Status != http.StatusOK {
		b.WriteString(strings.TrimSpace(fmt.Sprintf(": answered %d %s", e.Status, http.StatusText(e.Status))))
	}
	if words := meaning(e.Code); words != "" {
		b.WriteString(" (" + words + ")")
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

// meaning is what a status code of TMDB's own asks the operator to do. Its own
// message is a stranger's.
func meaning(code int) string {
	switch code {
	case 7:
		return "it does not know the key: copy tmdb.token anew from themoviedb.org/settings/api"
	case 10:
		return "the key is suspended: ask TMDB"
	case 32:
		return "the account's e-mail address is not verified: do that at themoviedb.org"
	case 9, 46:
		return "it is being mended"
	case 25:
		return "too many questions"
	}
	return ""
}

// refusal reads an answer that is not 200.
func refusal(from *http.Response, now time.Time) error {
	e := &Error{Status: from.StatusCode, RetryAfter: answer.RetryAfter(from.Header, now, mostRetryAfter)}
	body, err := answer.Body(from, 64<<10)
	if err != nil {
		return e // the status says enough
	}
	var said struct {
		Code int `json:"status_code"`
	}
	if json.Unmarshal(body, &said) == nil {
		e.Code = said.Code
	}
	return e
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
	known, ok := errors.AsType[*Error](err)
	if !ok {
		return &Error{Op: op, Err: err}
	}
	with := *known
	with.Op = op
	return &with
}

// patience says whether the same question makes sense again, and after how long.
func patience(err error, attempt int) (pause time.Duration, again bool) {
	known, ok := errors.AsType[*Error](err)
	if !ok || attempt >= attempts || errors.Is(err, domain.ErrInvalid) {
		return 0, false
	}
	switch {
	case known.Status == http.StatusTooManyRequests:
		pause = known.RetryAfter
		if pause == 0 {
			pause = shortWait
		}
	case known.Status == 0, known.Status == http.StatusOK, known.Status >= http.StatusInternalServerError:
		pause = max(known.RetryAfter, time.Second<<(attempt-1))
	default:
		return 0, false
	}
	return pause, pause <= maxPatience
}
