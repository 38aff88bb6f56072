package webfeed

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// tidier puts the content of an item, or of a feed's head, in order: of a
// stranger's tags it makes a small well-formed document for gofeed, which holds
// nothing but elements that we know, in a canonical spelling. Texts with markup
// are taken out: they are a matter of HTML, and most of a feed's bytes.
//
// Elements that we do not know are nothing but their content, which counts
// where nothing else says the same.
type tidier struct {
	atom  bool // of an Atom feed; else of RSS
	cut   bool // the content's end is missing: what reaches it is not whole
	body  string
	tags  []tag
	match []int // of each start tag, the index of its end tag; 0 is none
	open  []int // used by pair

	out    []byte            // what gofeed is to read
	texts  map[string][]text // by canonical name
	links  []link
	seen   []string   // single elements in out
	second []fallback // single elements from inside of others
	count  int        // of elements in out
}

// fallback is an element that counts when no other says the same.
type fallback struct{ name, element string }

const (
	maxElements = 20_000 // in one item; in all that is not in an item
	maxKnown    = 256    // elements of one item that are read
	maxHolders  = 8      // inside each other
	maxOpen     = 100    // elements whose end tag is looked for at a time
	maxValue    = 32 << 10
)

// short is what is read of an element that is no text.
func short(s string) string {
	if len(s) > maxValue {
		return strings.ToValidUTF8(s[:maxValue], "")
	}
	return s
}

// read takes the content of one element.
func (d *tidier) read(body string, in *scope, base *url.URL) error {
	d.body, d.tags, d.out, d.seen, d.second, d.count = body, d.tags[:0], d.out[:0], d.seen[:0], d.second[:0], 0
	d.texts, d.links = nil, nil
	s := scanner{text: body}
	for t, ok := s.next(); ok; t, ok = s.next() {
		if len(d.tags) == 2*maxElements {
			return errElements
		}
		d.tags = append(d.tags, t)
	}
	d.pair()
	d.children(0, len(d.tags), surroundings{in: in, base: base})
	for _, f := range d.second {
		if !slices.Contains(d.seen, f.name) {
			d.seen = append(d.seen, f.name)
			d.out = append(d.out, f.element...)
		}
	}
	return nil
}

// pair finds each start tag's end tag. An end tag ends the innermost element of
// its name, and all that was left open in it.
func (d *tidier) pair() {
	d.match = append(d.match[:0], make([]int, len(d.tags))...)
	d.open = d.open[:0]
	for i, t := range d.tags {
		if !t.close {
			if !t.empty && len(d.open) < maxOpen {
				d.open = append(d.open, i)
			}
			continue
		}
		for k, begin := range slices.Backward(d.open) {
			if name := d.tags[begin].name; len(name) == len(t.name) && strings.EqualFold(name, t.name) {
				d.match[begin], d.open = i, d.open[:k]
				break
			}
		}
	}
}

// surroundings are what surrounds an element.
type surroundings struct {
	in      *scope
	base    *url.URL
	within  int  // the index of the last tag inside of an unknown element
	holders int  // how many known elements it lies in
	media   bool // one of which is of Media RSS
}

// element is one element that is known.
type element struct {
	tag
	vocabulary, local string
	role              role
	inner             string // what is in it, as written
	from, to          int    // its tags
}

// name is the element's canonical name.
func (e element) name() string {
	if e.vocabulary == "" {
		return e.local
	}
	return e.vocabulary + ":" + e.local
}

// children reads the elements between two tags.
func (d *tidier) children(from, to int, c surroundings) {
	for i := from; i < to; {
		t := d.tags[i]
		if t.close {
			i++
			continue
		}
		inside := c
		inside.in = c.in.inside(t)
		e := element{tag: t, vocabulary: inside.in.vocabulary(t), local: t.local()}
		if e.role = roleOf(e.vocabulary, e.local); e.role == unknown || isMultipart(e) {
			c.within = max(c.within, d.match[i])
			i++
			continue
		}
		e.from, e.to = i+1, d.endOf(i, to, c)
		e.inner = d.body[t.end:d.startOf(e.to, t)]
		inside.base = baseOf(t, c.base)
		if whole := !d.cut || t.empty || e.to < len(d.tags); whole && d.count < maxKnown {
			d.element(e, inside, i < c.within)
		}
		i = max(e.to, i+1)
	}
}

