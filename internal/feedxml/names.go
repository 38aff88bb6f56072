package feedxml

import (
	"strings"

	"marquee/internal/soup"
)

// A scope is what prefixes mean inside of an element (Namespaces in XML §6).
type scope struct {
	outer    *scope
	bindings []binding
}

// maxBindings is how many prefixes of one element are heeded.
const maxBindings = 64

type binding struct{ prefix, means string }

// inside is the scope inside of an element.
func (s *scope) inside(t soup.Tag) *scope {
	if !strings.Contains(t.Attrs, "xmlns") {
		return s
	}
	in := &scope{outer: s}
	for name, value := range soup.Attributes(t.Attrs) {
		if len(in.bindings) == maxBindings {
			break
		}
		if prefix, ok := strings.CutPrefix(name, "xmlns:"); ok {
			in.bindings = append(in.bindings, binding{prefix, meaning(value, strings.ToLower(prefix))})
		} else if name == "xmlns" {
			in.bindings = append(in.bindings, binding{"", meaning(value, "")})
		}
	}
	return in
}

// vocabulary is the canonical prefix of the vocabulary that a tag's name is of:
// "" is RSS or Atom itself. An unknown or undeclared prefix means itself.
func (s *scope) vocabulary(t soup.Tag) string {
	prefix := t.Prefix()
	for ; s != nil; s = s.outer {
		for _, b := range s.bindings {
			if b.prefix == prefix {
				return b.means
			}
		}
	}
	return canonical(strings.ToLower(prefix))
}

// canonical joins the prefixes by which RSS and Atom call themselves.
func canonical(prefix string) string {
	switch prefix {
	case "rss", "rdf", "atom", "atom10", "atom03", "a10":
		return ""
	}
	return prefix
}

// meaning is the canonical prefix of a namespace, however it is bound.
func meaning(namespace, prefix string) string {
	namespace = strings.ToLower(strings.TrimSpace(soup.Entities(namespace)))
	switch strings.TrimSuffix(namespace, "/") {
	case "", "http://www.w3.org/2005/atom", "http://purl.org/atom/ns#", "http://purl.org/rss/1.0", "http://my.netscape.com/rdf/simple/0.9",
		"http://channel.netscape.com/rdf/simple/0.9", "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://purl.org/rss/1.0/modules/rss091#",
		"http://blogs.law.harvard.edu/tech/rss", "http://purl.org/net/rss1.1#":
		return ""
	case "http://purl.org/dc/elements/1.1", "http://purl.org/dc/elements/1.0":
		return "dc"
	case "http://purl.org/dc/terms":
		return "dcterms"
	case "http://purl.org/rss/1.0/modules/content":
		return "content"
	case "http://purl.org/rss/1.0/modules/syndication":
		return "sy"
	case "http://search.yahoo.com/mrss":
		return "media"
	case "http://www.itunes.com/dtds/podcast-1.0.dtd":
		return "itunes"
	case "http://www.w3.org/1999/xhtml":
		return "xhtml"
	case "https://letterboxd.com":
		return "letterboxd"
	case "https://themoviedb.org":
		return "tmdb"
	}
	if strings.Contains(namespace, "backend.userland.com/rss") {
		return ""
	}
	return canonical(prefix)
}

// role is what becomes of an element of an item or of a feed's head.
type role int

const (
	unknown  role = iota // its tags are nothing, its content counts
	single               // a leaf of which there is one
	several              // a leaf of which there may be many
	prose                // a leaf that holds text with markup
	holder               // holds other elements
	elsewise             // holds what is about something else
)

// roles says what an element is, by vocabulary and local name in lower case.
// What a feed may say of a piece, in any format, is here.
func roleOf(vocabulary, local string) role {
	switch vocabulary {
	case "":
		return ownRole(local)
	case "dc", "dcterms":
		return dublinRole(local)
	case "content":
		if local == "encoded" {
			return prose
		}
	case "xhtml":
		if local == "body" || local == "div" {
			return prose
		}
	case "media":
		return mediaRole(local)
	case "itunes":
		switch local {
		case "author", "title", "subtitle":
			return single
		case "summary":
			return prose
		case "owner":
			return elsewise
		}
	case "letterboxd", "tmdb", "sy":
		if spelling(local) != "" {
			return single
		}
	}
	return unknown
}

// spelling is how an extension's name with capitals is written, by which gofeed
// keeps it.
func spelling(local string) string {
	switch local {
	case "filmtitle":
		return "filmTitle"
	case "filmyear":
		return "filmYear"
	case "memberrating":
		return "memberRating"
	case "movieid":
		return "movieId"
	case "updateperiod":
		return "updatePeriod"
	case "updatefrequency":
		return "updateFrequency"
	}
	return ""
}

func ownRole(local string) role {
	switch local {
	case "title", "guid", "id", "pubdate", "published", "issued", "created", "updated", "modified", "language",
		"ttl", "managingeditor", "tagline", "subtitle":
		return single
	case "category", "keywords", "enclosure", "link":
		return several
	case "description", "summary", "abstract", "content", "encoded", "fullitem", "body":
		return prose
	case "author", "source", "skiphours", "skipdays":
		return holder
	case "image", "textinput", "contributor", "generator", "cloud", "comments", "item", "entry":
		return elsewise
	}
	return unknown
}

func dublinRole(local string) role {
	switch local {
	case "title", "date", "language", "issued", "created", "modified", "available":
		return single
	case "creator", "author", "subject":
		return several
	case "description", "abstract":
		return prose
	}
	return unknown
}

func mediaRole(local string) role {
	switch local {
	case "title", "thumbnail", "credit", "rating":
		return several
	case "description":
		return prose
	case "group", "content":
		return holder
	}
	return unknown
}
