package feedxml

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/soup"
)

// What is read of one feed. The rest is left out, and that is said.
const (
	MaxItems = 5_000
	MaxText  = 5 << 20   // bytes of all items together
	MaxItem  = 2 << 20   // bytes of one
	MaxHead  = 256 << 10 // bytes of what is not in items
	maxLead  = 1 << 20   // bytes before the root
)

var errElements = fmt.Errorf("%w: more than %d elements", domain.ErrInvalid, maxElements)

// A Feed is an XML feed taken apart: what is in its items, and the rest.
type Feed struct {
	Atom  bool     // the root is Atom's; else it is RSS's or RDF's
	Base  *url.URL // of relative addresses
	Lang  string
	Items []Item
	More  int  // items beyond what is read
	Cut   bool // the feed ends before its end

	head  string // what is in the root, without the items
	names *scope
}

// An Item is one item in the feed's text.
type Item struct {
	Atom  bool     // it is an entry of Atom's
	Whole bool     // and not cut off by the end of the text
	Base  *url.URL // of relative addresses in it
	About string   // rdf:about
	Lang  string

	body  string // what is in it
	names *scope
}

// outliner walks over a feed's tags.
type outliner struct {
	soup.Scanner
	out   Feed
	stack []soup.Tag // open elements outside of items

	head     strings.Builder
	copied   int  // how far the text is in head, or in an item
	size     int  // of the items
	elements int  // outside of them
	whole    bool // the root was closed
}

