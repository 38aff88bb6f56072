package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// newProse understands CommonMark with tables and strikethrough. HTML passes as
// it is written: gathering sanitises whatever a source gives.
func newProse() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(extension.Strikethrough, extension.Table),
		goldmark.WithRendererOptions(html.WithUnsafe()),
	)
}

// prose is parsed Markdown.
type prose struct {
	src  []byte
	line int // of the file, on which src begins
	doc  ast.Node
}

func (w writer) read(b block) prose {
	return prose{b.text, b.line, w.prose.Parser().Parse(text.NewReader(b.text))}
}

// html renders what is left of p.
func (w writer) html(p prose) string {
	var out bytes.Buffer
	if err := w.prose.Renderer().Render(&out, p.src, p.doc); err != nil {
		w.wrongf(p.line, "this text cannot be turned into HTML: %v", err)
	}
	return strings.TrimSpace(out.String())
}

// htmlOf renders the text of one key.
func (w writer) htmlOf(s string) string { return w.html(w.read(block{[]byte(s), 0})) }

// takeTitle takes off the level-one heading that p may begin with.
func (p prose) takeTitle() string {
	h, ok := p.doc.FirstChild().(*ast.Heading)
	if !ok || h.Level != 1 {
		return ""
	}
	p.doc.RemoveChild(p.doc, h)
	return oneLine(p.words(h))
}

// take moves the blocks from first on, up to the one that ends tells, out of p.
func (p prose) take(first ast.Node, ends func(ast.Node) bool) prose {
	part := prose{p.src, p.line, ast.NewDocument()}
	for n := first; n != nil && !ends(n); {
		next := n.NextSibling()
		part.doc.AppendChild(part.doc, n)
		n = next
	}
	return part
}

// takeLine takes off the first line of the paragraph that p begins with, and
// says what it reads.
func (p prose) takeLine() (string, bool) {
	para, ok := p.doc.FirstChild().(*ast.Paragraph)
	if !ok {
		return "", false
	}
	var line strings.Builder
	ended := false
	for n := para.FirstChild(); n != nil && !ended; {
		next := n.NextSibling()
		t, isText := n.(*ast.Text)
		ended = isText && (t.SoftLineBreak() || t.HardLineBreak())
		line.WriteString(p.words(n))
		para.RemoveChild(para, n)
		n = next
	}
	if para.ChildCount() == 0 {
		p.doc.RemoveChild(p.doc, para)
	}
	return oneLine(line.String()), ended || para.Lines().Len() == 1
}

// lineOf is the line of the file on which n stands.
func (p prose) lineOf(n ast.Node) int {
	return p.line + bytes.Count(p.src[:max(n.Pos(), 0)], []byte("\n"))
}

// words is the text of n without its marks.
func (p prose) words(n ast.Node) string {
	var out strings.Builder
	// The walker below returns no error.
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch t := n.(type) {
		case *ast.Text:
			if entering {
				out.Write(plain(t.Value(p.src)))
			}
		case *ast.String:
			if entering {
				out.Write(t.Value)
			}
		}
		return ast.WalkContinue, nil
	})
	return out.String()
}

// plain undoes backslashes and character references.
func plain(src []byte) []byte {
	return util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(src)))
}

// target is where the first link in n leads; "" without one.
func target(n ast.Node) string {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if l, ok := c.(*ast.Link); ok {
			return string(l.Destination)
		}
	}
	return ""
}
