package public

import (
	"encoding/xml"
	"net/http"
	"time"

	"marquee/internal/web"
)

// opmlDocument is a list of feeds (OPML 2.0).
type opmlDocument struct {
	XMLName  xml.Name      `xml:"opml"`
	Version  string        `xml:"version,attr"`
	Title    string        `xml:"head>title"`
	Owner    string        `xml:"head>ownerName,omitempty"`
	Outlines []opmlOutline `xml:"body>outline"`
}

// opmlOutline is one feed of the list.
type opmlOutline struct {
	Type        string `xml:"type,attr"`
	Text        string `xml:"text,attr"`
	Title       string `xml:"title,attr"`
	Description string `xml:"description,attr,omitempty"`
	XMLURL      string `xml:"xmlUrl,attr"`
	HTMLURL     string `xml:"htmlUrl,attr,omitempty"`
}

// opml lists every feed, for readers that take them all at once.
func (h handlers) opml(w http.ResponseWriter, r *http.Request) error {
	doc := opmlDocument{Version: "2.0", Title: h.Publication.Title, Owner: h.Publication.Author}
	for _, f := range h.Feeds {
		doc.Outlines = append(doc.Outlines, opmlOutline{
			Type: "rss", Text: f.Title, Title: f.Title, Description: f.Description,
			XMLURL: h.Publication.Server + FeedPath(f.Name, "rss"), HTMLURL: h.Publication.URL,
		})
	}
	body, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	body = append([]byte(xml.Header), body...)
	w.Header().Set("Content-Type", "text/x-opml; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="feeds.opml"`)
	w.Header().Set("Cache-Control", "public, max-age=3600")
	web.Bytes(w, r, web.ETag(body), time.Time{}, body)
	return nil
}
