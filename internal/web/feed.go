package web

import (
	"bytes"
	"net/http"
	"sync"

	"marquee/internal/press"
)

// Feed answers with a feed in the coding that suits the client. A validator of
// another coding does not match, so that caches keep them apart (RFC 9110
// §8.8.3.3, §12.5.5).
func Feed(w http.ResponseWriter, r *http.Request, p *press.Published) {
	body := p.Coded
	switch describe(w, r, p, p.Gzip.Body != nil && p.Zstd.Body != nil) {
	case "gzip":
		body = p.Gzip
	case "zstd":
		body = p.Zstd
	}
	Bytes(w, r, body.ETag, p.LastModified, body.Body)
}

// Copies answers with patrons' copies of private feeds. Its zero value is ready.
type Copies struct {
	spare sync.Pool // of *bytes.Buffer: a copy is put together in memory that others have used
}

// Serve answers with the copy of the patron with a token.
func (c *Copies) Serve(w http.ResponseWriter, r *http.Request, p *press.Published, token string) {
	pieces, etag := p.Cut.Stamp(describe(w, r, p, p.Cut.Compressed()), token)
	if rare(r) {
		serveContent(w, r, etag, p.LastModified, bytes.Join(pieces, nil))
		return
	}
	length := 0
	for _, piece := range pieces {
		length += len(piece)
	}
	if begin(w, r, etag, p.LastModified, length) {
		c.write(w, pieces)
	}
}

// write writes the pieces at once: each by itself would go out by itself.
func (c *Copies) write(w http.ResponseWriter, pieces [][]byte) {
	whole, ok := c.spare.Get().(*bytes.Buffer)
	if !ok {
		whole = new(bytes.Buffer)
	}
	whole.Reset()
	for _, piece := range pieces {
		whole.Write(piece)
	}
	_, _ = w.Write(whole.Bytes()) // a client that hung up needs no answer
	c.spare.Put(whole)
}

// describe says what the document is and how it is coded.
func describe(w http.ResponseWriter, r *http.Request, p *press.Published, compressed bool) (coding string) {
	h := w.Header()
	h["Content-Type"] = []string{p.ContentType}
	h["Vary"] = []string{"Accept-Encoding"}
	if !compressed {
		return ""
	}
	coding = Coding(r, "zstd", "gzip")
	if coding != "" {
		h["Content-Encoding"] = []string{coding}
	}
	return coding
}
