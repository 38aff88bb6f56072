package feedxml

import (
	"net/url"
	"slices"
	"strings"

	"marquee/internal/soup"
)

// A Piece is an item or a head in order.
type Piece struct {
	// Doc holds the elements that we know, well-formed, in the words of RSS or
	// of Atom; what their vocabularies lack has a prefix. It is valid until the
	// next piece.
	Doc   []byte
	Texts map[string][]Text // by canonical name, in their order
	Links []Link
}

// Text is the first text under one of these names.
func (p Piece) Text(names ...string) Text {
	for _, name := range names {
		if list := p.Texts[name]; len(list) > 0 {
			return list[0]
		}
	}
	return Text{}
}

// A Tidier puts the content of items, and of a feed's head, in order. Texts with
// markup are taken out: they are a matter of HTML, and most of a feed's bytes. So
// are links, since parsers write their addresses anew.
//
// Elements that we do not know are nothing but their content, which counts
// where nothing else says the same. The zero Tidier is ready; it is for one feed
// at a time.
type Tidier struct {
	piece Piece

	atom  bool // of an Atom feed; else of RSS
	cut   bool // the content's end is missing: what reaches it is not whole
	body  string
	tags  []soup.Tag
	match []int // of each start tag, the index of its end tag; 0 is none
	open  []int // used by pair

	seen   []string   // single elements in Doc
	second []fallback // single elements from inside of others
	count  int        // of elements in Doc
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

// Head puts what is in a feed beside its items in order.
func (d *Tidier) Head(f *Feed) (Piece, error) {
	d.atom, d.cut = f.Atom, false
	err := d.read(f.head, f.names, f.Base)
	return d.piece, err
}

// Item puts an item in order. An item that was cut off keeps what was whole.
func (d *Tidier) Item(it Item) (Piece, error) {
	d.atom, d.cut = it.Atom, !it.Whole
	err := d.read(it.body, it.names, it.Base)
	return d.piece, err
}

// read takes the content of one element.
func (d *Tidier) read(body string, in *scope, base *url.URL) error {
	d.body, d.tags, d.seen, d.second, d.count = body, d.tags[:0], d.seen[:0], d.second[:0], 0
	d.piece = Piece{Doc: d.piece.Doc[:0]}
	s := soup.Scanner{Text: body}
	for t, ok := s.Next(); ok; t, ok = s.Next() {
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
			d.piece.Doc = append(d.piece.Doc, f.element...)
		}
	}
	return nil
}

// pair finds each start tag's end tag. An end tag ends the innermost element of
// its name, and all that was left open in it.
func (d *Tidier) pair() {
	d.match = append(d.match[:0], make([]int, len(d.tags))...)
	d.open = d.open[:0]
	for i, t := range d.tags {
		if !t.Close {
			if !t.Empty && len(d.open) < maxOpen {
				d.open = append(d.open, i)
			}
			continue
		}
		for k, begin := range slices.Backward(d.open) {
			if name := d.tags[begin].Name; len(name) == len(t.Name) && strings.EqualFold(name, t.Name) {
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
	soup.Tag
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
func (d *Tidier) children(from, to int, c surroundings) {
	for i := from; i < to; {
		t := d.tags[i]
		if t.Close {
			i++
			continue
		}
		inside := c
		inside.in = c.in.inside(t)
		e := element{Tag: t, vocabulary: inside.in.vocabulary(t), local: t.Local()}
		if e.role = roleOf(e.vocabulary, e.local); e.role == unknown || isMultipart(e) {
			c.within = max(c.within, d.match[i])
			i++
			continue
		}
		e.from, e.to = i+1, d.endOf(i, to, c)
		e.inner = d.body[t.End:d.startOf(e.to, t)]
		inside.base = baseOf(t, c.base)
		switch whole := !d.cut || t.Empty || e.to < len(d.tags); {
		case whole && d.count < maxKnown:
			d.element(e, inside, i < c.within)
		case e.role == prose && len(d.piece.Texts) == 0 && !slices.Contains(d.seen, "title"):
			d.prose(e, inside) // half a text is more than none, where not even a title is whole
		}
		i = max(e.to, i+1)
	}
}

// isMultipart recognises Atom 0.3's content of several contents.
func isMultipart(e element) bool {
	if e.role != prose || e.Attrs == "" {
		return false
	}
	kind, _ := soup.Attribute(e.Attrs, "type")
	return strings.HasPrefix(kind, "multipart/")
}

// endOf is the index of the tag behind an element's content. An element whose
// end tag is missing ends where the next one begins that we know.
func (d *Tidier) endOf(i, to int, c surroundings) int {
	switch {
	case d.tags[i].Empty:
		return i + 1
	case d.match[i] > 0:
		return d.match[i]
	}
	for k := i + 1; k < to; k++ {
		if t := d.tags[k]; !t.Close && roleOf(c.in.inside(t).vocabulary(t), t.Local()) != unknown {
			return k
		}
	}
	return to
}

// startOf is where the content of an element ends in the text.
func (d *Tidier) startOf(end int, t soup.Tag) int {
	switch {
	case t.Empty:
		return t.End
	case end < len(d.tags):
		return d.tags[end].Start
	}
	return len(d.body)
}
