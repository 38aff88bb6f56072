// Package answer gets answers out of other people's servers: bodies within a limit,
// how long they ask to be left alone, and APIs asked until they answer.
package answer

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"marquee/internal/domain"
)

// Body is an answer's body, its coding taken off, of at most limit bytes; a larger
// one is domain.ErrInvalid. Only gzip is understood, which is all that whoever
// calls this may have asked for. It does not close the body.
func Body(r *http.Response, limit int64) ([]byte, error) {
	var from io.Reader = r.Body
	switch strings.ToLower(r.Header.Get("Content-Encoding")) {
	case "", "identity":
	case "gzip":
		unzipped, err := gzip.NewReader(r.Body)
		if err != nil {
			return nil, fmt.Errorf("read the answer as gzip: %w", err)
		}
		from = unzipped
	default:
		return nil, errors.New("the answer is encoded in a way that was not asked for")
	}
	var body bytes.Buffer
	body.Grow(int(min(max(r.ContentLength, 512), limit)) + bytes.MinRead)
	n, err := body.ReadFrom(io.LimitReader(from, limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the answer: %w", err)
	case n > limit:
		return nil, fmt.Errorf("%w answer: it is larger than %d MB", domain.ErrInvalid, limit>>20)
	}
	return body.Bytes(), nil
}
