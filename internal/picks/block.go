package picks

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// shape is what a block is in its post.
type shape int

const (
	paragraph shape = iota
	heading
	item      // of a list, a row of a table, a term
	quotation // is never about a film of its own
	picture   // nothing but images
	divider   // between parts of the post
)

// block is a part of a post that stands on lines of its own.
type block struct {
	shape  shape
	node   *html.Node // holds what is in it; the whole element of quotations, pictures and dividers
	text   string     // of all nodes in it, each line break one "\n"
	marked int        // how much of the text's beginning is set off: bold, italic, in a link
	strong bool       // it is bold

	head  *head // the film that it begins, nil when it begins none
	below *said // what a heading says of all films below it, nil when it says nothing
}

// blocksOf takes a post apart.
func blocksOf(markup string) []*block {
	root := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(markup), root)
	if err != nil {
		return nil // a string can always be read
	}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	var s splitter
	s.split(root, paragraph)
	return s.blocks
}

// splitter collects blocks.
type splitter struct {
	blocks []*block
	run    *html.Node // of inline content, nil between runs
}

// split takes an element's content apart; loose text in it has the element's shape.
func (s *splitter) split(n *html.Node, as shape) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch kind, whole := shapeOf(c, as); {
		case kind < 0:
			s.inline(c, as)
		case whole:
			s.flush(as)
			n.RemoveChild(c)
			s.blocks = append(s.blocks, &block{shape: kind, node: c})
		default:
			s.flush(as)
			s.split(c, kind)
		}
		c = next
	}
	s.flush(as)
}

// shapeOf is what an element's content is; it is below zero for what stands within
// a line. Some elements are one block as a whole.
func shapeOf(n *html.Node, within shape) (kind shape, whole bool) {
	if n.Type != html.ElementNode {
		return -1, false
	}
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return heading, false
	case atom.Tr:
		if headings(n) {
			return heading, false
		}
		return item, false
	case atom.Li, atom.Dt:
		return item, false
	case atom.Blockquote, atom.Pre:
		return quotation, true
	case atom.Figure:
		return picture, true
	case atom.Hr:
		return divider, true
	case atom.Dd, atom.P:
		return max(paragraph, within), false
	case atom.Ul, atom.Ol, atom.Dl, atom.Div, atom.Table, atom.Thead, atom.Tbody, atom.Tfoot, atom.Caption:
		return paragraph, false
	default:
		return -1, false
	}
}

// headings tells a row of nothing but headings.
func headings(row *html.Node) bool {
	for c := range row.ChildNodes() {
		if c.DataAtom == atom.Td {
			return false
		}
	}
	return true
}

// inline adds a node to the line. Two line breaks in a row part paragraphs.
func (s *splitter) inline(c *html.Node, as shape) {
	c.Parent.RemoveChild(c)
	if s.run == nil {
		s.run = &html.Node{Type: html.ElementNode, Data: "p", DataAtom: atom.P}
	}
	if cell(c) {
		s.breakLine()
		for k := c.FirstChild; k != nil; k = c.FirstChild {
			c.RemoveChild(k)
			s.run.AppendChild(k)
		}
		return
	}
	s.run.AppendChild(c)
	if c.DataAtom == atom.Br && broken(s.run) {
		s.flush(as)
	}
}

func cell(n *html.Node) bool { return n.DataAtom == atom.Td || n.DataAtom == atom.Th }

// breakLine makes what a row's cells hold stand on lines of their own.
func (s *splitter) breakLine() {
	if s.run.FirstChild != nil {
		s.run.AppendChild(&html.Node{Type: html.ElementNode, Data: "br", DataAtom: atom.Br})
	}
}

// broken tells whether the last two things in a run are line breaks.
func broken(run *html.Node) bool {
	n := run.LastChild.PrevSibling
	for n != nil && n.Type == html.TextNode && strings.TrimSpace(n.Data) == "" {
		n = n.PrevSibling
	}
	return n == nil || n.DataAtom == atom.Br
}

