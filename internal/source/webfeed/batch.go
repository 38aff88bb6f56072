package webfeed

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"

	"marquee/internal/domain"
	"marquee/internal/feedxml"
)

// batchSize is how many bytes of tidied items gofeed reads at a time: enough to
// make up for what a document costs, few enough to keep memory flat.
const batchSize = 64 << 10

// batch is some items of one format that gofeed reads as one document.
type batch struct {
	tidier feedxml.Tidier
	items  []piece
	doc    []byte
}

// piece is one item in order.
type piece struct {
	feedxml.Item
	feedxml.Piece
	from, to int // its part of the batch's document
	err      error
}

// outcome is what came of one item.
type outcome struct {
	entry
	err error
}

// takes reports whether an item goes into the batch.
func (b *batch) takes(s feedxml.Item) bool {
	return len(b.items) == 0 || len(b.doc) < batchSize && b.items[0].Atom == s.Atom
}

func (b *batch) add(it feedxml.Item) {
	p := piece{Item: it, from: len(b.doc)}
	if p.Piece, p.err = b.tidier.Item(it); p.err == nil {
		name := itemName(it.Atom)
		b.doc = append(fmt.Appendf(b.doc, "<%s>", name), p.Doc...)
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
			out = append(out, outcome{peek(p.Item), p.err})
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

// cutShort refuses an item that the feed's end cut off before it said what it is:
// its id and something to read; or its address with its title or its day, by which
// gathering recognises it when a later read brings its id.
func (p piece) cutShort(e entry) error {
	readable := e.title != "" || len(p.Texts) > 0
	known := e.guid != "" || e.link != "" && (e.title != "" || len(e.published) > 0)
	if p.Whole || readable && known {
		return nil
	}
	return errCut
}

func readOne(doc []byte, item []piece) outcome {
	entries, err := readItems(doc, item)
	if err != nil {
		return outcome{peek(item[0].Item), err}
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
	var count int
	if good[0].Atom {
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
func channelOf(o *feedxml.Feed, address *url.URL) channel {
	var d feedxml.Tidier
	head, err := d.Head(o)
	if err != nil {
		head = feedxml.Piece{}
	}
	var c channel
	if o.Atom {
		c = atomChannel(head)
	} else {
		c = rssChannel(head, o.Base == address, address)
	}
	c.language = firstOf(c.language, o.Lang)
	if c.base == nil {
		c.base = o.Base
	}
	c.comments, c.links = saysComments(c.title), head.Links
	return c
}

// summary and content are the item's texts, whatever its format calls them. A
// second description is the content, as in feeds that have two.
func (p piece) summary() feedxml.Text {
	return p.Text("description", "summary", "dc:description", "abstract", "dc:abstract", "dcterms:abstract", "itunes:summary", "media:description")
}

func (p piece) content() feedxml.Text {
	if t := p.Text("content:encoded", "content", "encoded", "fullitem", "body", "xhtml:body", "xhtml:div"); t.Value != "" {
		return t
	}
	for _, name := range []string{"description", "summary"} {
		if list := p.Texts[name]; len(list) > 1 {
			return list[1]
		}
	}
	return feedxml.Text{}
}

// peek finds what can be told of an item that cannot be read.
func peek(it feedxml.Item) entry {
	id, title := it.Glance()
	return entry{guid: id, title: title}
}
