package patreonapi

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"marquee/internal/domain"
)

// decode reads the JSON document of an answer. One that breaks off is an error
// that may pass.
func decode(answer *http.Response, into any) error {
	body, err := read(answer, maxBody)
	if err != nil {
		return err
	}
	if isPage(body) {
		return &Error{Status: answer.StatusCode, Page: true}
	}
	if err := json.Unmarshal(body, into); err != nil {
		return &Error{Status: answer.StatusCode, Err: shape(err)}
	}
	return nil
}

// read is an answer's body, decoded and within a limit.
func read(answer *http.Response, limit int64) ([]byte, error) {
	var from io.Reader = answer.Body
	switch strings.ToLower(answer.Header.Get("Content-Encoding")) {
	case "", "identity":
	case "gzip":
		unzipped, err := gzip.NewReader(answer.Body)
		if err != nil {
			return nil, fmt.Errorf("read the answer as gzip: %w", err)
		}
		from = unzipped
	default:
		return nil, errors.New("the answer is encoded in a way that was not asked for")
	}
	var body bytes.Buffer
	body.Grow(int(min(max(answer.ContentLength, 512), limit)) + bytes.MinRead)
	n, err := body.ReadFrom(io.LimitReader(from, limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the answer: %w", err)
	case n > limit:
		return nil, fmt.Errorf("%w answer: it is larger than %d MB", domain.ErrInvalid, limit>>20)
	}
	return body.Bytes(), nil
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