// isMultipart recognises Atom 0.3's content of several contents.
func isMultipart(e element) bool {
	if e.role != prose || e.attrs == "" {
		return false
	}
	kind, _ := attribute(e.attrs, "type")
	return strings.HasPrefix(kind, "multipart/")
}

// endOf is the index of the tag behind an element's content. An element whose
// end tag is missing ends where the next one begins that we know.
func (d *tidier) endOf(i, to int, c surroundings) int {
	switch {
	case d.tags[i].empty:
		return i + 1
	case d.match[i] > 0:
		return d.match[i]
	}
	for k := i + 1; k < to; k++ {
		if t := d.tags[k]; !t.close && roleOf(c.in.inside(t).vocabulary(t), t.local()) != unknown {
			return k
		}
	}
	return to
}

// startOf is where the content of an element ends in the text.
func (d *tidier) startOf(end int, t tag) int {
	switch {
	case t.empty:
		return t.end
	case end < len(d.tags):
		return d.tags[end].start
	}
	return len(d.body)
}

func (d *tidier) element(e element, c surroundings, nested bool) {
	switch e.role {
	case prose:
		d.prose(e, c)
	case single:
		d.single(e, c, nested)
	case several:
		d.several(e, c)
	case holder:
		d.holder(e, c)
	case unknown, elsewise:
	}
}

func (d *tidier) prose(e element, c surroundings) {
	t, ok := textOf(e.tag, e.inner, c.base)
	if !ok || t.value == "" {
		d.elsewhere(e, c)
		return
	}
	if d.texts == nil {
		d.texts = map[string][]text{}
	}
	if d.texts[e.name()] = append(d.texts[e.name()], t); c.media {
		d.leaf(e, withoutTags(t))
	}
}

// elsewhere keeps the address of content that is not in the feed: it is where
// the piece is when nothing else says so.
func (d *tidier) elsewhere(e element, c surroundings) {
	kind, _ := attribute(e.attrs, "type")
	if src, _ := attribute(e.attrs, "src"); src != "" && (kind == "" || strings.Contains(kind, "html")) {
		d.links = append(d.links, link{rel: "content", address: rebased(e.tag, c.base, src)})
	}
}

func withoutTags(t text) string { return plainText(t.value) }

// single writes an element of which, but for titles, the last one counts that is not empty, and
// one inside of another element only when there is no other.
func (d *tidier) single(e element, c surroundings, nested bool) {
	t, ok := textOf(e.tag, e.inner, c.base)
	if !ok { // whatever type it claims to be
		t.value = decoded(e.inner)
	}
	if t.value = short(t.value); t.value == "" {
		return
	}
	if !nested {
		if e.local == "title" && slices.Contains(d.seen, e.name()) {
			return // of titles it is the first
		}
		d.seen = append(d.seen, e.name())
		d.leaf(e, t.value)
		return
	}
	begin := len(d.out)
	d.leaf(e, t.value)
	d.second = append(d.second, fallback{e.name(), string(d.out[begin:])})
	d.out = d.out[:begin]
}

// several writes an element that may be there again. What RSS writes as text and
// Atom as an attribute is written as the feed's own format does.
func (d *tidier) several(e element, c surroundings) {
	value := ""
	if !hasTags(e.inner) {
		value = short(decoded(e.inner))
	}
	switch {
	case e.vocabulary == "" && e.local == "link":
		d.link(e, c, value)
	case e.vocabulary == "" && (e.local == "category" || e.local == "keywords"):
		d.category(e, value)
	case e.vocabulary == "" && e.local == "enclosure":
		d.enclosure(e, c)
	default:
		d.leaf(e, value)
	}
}

