package public

import (
	"maps"
	"mime"
	"net/http"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/web"
)

// feedMaxAge is short, since readers poll no more often than it says
// (RFC 9111 §5.2.2.1): fifteen minutes.
const feedMaxAge = "public, max-age=900, stale-while-revalidate=3600"

// FeedPath is where a feed is served.
func FeedPath(name, ext string) string { return "/feeds/" + name + "." + ext }

// feedFile is one feed in one format.
type feedFile struct {
	name, ext string
	header    http.Header // what is said with it at any time
}

// feedFiles are all that there are, by the last part of their addresses.
func (p *Public) feedFiles() map[string]feedFile {
	files := map[string]feedFile{}
	for _, f := range p.Feeds {
		for _, format := range p.Publisher.Formats() {
			links := []string{"<" + p.Publication.Server + FeedPath(f.Name, format.Name()) + `>; rel="self"`}
			if p.Hub != "" {
				links = append(links, "<"+p.Hub+`>; rel="hub"`) // W3C WebSub §4, RFC 8288
			}
			files[f.Name+"."+format.Name()] = feedFile{name: f.Name, ext: format.Name(), header: http.Header{
				"Cache-Control": {feedMaxAge}, "Referrer-Policy": {"no-referrer"}, "Link": links,
				"Access-Control-Allow-Origin": {"*"}, // public, for readers that run in a browser
			}}
		}
	}
	return files
}

func (h handlers) feed(w http.ResponseWriter, r *http.Request) error {
	file, ok := h.files[r.PathValue("file")]
	if !ok {
		return h.noFeed(w, r)
	}
	published, err := h.Publisher.Serve(r.Context(), file.name, file.ext, domain.Readers{})
	if err != nil {
		return err
	}
	maps.Copy(w.Header(), file.header)
	web.Feed(w, r, published)
	return nil
}

// noFeed leads whoever left the format away to the page for people.
func (h handlers) noFeed(w http.ResponseWriter, r *http.Request) error {
	f, err := h.feedCalled(r.PathValue("file"))
	if err != nil {
		return err
	}
	http.Redirect(w, r, feedPage(f.Name), http.StatusMovedPermanently)
	return nil
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
