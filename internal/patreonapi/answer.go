package patreonapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"marquee/internal/answer"
	"marquee/internal/domain"
)

// decode reads the JSON document of an answer. One that breaks off is an error
// that may pass.
func decode(from *http.Response, into any) error {
	body, err := answer.Body(from, maxBody)
	if err != nil {
		return err
	}
	if isPage(body) {
		return &Error{Status: from.StatusCode, Page: true}
	}
	if err := json.Unmarshal(body, into); err != nil {
		return &Error{Status: from.StatusCode, Err: shape(err)}
	}
	return nil
}

// isPage reports whether a body is HTML, with which gateways answer in the place
// of what stands behind them.
func isPage(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n\ufeff"), []byte("<"))
}

// shape is what is wrong with JSON, without quoting it.
func shape(err error) error {
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("the answer is no whole JSON: it breaks at byte %d", syntax.Offset)
	case errors.As(err, &wrong):
		return fmt.Errorf("%w answer: it holds a %s as %s", domain.ErrInvalid, wrong.Type, wrong.Field)
	}
	return fmt.Errorf("%w answer", domain.ErrInvalid)
}
