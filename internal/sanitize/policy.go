package sanitize

import (
	"iter"
	"slices"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
)

// role is how an element takes part in the nesting.
type role int

const (
	inline  role = iota // lies within a line
	block               // stands alone: ends an open paragraph
	heading             // a block that ends an open heading too
	item                // ends an open item of its list
	term                // dt or dd: ends an open one of its list
	section             // of a table: thead, tbody, tfoot, caption
	row                 // of a table
	cell                // of a table
	empty               // has no content and no end tag: br, img
	rule                // a block without content and end tag: hr
	dropped             // goes with all that is in it
)

// element is what becomes of an element.
type element struct {
	role  role
	as    string   // what it is written as
	attrs []string // what it keeps besides lang and dir, in this order
}

// policy is what may be published.
type policy struct {
	elements  map[string]element
	addresses *strings.Replacer // what browsers forgive in addresses (WHATWG URL §4.4)
	lock      *bluemonday.Policy
}

func newPolicy() *policy {
	p := &policy{
		elements:  make(map[string]element),
		addresses: strings.NewReplacer("\n", "", "\r", "", "\t", "", " ", "%20"),
	}
	p.allow(inline, "em strong b i u s del ins sub sup small mark code kbd samp var cite dfn q bdi bdo span")
	p.allow(inline, "abbr", "title")
	p.allow(inline, "a", "href", "title")
	p.allow(block, "p div ul blockquote pre figure figcaption dl table")
	p.allow(block, "ol", "start")
	p.allow(heading, "h1 h2 h3 h4 h5 h6")
	p.allow(item, "li")
	p.allow(term, "dt dd")
	p.allow(section, "thead tbody tfoot caption")
	p.allow(row, "tr")
	p.allow(cell, "td", "colspan", "rowspan")
	p.allow(cell, "th", "colspan", "rowspan", "scope")
	p.allow(empty, "br wbr")
	p.allow(empty, "img", "src", "alt", "width", "height", "title")
	p.allow(rule, "hr")
	p.lock = newLock(p.elements)

	p.rename("div", "section article aside header footer main nav address center details summary hgroup form fieldset legend dialog search")
	p.rename("s", "strike")
	p.rename("code", "tt")
	p.rename("abbr", "acronym")
	for name := range strings.FieldsSeq("script style noscript noembed noframes iframe frameset object applet svg math " +
		"template select datalist textarea button title canvas audio video map xmp plaintext") {
		p.elements[name] = element{role: dropped}
	}
	return p
}

func (p *policy) allow(r role, names string, attrs ...string) {
	for name := range strings.FieldsSeq(names) {
		p.elements[name] = element{role: r, as: name, attrs: append(attrs, "lang", "dir")}
	}
}

// rename writes elements as another that means as much to a reader.
func (p *policy) rename(as, names string) {
	for name := range strings.FieldsSeq(names) {
		p.elements[name] = p.elements[as]
	}
}

// newLock sets up bluemonday to let through what the writer may write.
func newLock(elements map[string]element) *bluemonday.Policy {
	lock := bluemonday.NewPolicy()
	lock.RequireParseableURLs(true)
	lock.AllowURLSchemes("http", "https", "mailto")
	for name, e := range elements {
		lock.AllowNoAttrs().OnElements(name)
		lock.AllowAttrs(e.attrs...).OnElements(name)
	}
	return lock
}

// tokens yields the tags and the text of HTML, without comments and without
// elements that are dropped.
func (p *policy) tokens(markup string) iter.Seq[html.Token] {
	return func(yield func(html.Token) bool) {
		z := html.NewTokenizer(strings.NewReader(markup))
		within, depth := "", 0 // the element that is being dropped
		for z.Next() != html.ErrorToken {
			token := z.Token()
			switch {
			case token.Type == html.CommentToken || token.Type == html.DoctypeToken:
			case depth > 0:
				depth += step(token, within)
			case token.Type != html.TextToken && p.elements[token.Data].role == dropped:
				within, depth = token.Data, max(0, step(token, token.Data))
			case !yield(token):
				return
			}
		}
	}
}

// step is by how much a token changes the depth within an element of a name.
// What closes itself has no content, except where HTML knows no such thing.
func step(token html.Token, name string) int {
	switch {
	case token.Data != name:
		return 0
	case token.Type == html.StartTagToken, token.Type == html.SelfClosingTagToken && raw(name):
		return 1
	case token.Type == html.EndTagToken:
		return -1
	}
	return 0
}

// raw reports whether an element's content is read as text up to its end tag
// (WHATWG HTML §13.2.5.2 ff.), however its start tag ends.
func raw(name string) bool {
	return slices.Contains([]string{
		"script", "style", "noscript", "noembed", "noframes", "iframe", "textarea", "title", "xmp", "plaintext",
	}, name)
}
