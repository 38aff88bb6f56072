package web

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Bytes answers GET and HEAD with body under a strong ETag (quotes included),
// or with 304 when the client has it (RFC 9110 §13.2.2). modified may be zero.
// Content-Type, Content-Encoding, Cache-Control and Vary are the caller's to set
// before.
func Bytes(w http.ResponseWriter, r *http.Request, etag string, modified time.Time, body []byte) {
	w.Header().Set("ETag", etag)
	// ServeContent leaves the length of encoded bodies open, and then GET and
	// HEAD have different headers (RFC 9110 §9.3.2).
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	// ServeContent reads one field of what may be several (RFC 9110 §5.3).
	if tags := r.Header.Values("If-None-Match"); len(tags) > 1 {
		r.Header.Set("If-None-Match", strings.Join(tags, ", "))
	}
	http.ServeContent(w, r, "", modified, bytes.NewReader(body))
}
