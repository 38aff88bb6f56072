package webfeed

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"marquee/internal/domain"
)

// What a feed may ask of its reader. gofeed recurses once per level and copies
// every namespace declaration in scope at each of them: without these caps a few
// kilobytes end the process.
const (
	maxDepth      = 100    // elements inside each other
	maxAttributes = 256    // of one element, namespace declarations included
	maxElements   = 20_000 // in one item; in all that is not in an item
	maxItems      = 5_000
)

var (
	errDeep       = fmt.Errorf("%w: more than %d elements inside each other", domain.ErrInvalid, maxDepth)
	errAttributes = fmt.Errorf("%w: more than %d attributes on one element", domain.ErrInvalid, maxAttributes)
	errElements   = fmt.Errorf("%w: more than %d elements", domain.ErrInvalid, maxElements)
	errUnclosed   = fmt.Errorf("%w: its end tag is missing", domain.ErrInvalid)
)

// outline is an XML feed taken apart: what is in its items, and the rest.
type outline struct {
	format string // "rss", "rdf" or "feed" (Atom): the root's name
	root   []byte // the root's start tag, with the channel's namespaces
	close  []byte // the root's end tag
	head   []byte // the feed without its items, every element closed
	base   *url.URL
	lang   string
	items  []span
	more   int  // items beyond maxItems
	cut    bool // the feed ends before its end
}

// span is one item in the feed's text.
type span struct {
	text  []byte // with its tags; the start tag has only its namespaces
	base  *url.URL
	about string // rdf:about
	lang  string
	err   error // why it cannot be parsed
}

// outliner walks over a feed's tags.
type outliner struct {
	scanner
	out   outline
	stack []tag // open elements outside of items

	head     []byte
	copied   int // how far the text is in head, or in an item
	elements int
}

// newOutline takes a feed apart. address is where it was read, the base of all
// relative addresses (RFC 3986 §5.1.3).
func newOutline(text []byte, address *url.URL) (*outline, error) {
	o := &outliner{scanner: scanner{text: text}}
	o.out.base = address
	root, err := o.findRoot()
	if err != nil {
		return nil, err
	}
	o.copied = root.start
	if err := o.open(root); err != nil {
		return nil, err
	}
	for len(o.stack) > 0 {
		t, ok := o.next()
		if !ok {
			break
		}
		if err := o.step(t); err != nil {
			return nil, err
		}
	}
	return o.finish(), nil
}

// findRoot drops what stands before the root: blank lines, comments, a
// stylesheet, the warnings of a PHP plugin. A web page is not looked through
// for something that is called like a feed.
func (o *outliner) findRoot() (tag, error) {
	if len(bytes.TrimSpace(o.text)) == 0 {
		return tag{}, fmt.Errorf("%w feed: the answer is empty", domain.ErrInvalid)
	}
	if isPage(o.text) {
		return tag{}, fmt.Errorf("%w feed: the address answers with a web page%s", domain.ErrInvalid, pageTitle(o.text))
	}
	first := ""
	for t, ok := o.next(); ok; t, ok = o.next() {
		switch name := t.local(); {
		case t.close:
		case name == "rss" || name == "rdf" || name == "feed":
			o.out.format = name
			return t, nil
		case first == "":
			first = excerpt(name)
		}
	}
	if first != "" {
		return tag{}, fmt.Errorf("%w feed: <%s> is neither <rss>, <rdf:RDF> nor <feed>", domain.ErrInvalid, first)
	}
	return tag{}, fmt.Errorf("%w feed: the answer is no XML", domain.ErrInvalid)
}

// step takes one tag outside of items.
func (o *outliner) step(t tag) error {
	if t.close {
		o.closeTo(t.name)
		return nil
	}
	if o.isItem(t) {
		o.item(t)
		return nil
	}
	if err := o.open(t); err != nil {
		return fmt.Errorf("read the feed's head: %w", err)
	}
	return nil
}

// isItem recognises an item also behind an element of the channel that was left
// open, but not in an extension that has items of its own.
func (o *outliner) isItem(t tag) bool {
	name := "item"
	if o.out.format == "feed" {
		name = "entry"
	}
	return t.local() == name && (len(o.stack) <= 2 || len(t.name) == len(name))
}

func (o *outliner) open(t tag) error {
	o.elements++
	switch {
	case bytes.Count(t.attrs, []byte("=")) > maxAttributes:
		return errAttributes
	case o.elements > maxElements:
		return errElements
	case len(o.stack) == maxDepth:
		return errDeep
	}
	if len(o.stack) == 0 || (len(o.stack) == 1 && t.local() == "channel") {
		o.envelope(t)
	}
	if !t.empty {
		o.stack = append(o.stack, t)
	}
	return nil
}

