package feedxml

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"marquee/internal/soup"
)

// element writes an element by its role.
func (d *Tidier) element(e element, c surroundings, nested bool) {
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

func (d *Tidier) prose(e element, c surroundings) {
	t, ok := textOf(e.Tag, e.inner, c.base)
	if !ok || t.Value == "" {
		d.elsewhere(e, c)
		return
	}
	if d.piece.Texts == nil {
		d.piece.Texts = map[string][]Text{}
	}
	if d.piece.Texts[e.name()] = append(d.piece.Texts[e.name()], t); c.media {
		d.leaf(e, soup.Line(t.Value))
	}
}

// elsewhere keeps the address of content that is not in the feed: it is where
// the piece is when nothing else says so.
func (d *Tidier) elsewhere(e element, c surroundings) {
	kind, _ := soup.Attribute(e.Attrs, "type")
	if src, _ := soup.Attribute(e.Attrs, "src"); src != "" && (kind == "" || strings.Contains(kind, "html")) {
		d.piece.Links = append(d.piece.Links, Link{Rel: "content", Address: rebased(e.Tag, c.base, src)})
	}
}

// single writes an element of which the last one counts that is not empty, but
// for titles the first; one inside of another element counts only when there is
// no other.
func (d *Tidier) single(e element, c surroundings, nested bool) {
	t, ok := textOf(e.Tag, e.inner, c.base)
	if !ok { // whatever type it claims to be
		t.Value = soup.Text(e.inner)
	}
	if t.Value = short(t.Value); t.Value == "" {
		return
	}
	if !nested {
		if e.local == "title" && slices.Contains(d.seen, e.name()) {
			return // of titles it is the first
		}
		d.seen = append(d.seen, e.name())
		d.leaf(e, t.Value)
		return
	}
	begin := len(d.piece.Doc)
	d.leaf(e, t.Value)
	d.second = append(d.second, fallback{e.name(), string(d.piece.Doc[begin:])})
	d.piece.Doc = d.piece.Doc[:begin]
}

// several writes an element that may be there again. What RSS writes as text and
// Atom as an attribute is written as the feed's own format does.
func (d *Tidier) several(e element, c surroundings) {
	value := ""
	if !soup.HasTags(e.inner) {
		value = short(soup.Text(e.inner))
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

func (d *Tidier) link(e element, c surroundings, value string) {
	address := value
	for _, name := range []string{"href", "url"} {
		if address == "" {
			address, _ = soup.Attribute(e.Attrs, name)
		}
	}
	if e.Attrs != "" {
		address = rebased(e.Tag, c.base, address)
	}
	rel, _ := soup.Attribute(e.Attrs, "rel")
	kind, _ := soup.Attribute(e.Attrs, "type")
	if address != "" {
		rel = cmp.Or(strings.ToLower(rel), "alternate")
		d.piece.Links = append(d.piece.Links, Link{rel, strings.ToLower(kind), address, value != "" && rel == "alternate"})
	}
}

func (d *Tidier) category(e element, value string) {
	for _, name := range []string{"label", "term"} {
		if said, _ := soup.Attribute(e.Attrs, name); said != "" && (value == "" || d.atom) {
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

func (d *Tidier) enclosure(e element, c surroundings) {
	address, _ := soup.Attribute(e.Attrs, "url")
	if address == "" {
		address, _ = soup.Attribute(e.Attrs, "href")
	}
	if kind, _ := soup.Attribute(e.Attrs, "type"); address != "" {
		d.piece.Links = append(d.piece.Links, Link{Rel: "enclosure", Kind: strings.ToLower(kind), Address: rebased(e.Tag, c.base, address)})
	}
}

// holder writes an element that holds others.
func (d *Tidier) holder(e element, c surroundings) {
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
			d.start(t.Local())
			d.value(value)
			d.end(t.Local())
		}
		d.end(name)
	}
}

// author writes a person's name, which in Atom is an element of its own.
func (d *Tidier) author(e element) {
	name := ""
	if !soup.HasTags(e.inner) {
		name = soup.Text(e.inner)
	}
	for t, value := range d.leaves(e) {
		if t.Local() == "name" {
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
func (d *Tidier) source(e element) {
	if !d.atom {
		return
	}
	d.start("source")
	for i := e.from; i < e.to; i++ {
		if t := d.tags[i]; !t.Close && t.Local() == "author" && d.match[i] > 0 {
			d.author(element{Tag: t, inner: d.body[t.End:d.tags[d.match[i]].Start], from: i + 1, to: d.match[i]})
		}
	}
	d.end("source")
}

// leaves are the elements with nothing but text in an element.
func (d *Tidier) leaves(e element) func(func(soup.Tag, string) bool) {
	return func(yield func(soup.Tag, string) bool) {
		for i := e.from; i < e.to; i++ {
			t := d.tags[i]
			if t.Close || d.match[i] != i+1 {
				continue
			}
			if !yield(t, soup.Text(d.body[t.End:d.tags[i+1].Start])) {
				return
			}
		}
	}
}

// rebased is an address made absolute when the element has a base of its own.
func rebased(t soup.Tag, base *url.URL, address string) string {
	if _, own := soup.Attribute(t.Attrs, "xml:base"); !own {
		return address
	}
	if full := soup.Absolute(base, address); full != "" {
		return full
	}
	return address
}
