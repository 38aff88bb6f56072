package patreonapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"marquee/internal/answer"
)

// explain reads the body of a refusal: that of the API, or that of OAuth 2.0.
func explain(e *answer.Error, body []byte) {
	if e.Status == http.StatusForbidden && !e.Page {
		e.Err = errors.New("the token may not see this: make the creator's token anew at Patreon, under the client of this campaign")
	}
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
		e.RetryAfter = time.Duration(first.Seconds) * time.Second
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

func unauthorized(err error) bool {
	known, ok := errors.AsType[*answer.Error](err)
	return ok && known.Status == http.StatusUnauthorized
}
