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
	if rare(r) {
		serveContent(w, r, etag, modified, body)
		return
	}
	if begin(w, r, etag, modified, len(body)) {
		_, _ = w.Write(body) // a client that hung up needs no answer
	}
}

// begin answers with all but the body, and reports whether that is to follow. GET
// and HEAD have the same headers (RFC 9110 §9.3.2).
func begin(w http.ResponseWriter, r *http.Request, etag string, modified time.Time, length int) (follows bool) {
	h := w.Header()
	h["Etag"] = []string{etag}
	if !modified.IsZero() {
		h["Last-Modified"] = []string{modified.UTC().Format(http.TimeFormat)}
	}
	if has(r, etag, modified) {
		delete(h, "Content-Type")
		delete(h, "Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return false
	}
	h["Content-Length"] = []string{strconv.Itoa(length)}
	w.WriteHeader(http.StatusOK)
	return r.Method != http.MethodHead
}

// rare reports whether a request wants what readers of feeds never want: parts of
// a body, or other conditions.
func rare(r *http.Request) bool {
	return r.Header["Range"] != nil || r.Header["If-Match"] != nil || r.Header["If-Unmodified-Since"] != nil
}

func serveContent(w http.ResponseWriter, r *http.Request, etag string, modified time.Time, body []byte) {
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

// has reports whether the client has what it would get: by its tags, and only
// without any by the date (RFC 9110 §13.1.3).
func has(r *http.Request, etag string, modified time.Time) bool {
	if tags := r.Header["If-None-Match"]; tags != nil {
		return listed(tags, etag)
	}
	since := r.Header.Get("If-Modified-Since")
	if since == "" || modified.IsZero() {
		return false
	}
	t, err := http.ParseTime(since)
	return err == nil && !modified.Truncate(time.Second).After(t)
}

// listed reports whether a list of tags has one that is equal, weak or not
// (RFC 9110 §8.8.3.2, §13.1.2). A tag holds no comma that ours could stand between.
func listed(fields []string, etag string) bool {
	for _, field := range fields {
		for tag := range strings.SplitSeq(field, ",") {
			tag = strings.TrimPrefix(strings.Trim(tag, " \t"), "W/")
			if tag == etag || tag == "*" {
				return true
			}
		}
	}
	return false
}
