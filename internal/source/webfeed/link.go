package webfeed

import "strings"

// link is one of an item's links, to which RSS's enclosures belong too.
type link struct {
	rel, kind string // in lower case
	address   string
	text      bool // RSS's own: the address is the element's text
}

// pageLink is the item's page: RSS's own link, of which the last one counts,
// then the alternate that is HTML, then any other, then where the content is.
func pageLink(links []link) string {
	own, page, other, content := "", "", "", ""
	for _, l := range links {
		switch {
		case l.text:
			own = l.address
		case l.rel == "alternate" && (l.kind == "" || strings.Contains(l.kind, "html")):
			page = firstOf(page, l.address)
		case l.rel == "alternate":
			other = firstOf(other, l.address)
		case l.rel == "content":
			content = firstOf(content, l.address)
		}
	}
	return firstOf(own, page, other, content)
}

// linkedPictures are the links to pictures.
func linkedPictures(links []link) []picture {
	var list []picture
	for _, l := range links {
		if l.rel == "enclosure" && strings.HasPrefix(l.kind, "image/") {
			list = append(list, picture{address: l.address, mediaType: l.kind})
		}
	}
	return list
}