// envelope adds what the root or the channel says about all that is in them.
func (o *outliner) envelope(t tag) {
	o.out.base = baseOf(t, o.out.base)
	if lang, ok := attribute(t.attrs, "xml:lang"); ok {
		o.out.lang = lang
	}
	if len(o.out.root) == 0 {
		o.out.root = fmt.Appendf(nil, "<%s", t.name)
		o.out.close = fmt.Appendf(nil, "</%s>", t.name)
	}
	o.out.root = appendNamespaces(o.out.root, t)
}

// closeTo closes the element with that name and all that was left open in it;
// an end tag without a start is nothing.
func (o *outliner) closeTo(name []byte) {
	for i, v := range slices.Backward(o.stack) {
		if bytes.Equal(v.name, name) {
			o.stack = o.stack[:i]
			return
		}
	}
}

// item takes one item, from its start tag to its end. An item that is not
// closed before the next one begins is lost, the next one is not.
func (o *outliner) item(start tag) {
	o.head = append(o.head, o.text[o.copied:start.start]...)
	var it walk
	end := start.end
	for !start.empty {
		t, ok := o.next()
		if !ok {
			o.cut, o.pos, o.copied = true, len(o.text), len(o.text)
			return
		}
		if bytes.Equal(t.name, start.name) {
			end = t.end
			if !t.close {
				it.err, end, o.pos = errUnclosed, t.start, t.start
			}
			break
		}
		it.step(t)
	}
	o.copied = end
	if len(o.out.items) == maxItems {
		o.out.more++
		return
	}
	o.out.items = append(o.out.items, o.span(start, o.text[start.end:end], it.err))
}

func (o *outliner) span(start tag, rest []byte, err error) span {
	s := span{base: baseOf(start, o.out.base), lang: o.out.lang, err: err}
	s.about, _ = attribute(start.attrs, "rdf:about")
	if lang, ok := attribute(start.attrs, "xml:lang"); ok {
		s.lang = lang
	}
	s.text = append(appendNamespaces(fmt.Appendf(nil, "<%s", start.name), start), '>')
	if s.text = append(s.text, rest...); start.empty {
		s.text = fmt.Appendf(s.text, "</%s>", start.name)
	}
	return s
}

// finish closes what is open.
func (o *outliner) finish() *outline {
	end := o.pos
	o.out.cut = o.cut || len(o.stack) > 0
	if o.copied < end {
		o.head = append(o.head, o.text[o.copied:end]...)
	}
	for _, v := range slices.Backward(o.stack) {
		o.head = fmt.Appendf(o.head, "</%s>", v.name)
	}
	o.out.head = o.head
	o.out.root = append(o.out.root, '>')
	return &o.out
}

// walk holds the caps inside of one item.
type walk struct {
	depth    int
	elements int
	err      error
}

func (w *walk) step(t tag) {
	if t.close {
		w.depth = max(w.depth-1, 0)
		return
	}
	w.elements++
	if !t.empty {
		w.depth++
	}
	switch {
	case w.err != nil:
	case bytes.Count(t.attrs, []byte("=")) > maxAttributes:
		w.err = errAttributes
	case w.elements > maxElements:
		w.err = errElements
	case w.depth > maxDepth:
		w.err = errDeep
	}
}

// baseOf is the base address inside of an element (XML Base §4.2).
func baseOf(t tag, outer *url.URL) *url.URL {
	value, ok := attribute(t.attrs, "xml:base")
	if !ok {
		return outer
	}
	base, err := outer.Parse(value)
	if err != nil || !isWeb(base) {
		return outer
	}
	return base
}

// appendNamespaces writes the attributes of an envelope that its content needs.
// The others are left out: gofeed would resolve ids against xml:base.
func appendNamespaces(out []byte, t tag) []byte {
	for name, value := range attributes(t.attrs) {
		if name == "xmlns" || name == "version" || strings.HasPrefix(name, "xmlns:") {
			out = fmt.Appendf(out, ` %s="%s"`, name, strings.ReplaceAll(value, `"`, "&quot;"))
		}
	}
	return out
}

// document is a feed that holds nothing but the item.
func (o *outline) document(s span) []byte {
	return bytes.Join([][]byte{o.root, s.text, o.close}, nil)
}
