package webfeed

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"marquee/internal/domain"
)

// What is read of one feed. The rest is left out, and that is said.
const (
	maxItems = 5_000
	maxText  = 5 << 20   // bytes of all items together
	maxItem  = 2 << 20   // bytes of one
	maxHead  = 256 << 10 // bytes of what is not in items
	maxLead  = 1 << 20   // bytes before the root
)

var errElements = fmt.Errorf("%w: more than %d elements", domain.ErrInvalid, maxElements)

// outline is an XML feed taken apart: what is in its items, and the rest.
type outline struct {
	atom  bool   // the root is Atom's; else it is RSS's or RDF's
	head  string // what is in the root, without the items
	base  *url.URL
	lang  string
	names *scope
	items []span
	more  int  // items beyond what is read
	cut   bool // the feed ends before its end
}

// span is one item in the feed's text.
type span struct {
	atom  bool
	body  string // what is in it
	whole bool   // and not cut off by the end of the text
	base  *url.URL
	about string // rdf:about
	lang  string
	names *scope
}

// outliner walks over a feed's tags.
type outliner struct {
	scanner
	out   outline
	stack []tag // open elements outside of items

	head     strings.Builder
	copied   int  // how far the text is in head, or in an item
	size     int  // of the items
	elements int  // outside of them
	whole    bool // the root was closed
}

