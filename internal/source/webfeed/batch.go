package webfeed

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"

	"marquee/internal/domain"
)

// batchSize is how many bytes of tidied items gofeed reads at a time: enough to
// make up for what a document costs, few enough to keep memory flat.
const batchSize = 64 << 10

// batch is some items of one format that gofeed reads as one document.
type batch struct {
	tidier tidier
	items  []piece
	doc    []byte
}

// piece is one item in order: what gofeed reads of it, and its texts.
type piece struct {
	span
	texts    map[string][]text
	links    []link
	from, to int // its part of the batch's document
	err      error
}

// outcome is what came of one item.
type outcome struct {
	entry
	err error
}

// takes reports whether an item goes into the batch.
func (b *batch) takes(s span) bool {
	return len(b.items) == 0 || len(b.doc) < batchSize && b.items[0].atom == s.atom
}

func (b *batch) add(s span) {
	d := &b.tidier
	d.atom, d.cut = s.atom, !s.whole
	p := piece{span: s, from: len(b.doc)}
	p.err = d.read(s.body, s.names, s.base)
	if p.texts, p.links = d.texts, d.links; p.err == nil {
		name := itemName(s.atom)
		b.doc = append(fmt.Appendf(b.doc, "<%s>", name), d.out...)
		b.doc = fmt.Appendf(b.doc, "</%s>", name)
	}
	p.to = len(b.doc)
	b.items = append(b.items, p)
}

func itemName(isAtom bool) string {
	if isAtom {
		return "entry"
	}
	return "item"
}

// read lets gofeed read the batch, and empties it. Should it not like the whole,
// the items are read one by one.
func (b *batch) read() []outcome {
	entries, err := readItems(b.doc, b.items)
	out := make([]outcome, 0, len(b.items))
	for i, p := range b.items {
		switch {
		case p.err != nil:
			out = append(out, outcome{peek(p.span), p.err})
		case err == nil:
			out = append(out, outcome{entries[0], p.cutShort(entries[0])})
			entries = entries[1:]
		default:
			out = append(out, readOne(b.doc[p.from:p.to], b.items[i:i+1]))
		}
	}
	b.items, b.doc = b.items[:0], b.doc[:0]
	return out
}

// cutShort refuses an item that the feed's end cut off before it said its id:
// with another one, a later read would make a second piece of it.
func (p piece) cutShort(e entry) error {
	if p.whole || e.guid != "" && (e.title != "" || len(p.texts) > 0) {
		return nil
	}
	return errCut
}

func readOne(doc []byte, item []piece) outcome {
	entries, err := readItems(doc, item)
	if err != nil {
		return outcome{peek(item[0].span), err}
	}
	return outcome{entries[0], nil}
}

// readItems reads as many items as there are pieces without an error.
func readItems(doc []byte, pieces []piece) ([]entry, error) {
	good := make([]piece, 0, len(pieces))
	for _, p := range pieces {
		if p.err == nil {
			good = append(good, p)
		}
	}
	entries := make([]entry, len(good))
	if len(good) == 0 {
		return entries, nil
	}
	count := 0
	if good[0].atom {
		f, err := parseAtom(doc)
		if err != nil {
			return nil, err
		}
		for i, it := range f.Entries[:min(len(good), len(f.Entries))] {
			entries[i] = atomEntry(it, good[i])
		}
		count = len(f.Entries)
	} else {
		f, err := parseRSS(doc)
		if err != nil {
			return nil, err
		}
		for i, it := range f.Items[:min(len(good), len(f.Items))] {
			entries[i] = rssEntry(it, good[i])
		}
		count = len(f.Items)
	}
	if count != len(good) {
		return nil, fmt.Errorf("%w: it is %d items in %d", domain.ErrInvalid, count, len(good))
	}
	return entries, nil
}

func parseAtom(content []byte) (f *atom.Feed, err error) {
	err = guarded(func() error {
		f, err = (&atom.Parser{}).Parse(bytes.NewReader(slices.Concat([]byte("<feed>"), content, []byte("</feed>"))))
		return err
	})
	return f, err
}

func parseRSS(content []byte) (f *rss.Feed, err error) {
	err = guarded(func() error {
		f, err = (&rss.Parser{}).Parse(bytes.NewReader(slices.Concat([]byte("<rss><channel>"), content, []byte("</channel></rss>"))))
		return err
	})
	return f, err
}

// channelOf reads a feed's head. One that cannot be read costs no item.
func channelOf(o *outline, address *url.URL) channel {
	d := tidier{atom: o.atom}
	if err := d.read(o.head, o.names, o.base); err != nil {
		d.out = nil
	}
	var c channel
	if o.atom {
		c = atomChannel(d.out)
	} else {
		c = rssChannel(d.out, d.links, o.base == address, address)
	}
	c.language = firstOf(c.language, o.lang)
	if c.base == nil {
		c.base = o.base
	}
	c.comments = saysComments(c.title)
	return c
}

// text is the first of the item's texts under one of these names.
func (p piece) text(names ...string) text {
	for _, name := range names {
		if list := p.texts[name]; len(list) > 0 {
			return list[0]
		}
	}
	return text{}
}

// summary and content are the item's texts, whatever its format calls them. A
// second description is the content, as in feeds that have two.
func (p piece) summary() text {
	return p.text("description", "summary", "dc:description", "abstract", "dc:abstract", "dcterms:abstract", "itunes:summary", "media:description")
}

func (p piece) content() text {
	if t := p.text("content:encoded", "content", "encoded", "fullitem", "body", "xhtml:body", "xhtml:div"); t.value != "" {
		return t
	}
	for _, name := range []string{"description", "summary"} {
		if list := p.texts[name]; len(list) > 1 {
			return list[1]
		}
	}
	return text{}
}

// peek finds what can be told of an item that cannot be read.
func peek(s span) entry {
	return entry{guid: strings.TrimSpace(firstOf(inner(s.body, "guid"), inner(s.body, "id"), s.about)), title: inner(s.body, "title")}
}

func inner(text, name string) string {
	_, rest, found := strings.Cut(text, "<"+name)
	if !found {
		return ""
	}
	_, rest, _ = strings.Cut(rest, ">")
	value, _, closed := strings.Cut(rest, "</"+name)
	if !closed {
		return ""
	}
	return decoded(value)
}
