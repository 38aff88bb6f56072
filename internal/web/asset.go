package web

import (
	"net/http"
	"time"
)

// asset is a file that pages need. Its address holds its version, so that
// browsers may keep it for ever and yet never show a page with an older one.
type asset struct {
	path        string
	contentType string
	body        []byte
}

// address is where pages find the asset.
func (a asset) address() string { return a.path + "?v=" + a.version() }

func (a asset) version() string { return ETag(a.body)[1:9] }

// handler serves the asset; to addresses of other versions, of which another
// instance may speak, only for a moment.
func (a asset) handler() HandlerFunc {
	version, etag := a.version(), ETag(a.body)
	return func(w http.ResponseWriter, r *http.Request) error {
		keep := "public, max-age=300"
		if r.URL.Query().Get("v") == version {
			keep = "public, max-age=31536000, immutable"
		}
		w.Header().Set("Cache-Control", keep)
		w.Header().Set("Content-Type", a.contentType)
		Bytes(w, r, etag, time.Time{}, a.body)
		return nil
	}
}
