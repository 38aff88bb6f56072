package public

import (
	"mime"
	"net/http"
	"path"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/feed"
	"marquee/internal/web"
)

// feedMaxAge is short, since readers poll no more often than it says
// (RFC 9111 §5.2.2.1): fifteen minutes.
const feedMaxAge = "public, max-age=900, stale-while-revalidate=3600"

// feedPath is where a feed is served.
func feedPath(name, ext string) string { return "/feeds/" + name + "." + ext }

func (h handlers) feed(w http.ResponseWriter, r *http.Request) error {
	file := r.PathValue("file")
	ext := strings.TrimPrefix(path.Ext(file), ".")
	published, err := h.Publisher.Serve(r.Context(), strings.TrimSuffix(file, "."+ext), ext, domain.Audience{})
	if err != nil {
		return err
	}
	header := w.Header()
	header.Set("Cache-Control", feedMaxAge)
	header.Set("Content-Type", published.ContentType)
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Access-Control-Allow-Origin", "*") // public, for readers that run in a browser
	body := negotiate(w, r, published)
	web.Bytes(w, r, body.ETag, published.LastModified, body.Body)
	return nil
}

// negotiate picks the coding to answer with. A validator of another coding does
// not match, so that caches keep them apart (RFC 9110 §8.8.3.3, §12.5.5).
func negotiate(w http.ResponseWriter, r *http.Request, p *feed.Published) feed.Coded {
	w.Header().Add("Vary", "Accept-Encoding")
	if p.Gzip.Body == nil || p.Zstd.Body == nil {
		return p.Coded
	}
	coding := web.Coding(r, "zstd", "gzip")
	if coding == "" {
		return p.Coded
	}
	w.Header().Set("Content-Encoding", coding)
	if coding == "gzip" {
		return p.Gzip
	}
	return p.Zstd
}

// formatLabel is a format's name for people.
func formatLabel(name string) string {
	switch name {
	case "rss":
		return "RSS"
	case "atom":
		return "Atom"
	case "json":
		return "JSON"
	}
	return strings.ToUpper(name)
}

// mediaType is a content type without its parameters.
func mediaType(contentType string) string {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return contentType
	}
	return media
}
