package prose

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// fragment is sanitised HTML that can be cut where its text is known.
type fragment struct {
	root  *html.Node
	text  string // of all nodes, with blockEnd where a block or a line ends
	spans []span
}

// blockEnd is Unicode's paragraph separator.
const blockEnd = '\u2029'

// span is where a text node begins in the text.
type span struct {
	at   int
	node *html.Node
}

func parseFragment(markup string) *fragment {
	root := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(markup), root)
	if err != nil {
		return &fragment{root: root} // a string can always be read
	}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	f := &fragment{root: root}
	var text strings.Builder
	f.index(root, &text)
	f.text = text.String()
	return f
}

func (f *fragment) index(n *html.Node, text *strings.Builder) {
	if n.Type == html.TextNode {
		f.spans = append(f.spans, span{text.Len(), n})
		text.WriteString(n.Data)
		return
	}
	if !inline(n) {
		text.WriteRune(blockEnd)
		defer text.WriteRune(blockEnd)
	}
	for c := range n.ChildNodes() {
		f.index(c, text)
	}
}

// inline tells elements that stand within a sentence.
func inline(n *html.Node) bool {
	switch n.DataAtom {
	case atom.A, atom.Abbr, atom.B, atom.Bdi, atom.Bdo, atom.Cite, atom.Code, atom.Del, atom.Dfn, atom.Em, atom.I, atom.Img, atom.Ins,
		atom.Kbd, atom.Mark, atom.Q, atom.S, atom.Samp, atom.Small, atom.Span, atom.Strong, atom.Sub, atom.Sup, atom.Time, atom.U, atom.Var:
		return true
	default:
		return false
	}
}

// cut drops the text from one place to another, and what that leaves empty at
// either end.
func (f *fragment) cut(from, to int) {
	for _, s := range f.spans {
		a, b := max(from-s.at, 0), min(to-s.at, len(s.node.Data))
		if a < b {
			s.node.Data = s.node.Data[:a] + s.node.Data[b:]
		}
	}
	trim(f.root, func(n *html.Node) *html.Node { return n.FirstChild }, strings.TrimLeftFunc)
	trim(f.root, func(n *html.Node) *html.Node { return n.LastChild }, strings.TrimRightFunc)
}

// cutFrom drops everything from a place in the text on, pictures too. Nothing
// may have been cut before.
func (f *fragment) cutFrom(from int) {
	i, _ := slices.BinarySearchFunc(f.spans, from, func(s span, at int) int { return s.at + len(s.node.Data) - at })
	if i < len(f.spans) {
		for n := f.spans[i].node; n != f.root; n = n.Parent {
			for n.NextSibling != nil {
				n.Parent.RemoveChild(n.NextSibling)
			}
		}
	}
	f.cut(from, len(f.text))
}

// trim takes what is blank off one edge of n.
func trim(n *html.Node, edge func(*html.Node) *html.Node, space func(string, func(rune) bool) string) {
	c := edge(n)
	for c != nil && blank(c) {
		n.RemoveChild(c)
		c = edge(n)
	}
	switch {
	case c == nil:
	case c.Type == html.TextNode:
		c.Data = space(c.Data, unicode.IsSpace)
	default:
		trim(c, edge, space)
	}
}

// blank tells what shows nothing.
func blank(n *html.Node) bool {
	if n.Type == html.TextNode {
		return strings.TrimSpace(n.Data) == ""
	}
	if n.DataAtom == atom.Img {
		return false
	}
	for c := range n.ChildNodes() {
		if !blank(c) {
			return false
		}
	}
	return true
}

// blank tells whether nothing is left.
func (f *fragment) blank() bool { return blank(f.root) }

// String is the fragment as HTML.
func (f *fragment) String() string {
	var out strings.Builder
	for c := range f.root.ChildNodes() {
		if err := html.Render(&out, c); err != nil {
			return "" // a builder takes everything
		}
	}
	return out.String()
}

// replaceEnd puts words in the place of the text from a place on. Nothing may
// have been cut before.
func (f *fragment) replaceEnd(from int, words string) {
	i, _ := slices.BinarySearchFunc(f.spans, from, func(s span, at int) int { return s.at + len(s.node.Data) - at })
	if i == len(f.spans) {
		return
	}
	f.cutFrom(from)
	f.spans[i].node.Data += words
}