// flush ends a run of inline content.
func (s *splitter) flush(as shape) {
	run := s.run
	s.run = nil
	if run == nil {
		return
	}
	b := &block{shape: as, node: run}
	b.index()
	switch {
	case strings.TrimSpace(b.text) != "":
		s.blocks = append(s.blocks, b)
	case imageIn(run) != nil:
		b.shape = picture
		s.blocks = append(s.blocks, b)
	}
}

// index sets the block's text and what of it is marked. Spaces are as browsers
// show them: one in a row, none at the beginning.
func (b *block) index() {
	var text strings.Builder
	spaced := true
	open := true // nothing but marked text so far
	var walk func(n *html.Node, marked, strong bool)
	walk = func(n *html.Node, marked, strong bool) {
		switch {
		case n.Type == html.TextNode:
			n.Data, spaced = collapsed(n.Data, spaced)
			text.WriteString(n.Data)
			blank := strings.TrimSpace(n.Data) == "" || b.marked == 0 && !marked && !lettered(n.Data) // "1. "
			if open = open && (marked || blank); open && !blank {
				b.marked, b.strong = text.Len(), b.strong || strong
			}
		case n.DataAtom == atom.Br:
			text.WriteByte('\n')
			spaced, open = true, open && b.marked == 0
		default:
			marked, strong = marked || sets(n), strong || n.DataAtom == atom.B || n.DataAtom == atom.Strong
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				walk(c, marked, strong)
			}
		}
	}
	walk(b.node, false, false)
	b.text = text.String()
}

func lettered(s string) bool { return strings.IndexFunc(s, unicode.IsLetter) >= 0 }

// sets tells elements that set a title off.
func sets(n *html.Node) bool {
	switch n.DataAtom {
	case atom.B, atom.Strong, atom.I, atom.Em, atom.Cite, atom.U, atom.A, atom.Mark:
		return true
	default:
		return false
	}
}

// collapsed is text with single plain spaces. spaced says whether a space stands
// before it, and then whether one ends it.
func collapsed(s string, spaced bool) (string, bool) {
	var out strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || r == '\u00a0':
			if !spaced {
				out.WriteByte(' ')
			}
			spaced = true
		case r == '\u200b' || r == '\ufeff':
		default:
			out.WriteRune(r)
			spaced = false
		}
	}
	return out.String(), spaced
}

// drop takes n bytes of text off the beginning of a node, and the elements that
// leaves empty; it returns how many it could not take.
func drop(node *html.Node, n int) int {
	for c := node.FirstChild; c != nil && n > 0; c = node.FirstChild {
		switch {
		case c.Type == html.TextNode && n < len(c.Data):
			c.Data = c.Data[n:]
			return 0
		case c.Type == html.TextNode:
			n -= len(c.Data)
		case c.DataAtom == atom.Br:
			n--
		default:
			if n = drop(c, n); c.FirstChild != nil {
				return n
			}
		}
		node.RemoveChild(c)
	}
	return n
}

// imageIn is the first image within a node.
func imageIn(n *html.Node) *html.Node {
	for c := range n.Descendants() {
		if c.DataAtom == atom.Img {
			return c
		}
	}
	return nil
}

// attribute is what an element says of a name.
func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// unbroken takes line breaks and spaces off both ends of a node.
func unbroken(n *html.Node) {
	empty := func(c *html.Node) bool {
		return c != nil && (c.DataAtom == atom.Br || c.Type == html.TextNode && strings.TrimSpace(c.Data) == "")
	}
	for empty(n.FirstChild) {
		n.RemoveChild(n.FirstChild)
	}
	for empty(n.LastChild) {
		n.RemoveChild(n.LastChild)
	}
}

// rendered is blocks as HTML.
func rendered(all []*block) string {
	var out strings.Builder
	for _, b := range all {
		unbroken(b.node)
		if err := html.Render(&out, b.node); err != nil {
			return "" // a builder takes everything
		}
	}
	return out.String()
}
