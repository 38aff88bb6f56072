package web

import (
	"bytes"
	"fmt"
	"net/http"
	"time"

	"marquee/internal/domain"
)

var errNoRoute = fmt.Errorf("no such page: %w", domain.ErrNotFound)

// Bytes answers GET and HEAD with body under a strong ETag (quotes included),
// or with 304 when the client has it (RFC 9110 §13.2.2). modified may be zero.
func Bytes(w http.ResponseWriter, r *http.Request, etag string, modified time.Time, body []byte) {
	w.Header().Set("ETag", etag)
	http.ServeContent(w, r, "", modified, bytes.NewReader(body))
}