// newOutline takes a feed apart. address is where it was read, the base of all
// relative addresses (RFC 3986 §5.1.3).
func newOutline(ctx context.Context, text string, address *url.URL) (*outline, error) {
	o := &outliner{scanner: scanner{text: text}}
	o.out.base = address
	root, err := o.findRoot()
	if err != nil {
		return nil, err
	}
	if o.copied = root.end; isItemName(root) { // without a feed around it
		o.pos, o.copied, o.whole = root.start, root.start, true
	} else {
		o.open(root)
	}
	for t, ok := o.next(); ok; t, ok = o.next() {
		o.step(t)
		if o.elements%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return o.finish(), nil
}

// findRoot drops what stands before the root: blank lines, comments, a
// stylesheet, the warnings of a PHP plugin, a page around the feed. A page that
// only has a tag that is called like a feed's is none.
func (o *outliner) findRoot() (tag, error) {
	if strings.TrimSpace(o.text) == "" {
		return tag{}, fmt.Errorf("%w feed: the answer is empty", domain.ErrInvalid)
	}
	page, first := isPage(o.text), ""
	lastItem := 0
	if page {
		lastItem = findLastItem(o.text)
	}
	for t, ok := o.next(); ok && t.start < maxLead; t, ok = o.next() {
		switch name := t.local(); {
		case t.close:
		case isRoot(t.local()) && (!page || t.end <= lastItem), first == "" && (isItemName(t) || name == "channel"):
			o.out.atom = name == "feed" || name == "entry"
			return t, nil
		case first == "":
			first = excerpt(name)
		}
	}
	switch {
	case page:
		return tag{}, fmt.Errorf("%w feed: the address answers with a web page%s", domain.ErrInvalid, pageTitle(o.text))
	case first != "":
		return tag{}, fmt.Errorf("%w feed: <%s> is neither <rss>, <rdf:RDF> nor <feed>", domain.ErrInvalid, first)
	}
	return tag{}, fmt.Errorf("%w feed: the answer is no XML", domain.ErrInvalid)
}

// isRoot recognises the roots of feeds by their local names. Some feeds have
// lost theirs, and begin with what was in it.
func isRoot(local string) bool { return local == "rss" || local == "rdf" || local == "feed" }

// findLastItem is about where the last item begins; -1 is nowhere.
func findLastItem(text string) int {
	last := -1
	for _, begin := range []string{"<item", "<entry", ":item", ":entry"} {
		last = max(last, strings.LastIndex(text, begin))
	}
	return last
}

func isItemName(t tag) bool { return t.local() == "item" || t.local() == "entry" }

// step takes one tag outside of items. Another root may follow the first.
func (o *outliner) step(t tag) {
	o.elements++
	switch {
	case t.close:
		o.closeTo(t.name)
	case o.isItem(t):
		o.item(t)
	default:
		o.open(t)
	}
}

// isItem recognises an item also behind an element of the channel that was left
// open, but not in an extension that has items of its own.
func (o *outliner) isItem(t tag) bool {
	return isItemName(t) && (len(o.stack) <= 2 || !strings.Contains(t.name, ":"))
}

// open enters an element. Deeper than maxOpen nothing is kept account of.
func (o *outliner) open(t tag) {
	if len(o.stack) == 0 || (len(o.stack) == 1 && t.local() == "channel") {
		o.envelope(t)
	}
	if !t.empty && len(o.stack) < maxOpen {
		o.stack = append(o.stack, t)
	}
}

// envelope adds what a root or a channel says about all that is in it.
func (o *outliner) envelope(t tag) {
	o.out.base = baseOf(t, o.out.base)
	if lang, ok := attribute(t.attrs, "xml:lang"); ok {
		o.out.lang = lang
	}
	o.out.names = o.out.names.inside(t)
}

// closeTo closes the element with that name and all that was left open in it;
// an end tag without a start is nothing.
func (o *outliner) closeTo(name string) {
	for i, v := range slices.Backward(o.stack) {
		if v.name == name {
			o.stack = o.stack[:i]
			o.whole = o.whole || i == 0
			return
		}
	}
}

// item takes one item, from its start tag to its end, which may be the start of
// the next one or the end of the feed.
func (o *outliner) item(start tag) {
	o.keepHead(start.start)
	end, next, whole := start.end, start.end, start.empty
	for !whole {
		t, ok := o.next()
		if !ok {
			o.out.cut = true
			end, next, o.pos = len(o.text), len(o.text), len(o.text)
			break
		}
		end, next, whole = t.start, t.end, true
		switch {
		case t.name == start.name && t.close:
		case t.name == start.name, t.close && o.isOpen(t.name):
			next, o.pos = t.start, t.start
		default:
			whole = false
		}
	}
	o.copied = next
	if end-start.end <= maxItem {
		o.size += end - start.end
	}
	if len(o.out.items) == maxItems || o.size > maxText || end-start.end > maxItem {
		o.out.more++
		return
	}
	o.out.items = append(o.out.items, o.span(start, o.text[start.end:end], whole))
}

// isOpen reports whether the end tag is that of the root or the channel.
func (o *outliner) isOpen(name string) bool {
	return slices.ContainsFunc(o.stack[:min(2, len(o.stack))], func(t tag) bool { return t.name == name })
}

func (o *outliner) span(start tag, body string, whole bool) span {
	s := span{
		atom: start.local() == "entry", body: body, whole: whole,
		base: baseOf(start, o.out.base), lang: o.out.lang, names: o.out.names.inside(start),
	}
	for name, value := range attributes(start.attrs) {
		if name == "about" || strings.HasSuffix(name, ":about") {
			s.about = strings.TrimSpace(decodeEntities(value))
		}
	}
	if lang, ok := attribute(start.attrs, "xml:lang"); ok {
		s.lang = lang
	}
	return s
}

// keepHead adds the text up to an item to the head.
func (o *outliner) keepHead(to int) {
	if more := o.text[o.copied:max(o.copied, to)]; o.head.Len()+len(more) <= maxHead {
		o.head.WriteString(more)
	}
}

// finish closes what is open.
func (o *outliner) finish() *outline {
	o.out.cut = o.out.cut || !o.whole
	o.keepHead(o.pos)
	o.out.head = o.head.String()
	return &o.out
}

// baseOf is the base address inside of an element (XML Base §4.2).
func baseOf(t tag, outer *url.URL) *url.URL {
	if !strings.Contains(t.attrs, "base") {
		return outer
	}
	value, _ := attribute(t.attrs, "xml:base")
	base, err := outer.Parse(value)
	if err != nil || !isWeb(base) {
		return outer
	}
	return base
}
