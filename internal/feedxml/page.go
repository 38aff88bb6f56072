package feedxml

import (
	"strings"

	"marquee/internal/soup"
)

// isPage reports whether the text is a web page: what a site answers instead of
// its feed when it is being maintained or does not know the address.
func isPage(text string) bool {
	const window = 4 << 10
	head := strings.ToLower(text[:min(len(text), window)])
	page := strings.Index(head, "<html")
	if doctype := strings.Index(head, "<!doctype html"); doctype >= 0 {
		page = doctype
	}
	if page < 0 {
		return false
	}
	for _, root := range []string{"<rss", "<rdf:rdf", "<feed"} {
		if i := strings.Index(head, root); i >= 0 && i < page {
			return false
		}
	}
	return true
}

// pageTitle is a page's title for an error: ` ("Maintenance")`, or nothing.
func pageTitle(text string) string {
	s := soup.Scanner{Text: text}
	for t, ok := s.Next(); ok; t, ok = s.Next() {
		if t.Local() != "title" || t.Close {
			continue
		}
		title, _, _ := strings.Cut(text[t.End:], "<")
		return soup.Quoted(soup.Line(title))
	}
	return ""
}

// Begins reports whether a text begins with a feed, or soon does.
func Begins(text string) bool {
	head := strings.ToLower(text[:min(len(text), 1<<10)])
	return strings.Contains(head, "<rss") || strings.Contains(head, "<rdf:rdf") || strings.Contains(head, "<feed")
}