func (d *tidier) link(e element, c surroundings, value string) {
	address := value
	for _, name := range []string{"href", "url"} {
		if address == "" {
			address, _ = attribute(e.attrs, name)
		}
	}
	if e.attrs != "" {
		address = rebased(e.tag, c.base, address)
	}
	rel, _ := attribute(e.attrs, "rel")
	kind, _ := attribute(e.attrs, "type")
	if address != "" {
		d.links = append(d.links, link{cmp.Or(strings.ToLower(rel), "alternate"), strings.ToLower(kind), address, value != ""})
	}
}

func (d *tidier) category(e element, value string) {
	for _, name := range []string{"label", "term"} {
		if said, _ := attribute(e.attrs, name); said != "" && (value == "" || d.atom) {
			value = said
			break
		}
	}
	if d.atom {
		d.start("category", "term", value)
	} else {
		d.start("category")
		d.value(value)
	}
	d.end("category")
}

func (d *tidier) enclosure(e element, c surroundings) {
	address, _ := attribute(e.attrs, "url")
	if address == "" {
		address, _ = attribute(e.attrs, "href")
	}
	if kind, _ := attribute(e.attrs, "type"); address != "" {
		d.links = append(d.links, link{rel: "enclosure", kind: strings.ToLower(kind), address: rebased(e.tag, c.base, address)})
	}
}

// holder writes an element that holds others.
func (d *tidier) holder(e element, c surroundings) {
	if c.holders++; c.holders > maxHolders {
		return
	}
	switch {
	case e.vocabulary == "media":
		c.media = true
		d.start(e.vocabulary+":"+e.local, d.kept(e)...)
		d.children(e.from, e.to, c)
		d.end(e.vocabulary + ":" + e.local)
	case e.local == "author":
		d.author(e)
	case e.local == "source":
		d.source(e)
	default: // skipHours and skipDays
		name := map[string]string{"skiphours": "skipHours", "skipdays": "skipDays"}[e.local]
		d.start(name)
		for t, value := range d.leaves(e) {
			d.start(t.local())
			d.value(value)
			d.end(t.local())
		}
		d.end(name)
	}
}

// author writes a person's name, which in Atom is an element of its own.
func (d *tidier) author(e element) {
	name := ""
	if !hasTags(e.inner) {
		name = decoded(e.inner)
	}
	for t, value := range d.leaves(e) {
		if t.local() == "name" {
			name = value
		}
	}
	d.start("author")
	if d.atom {
		d.start("name")
		d.value(name)
		d.end("name")
	} else {
		d.value(name)
	}
	d.end("author")
}

// source writes the authors of the feed that an Atom entry was copied from.
func (d *tidier) source(e element) {
	if !d.atom {
		return
	}
	d.start("source")
	for i := e.from; i < e.to; i++ {
		if t := d.tags[i]; !t.close && t.local() == "author" && d.match[i] > 0 {
			d.author(element{tag: t, inner: d.body[t.end:d.tags[d.match[i]].start], from: i + 1, to: d.match[i]})
		}
	}
	d.end("source")
}

// leaves are the elements with nothing but text in an element.
func (d *tidier) leaves(e element) func(func(tag, string) bool) {
	return func(yield func(tag, string) bool) {
		for i := e.from; i < e.to; i++ {
			t := d.tags[i]
			if t.close || d.match[i] != i+1 {
				continue
			}
			if !yield(t, decoded(d.body[t.end:d.tags[i+1].start])) {
				return
			}
		}
	}
}

// rebased is an address made absolute when the element has a base of its own.
func rebased(t tag, base *url.URL, address string) string {
	if _, own := attribute(t.attrs, "xml:base"); !own {
		return address
	}
	if full := absolute(base, address); full != "" {
		return full
	}
	return address
}