// Open takes a feed apart. address is where it was read, the base of all
// relative addresses (RFC 3986 §5.1.3).
func Open(ctx context.Context, text string, address *url.URL) (*Feed, error) {
	o := &outliner{Scanner: soup.Scanner{Text: withEntities(text)}}
	o.out.Base = address
	root, err := o.findRoot()
	if err != nil {
		return nil, err
	}
	if o.copied = root.End; isItemName(root) { // without a feed around it
		o.Pos, o.copied, o.whole = root.Start, root.Start, true
	} else {
		o.open(root)
	}
	for t, ok := o.Next(); ok; t, ok = o.Next() {
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
func (o *outliner) findRoot() (soup.Tag, error) {
	if strings.TrimSpace(o.Text) == "" {
		return soup.Tag{}, fmt.Errorf("%w feed: the answer is empty", domain.ErrInvalid)
	}
	page, first := isPage(o.Text), ""
	lastItem := 0
	if page {
		lastItem = findLastItem(strings.ToLower(o.Text))
	}
	var inner soup.Tag // what a root without its name would hold
	for t, ok := o.Next(); ok && t.Start < maxLead; t, ok = o.Next() {
		switch name := t.Local(); {
		case t.Close:
		case isRoot(t.Local()) && (!page || t.End <= lastItem):
			o.out.Atom = name == "feed"
			return t, nil
		case inner.Name == "" && !page && (isItemName(t) || name == "channel"):
			inner = t
		case first == "":
			first = soup.Excerpt(name)
		}
	}
	if inner.Name != "" {
		o.Pos, o.out.Atom = inner.End, inner.Is("entry")
		return inner, nil
	}
	switch {
	case page:
		return soup.Tag{}, fmt.Errorf("%w feed: the address answers with a web page%s", domain.ErrInvalid, pageTitle(o.Text))
	case first != "":
		return soup.Tag{}, fmt.Errorf("%w feed: <%s> is neither <rss>, <rdf:RDF> nor <feed>", domain.ErrInvalid, first)
	}
	return soup.Tag{}, fmt.Errorf("%w feed: the answer is no XML", domain.ErrInvalid)
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

// isItemName reports whether a tag is called item or entry, by any prefix.
func isItemName(t soup.Tag) bool { return t.Is("item") || t.Is("entry") }

// step takes one tag outside of items. Another root may follow the first.
func (o *outliner) step(t soup.Tag) {
	o.elements++
	switch {
	case t.Close:
		o.closeTo(t.Name)
	case o.isItem(t):
		o.item(t)
	default:
		o.open(t)
	}
}

// isItem recognises an item also behind an element of the channel that was left
// open, but not in an extension that has items of its own.
func (o *outliner) isItem(t soup.Tag) bool {
	return isItemName(t) && (len(o.stack) <= 2 || !strings.Contains(t.Name, ":"))
}

// open enters an element. Deeper than maxOpen nothing is kept account of.
func (o *outliner) open(t soup.Tag) {
	if len(o.stack) == 0 || (len(o.stack) == 1 && t.Local() == "channel") {
		o.envelope(t)
	}
	if !t.Empty && len(o.stack) < maxOpen {
		o.stack = append(o.stack, t)
	}
}

// envelope adds what a root or a channel says about all that is in it.
func (o *outliner) envelope(t soup.Tag) {
	o.out.Base = baseOf(t, o.out.Base)
	if lang, ok := soup.Attribute(t.Attrs, "xml:lang"); ok {
		o.out.Lang = lang
	}
	o.out.names = o.out.names.inside(t)
}

// closeTo closes the element with that name and all that was left open in it;
// an end tag without a start is nothing.
func (o *outliner) closeTo(name string) {
	for i, v := range slices.Backward(o.stack) {
		if v.Name == name {
			o.stack = o.stack[:i]
			o.whole = o.whole || i == 0
			return
		}
	}
}

// item takes one item, from its start tag to its end, which may be the start of
// the next one or the end of the feed.
func (o *outliner) item(start soup.Tag) {
	o.keepHead(start.Start)
	end, next, whole := start.End, start.End, start.Empty
	for !whole {
		t, ok := o.Next()
		if !ok {
			o.out.Cut = true
			end, next, o.Pos = len(o.Text), len(o.Text), len(o.Text)
			break
		}
		end, next, whole = t.Start, t.End, true
		switch {
		case t.Name == start.Name && t.Close:
		case t.Name == start.Name, t.Close && o.isOpen(t.Name):
			next, o.Pos = t.Start, t.Start
		default:
			whole = false
		}
	}
	o.copied = next
	if end-start.End <= MaxItem {
		o.size += end - start.End
	}
	if len(o.out.Items) == MaxItems || o.size > MaxText || end-start.End > MaxItem {
		o.out.More++
		return
	}
	o.out.Items = append(o.out.Items, o.newItem(start, o.Text[start.End:end], whole))
}

// isOpen reports whether the end tag is that of the root or the channel.
func (o *outliner) isOpen(name string) bool {
	return slices.ContainsFunc(o.stack[:min(2, len(o.stack))], func(t soup.Tag) bool { return t.Name == name })
}

func (o *outliner) newItem(start soup.Tag, body string, whole bool) Item {
	s := Item{
		Atom: start.Local() == "entry", body: body, Whole: whole,
		Base: baseOf(start, o.out.Base), Lang: o.out.Lang, names: o.out.names.inside(start),
	}
	for name, value := range soup.Attributes(start.Attrs) {
		if name == "about" || strings.HasSuffix(name, ":about") {
			s.About = strings.TrimSpace(soup.Entities(value))
		}
	}
	if lang, ok := soup.Attribute(start.Attrs, "xml:lang"); ok {
		s.Lang = lang
	}
	return s
}

// keepHead adds the text up to an item to the head.
func (o *outliner) keepHead(to int) {
	if more := o.Text[o.copied:max(o.copied, to)]; o.head.Len()+len(more) <= MaxHead {
		o.head.WriteString(more)
	}
}

// finish closes what is open.
func (o *outliner) finish() *Feed {
	o.out.Cut = o.out.Cut || !o.whole
	o.keepHead(o.Pos)
	o.out.head = o.head.String()
	return &o.out
}

// Said is all that the item says, as it is written; "" when that is nothing but
// empty elements.
func (it Item) Said() string {
	s, last := soup.Scanner{Text: it.body}, 0
	for t, ok := s.Next(); ok; t, ok = s.Next() {
		if soup.Text(it.body[last:t.Start]) != "" || !t.Close && strings.Contains(t.Attrs, "=") && !strings.Contains(t.Attrs, "xmlns") {
			return strings.TrimSpace(it.body)
		}
		last = t.End
	}
	if soup.Text(it.body[last:]) == "" {
		return ""
	}
	return strings.TrimSpace(it.body)
}

// Glance finds what can be told of an item that cannot be read: its id and title.
func (it Item) Glance() (id, title string) {
	return strings.TrimSpace(cmp.Or(it.inner("guid"), it.inner("id"), it.About)), it.inner("title")
}

func (it Item) inner(name string) string {
	_, rest, _ := strings.Cut(it.body, "<"+name)
	_, rest, _ = strings.Cut(rest, ">")
	value, _, closed := strings.Cut(rest, "</"+name)
	if !closed {
		return ""
	}
	return soup.Text(value)
}

// baseOf is the base address inside of an element (XML Base §4.2).
func baseOf(t soup.Tag, outer *url.URL) *url.URL {
	if !strings.Contains(t.Attrs, "base") {
		return outer
	}
	value, _ := soup.Attribute(t.Attrs, "xml:base")
	base, err := outer.Parse(value)
	if err != nil || !soup.IsWeb(base) {
		return outer
	}
	return base
}
