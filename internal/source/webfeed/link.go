package webfeed

import (
	"strings"

	"marquee/internal/feedxml"
)

// pageLink is the item's page: RSS's own link, of which the last one counts,
// then the alternate that is HTML, then any other, then where the content is.
func pageLink(links []feedxml.Link) string {
	own, page, other, content := "", "", "", ""
	for _, l := range links {
		switch {
		case l.Text:
			own = l.Address
		case l.Rel == "alternate" && (l.Kind == "" || strings.Contains(l.Kind, "html")):
			page = firstOf(page, l.Address)
		case l.Rel == "alternate":
			other = firstOf(other, l.Address)
		case l.Rel == "content":
			content = firstOf(content, l.Address)
		}
	}
	return firstOf(own, page, other, content)
}

// linkedPictures are the links to pictures.
func linkedPictures(links []feedxml.Link) []picture {
	var list []picture
	for _, l := range links {
		if l.Rel == "enclosure" && strings.HasPrefix(l.Kind, "image/") {
			list = append(list, picture{address: l.Address, mediaType: l.Kind})
		}
	}
	return list
}
