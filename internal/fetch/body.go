package fetch

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// unquestioned is how many decoded bytes may come of any number of encoded
// ones: short and repetitive texts are no bombs.
const unquestioned = 1 << 20

// read is an answer's whole body, decoded and within the limits. A body that
// breaks off is an error.
func (c *Client) read(answer *http.Response) ([]byte, error) {
	encoded := &meter{from: answer.Body, limit: c.cfg.MaxBytes}
	body, err := decoded(encoded, answer.Header.Get("Content-Encoding"))
	if err != nil {
		return nil, err
	}
	body = &meter{from: body, limit: c.cfg.MaxBytes, source: encoded, ratio: c.cfg.MaxRatio}
	var all bytes.Buffer
	if n := min(answer.ContentLength, c.cfg.MaxBytes); n > 0 { // what is announced is not copied again and again
		all.Grow(int(n) + bytes.MinRead)
	}
	_, err = all.ReadFrom(body)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("the body breaks off after %d bytes: %w", all.Len(), err)
	case err != nil:
		return nil, fmt.Errorf("read the body: %w", err)
	}
	return all.Bytes(), nil
}

// maxGlance is how much is read of what comes with a refusal, in bytes.
const maxGlance = 16 << 10

// glance is the beginning of a body that only explains a status: what of it
// cannot be read is not worth an error.
func glance(answer *http.Response) []byte {
	body, err := decoded(answer.Body, answer.Header.Get("Content-Encoding"))
	if err != nil {
		return nil
	}
	begin, _ := io.ReadAll(io.LimitReader(body, maxGlance)) // what came before the error is what there is
	return begin
}

// decoded undoes the Content-Encoding: gzip is all we ever ask for.
func decoded(body io.Reader, encoding string) (io.Reader, error) {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "identity":
		return body, nil
	case "gzip", "x-gzip":
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			return nil, fmt.Errorf("read the body as gzip: %w", err)
		}
		return members{unzipped}, nil
	}
	return nil, fmt.Errorf("the body's Content-Encoding %q was not asked for", encoding)
}

// members reads a gzip file, of one member or several. What follows them and is
// none, such as a line that some script printed, ends the file.
type members struct{ *gzip.Reader }

// Read implements io.Reader.
func (m members) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	if errors.Is(err, gzip.ErrHeader) {
		return n, io.EOF
	}
	return n, err
}

// meter counts what is read through it and stops at a limit: of bytes, and of
// bytes for each one read from source, which it is decoded from.
type meter struct {
	from   io.Reader
	limit  int64
	source *meter // nil without a ratio
	ratio  int64
	count  int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.from.Read(p)
	m.count += int64(n)
	switch {
	case m.count > m.limit:
		return n, fmt.Errorf("larger than the limit of %d bytes", m.limit)
	case m.source != nil && m.count > unquestioned && m.count > m.ratio*m.source.count:
		return n, fmt.Errorf("unpacks to more than %d times its size: a compression bomb", m.ratio)
	}
	return n, err
}
