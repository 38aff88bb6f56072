package sanitize

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// maxDepth is how deep elements may lie in each other. Deeper ones are left out,
// their content stays.
const maxDepth = 100

// writer builds HTML anew from tokens. It works through them once and looks
// back over at most maxDepth open elements, so its time is linear.
type writer struct {
	*policy
	base *url.URL
	out  strings.Builder
	open []string // elements that are open, outermost first
}

func (w *writer) token(t html.Token) {
	switch t.Type {
	case html.TextToken:
		w.text(t.Data)
	case html.StartTagToken, html.SelfClosingTagToken:
		w.start(t)
	case html.EndTagToken:
		w.end(w.elements[t.Data])
	case html.ErrorToken, html.CommentToken, html.DoctypeToken: // tokens yields none
	}
}

func (w *writer) text(s string) {
	s = printable(s)
	if strings.TrimSpace(s) != "" {
		w.enterCell()
	}
	w.out.WriteString(html.EscapeString(s))
}

// start writes a start tag, after the end tags and before the content that it
// implies (WHATWG HTML §13.1.2.4).
func (w *writer) start(t html.Token) {
	e := w.elements[t.Data]
	attrs, ok := w.attributes(e, t.Attr)
	if !ok || !w.makeRoom(e) {
		return
	}
	if e.role != empty && e.role != rule && !w.push(e.as) {
		return
	}
	w.out.WriteString("<" + e.as + attrs + ">")
}

// makeRoom closes what an element cannot lie in. It reports false when there is
// no place for the element at all.
func (w *writer) makeRoom(e element) bool {
	switch e.role {
	case section:
		return w.backTo("table")
	case row:
		return w.backTo("table", "thead", "tbody", "tfoot")
	case cell:
		return w.backTo("table", "thead", "tbody", "tfoot", "tr") && w.enterRow()
	case inline, empty, dropped:
		w.enterCell()
		return e.as != "a" || !slices.Contains(w.open, "a")
	case block, rule, heading, item, term:
	}
	w.enterCell()
	w.closeNear(isParagraph)
	w.closeLike(e.role)
	return true
}

// closeLike closes what an element of a role follows but cannot lie in: the item
// before it, the heading before it.
func (w *writer) closeLike(r role) {
	switch r {
	case heading:
		w.closeNear(isHeading)
	case item:
		w.closeWithin(isItem, isList)
	case term:
		w.closeWithin(isTerm, isList)
	case inline, block, section, row, cell, empty, rule, dropped:
	}
}

func isHeading(name string) bool   { return len(name) == 2 && name[0] == 'h' && name != "hr" }
func isParagraph(name string) bool { return name == "p" }
func isItem(name string) bool      { return name == "li" }
func isTerm(name string) bool      { return name == "dt" || name == "dd" }
func isList(name string) bool      { return name == "ul" || name == "ol" || name == "dl" }

// enterRow makes sure that a cell has a row.
func (w *writer) enterRow() bool {
	if w.top() == "tr" {
		return true
	}
	return w.pushPlain("tr")
}

// enterCell gives content that stands in a table, but in no cell of it, a cell.
func (w *writer) enterCell() {
	switch w.top() {
	case "table", "thead", "tbody", "tfoot", "tr":
		_ = w.enterRow() && w.pushPlain("td") // too deep for a cell: the content stays without
	}
}

// end closes the innermost open element of its kind, and what lies in it, but
// reaches out of no table.
func (w *writer) end(e element) {
	if e.as != "" {
		w.closeWithin(func(name string) bool { return name == e.as }, func(string) bool { return false })
	}
}

// closeNear closes the innermost open block when it matches.
func (w *writer) closeNear(match func(string) bool) {
	w.closeWithin(match, func(name string) bool { return w.elements[name].role != inline })
}

// closeWithin closes the innermost open element that matches, unless a boundary
// or a table's edge lies in between.
func (w *writer) closeWithin(match, boundary func(string) bool) {
	for i, name := range slices.Backward(w.open) {
		if match(name) {
			w.closeTo(i)
			return
		}
		if boundary(name) || name == "table" {
			return
		}
	}
}

// backTo closes elements down to one of those named, "table" among them. It
// reports false, and closes nothing, outside of tables.
func (w *writer) backTo(names ...string) bool {
	for i, name := range slices.Backward(w.open) {
		if slices.Contains(names, name) {
			w.closeTo(i + 1)
			return true
		}
	}
	return false
}

// closeTo closes elements until n are open.
func (w *writer) closeTo(n int) {
	for _, name := range slices.Backward(w.open[n:]) {
		w.out.WriteString("</" + name + ">")
	}
	w.open = w.open[:n]
}

func (w *writer) pushPlain(name string) bool {
	if !w.push(name) {
		return false
	}
	w.out.WriteString("<" + name + ">")
	return true
}

func (w *writer) push(name string) bool {
	if len(w.open) == maxDepth {
		return false
	}
	w.open = append(w.open, name)
	return true
}

// top is the innermost open element, "" when there is none.
func (w *writer) top() string {
	if len(w.open) == 0 {
		return ""
	}
	return w.open[len(w.open)-1]
}
