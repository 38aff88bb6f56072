package public

import (
	"net/http"
	"path"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/web"
)

// pageMaxAge is long: what a page holds changes only when a piece on it is opened,
// corrected or taken back.
const pageMaxAge = "public, max-age=86400"

// archive serves a page of a feed's archive (RFC 5005 §4).
func (h handlers) archive(w http.ResponseWriter, r *http.Request) error {
	name, file := r.PathValue("name"), r.PathValue("file")
	ext := strings.TrimPrefix(path.Ext(file), ".")
	page, err := h.Publisher.ServePage(r.Context(), name, strings.TrimSuffix(file, "."+ext), ext, domain.Readers{})
	if err != nil {
		return err
	}
	header := w.Header()
	header.Set("Cache-Control", pageMaxAge)
	if page.Grows {
		header.Set("Cache-Control", feedMaxAge)
	}
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Access-Control-Allow-Origin", "*")
	web.Feed(w, r, page.Published)
	return nil
}
