package markdown

import (
	"bytes"
	"errors"
	"strings"

	"go.yaml.in/yaml/v4"
)

// block is a part of a file and the line on which it begins.
type block struct {
	text []byte
	line int // 1-based
}

// split separates front matter, which stands between two lines of three hyphens
// at the top, from the body. A file that does not begin so is all body. Later
// lines of hyphens are the body's own.
func split(text []byte) (front, body block, wrong *note) {
	blank := len(text) - len(bytes.TrimLeft(text, " \t\n"))
	top := bytes.LastIndexByte(text[:blank], '\n') + 1 // where the first line with words begins
	opened, n, start, end := false, bytes.Count(text[:top], []byte("\n")), top, top
	for line := range bytes.Lines(text[top:]) {
		n++
		end += len(line)
		mark := string(bytes.TrimRight(line, " \t\n"))
		switch {
		case !opened && mark != "---":
			return block{nil, 1}, block{text, 1}, unopened(mark, text[end:], n)
		case !opened:
			opened, front.line, start = true, n+1, end
		case mark == "---" || mark == "...":
			front.text = text[start : end-len(line)]
			return front, block{text[end:], n + 1}, nil
		}
	}
	if !opened {
		return block{}, block{}, &note{1, "the file is empty: write something, or delete it to take the piece back"}
	}
	return block{}, block{}, &note{
		front.line - 1, "the front matter that --- opens here never ends: put a line --- below its last key",
	}
}

// unopened tells front matter that lost its first line from a body: published
// as it is, it would show its keys.
func unopened(first string, rest []byte, line int) *note {
	key, _, isKey := strings.Cut(first, ":")
	if !isKey || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") != "" || !bytes.Contains(rest, []byte("\n---")) {
		return nil
	}
	return &note{line, "the line --- that opens the front matter is missing: put it above this one"}
}

// frontMatter reads YAML as keys and their values. What is wrong is noted; the
// fields of front matter that cannot be read are empty.
func (w writer) frontMatter(front block) *fields {
	none := &fields{writer: w, keys: map[string]entry{}, line: front.line}
	var doc yaml.Node
	err := yaml.Load(front.text, &doc)
	if err != nil && strings.Contains(err.Error(), "no documents") {
		return none
	}
	if err != nil {
		w.explain(front, err)
		return none
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		w.wrongf(front.line, "the front matter is no list of keys: write each as key: value")
		return none
	}
	shift(&doc, front.line-1)
	return w.fieldsOf(doc.Content[0])
}

// shift makes the lines of a part those of the file.
func shift(n *yaml.Node, by int) {
	n.Line += by
	for _, c := range n.Content {
		shift(c, by)
	}
}

// explain says in plain words what YAML did not understand.
func (w writer) explain(front block, err error) {
	var le *yaml.LoadError
	if !errors.As(err, &le) {
		w.wrongf(front.line, "the front matter is not YAML: %v", err)
		return
	}
	line, text := le.Mark.Line, le.Message
	switch {
	case strings.Contains(text, "end of stream"), strings.Contains(text, "expected ':'"):
		line = le.ContextMark.Line // where it began, not where it was missed
	case strings.Contains(text, "mapping values") && glued(lineOf(front.text, line-1)):
		line--
		text = "no space"
	}
	w.wrongf(front.line+max(line, 1)-1, "%s", plainWords(text, lineOf(front.text, line)))
}

// glued tells a key without a space behind its colon, which YAML takes for the
// beginning of a longer key.
func glued(line string) bool {
	key, value, ok := strings.Cut(strings.TrimLeft(line, " -"), ":")
	return ok && key != "" && value != "" && value[0] != ' ' && !strings.ContainsAny(key, " \"'")
}

// plainWords turns the parser's message about a line into advice.
func plainWords(message, line string) string {
	key, value, _ := strings.Cut(strings.TrimLeft(line, " -"), ": ")
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	switch {
	case strings.Contains(indent, "\t") || strings.Contains(message, "tab character"):
		return "YAML does not allow tabs before a key: use spaces"
	case message == "no space":
		return "YAML wants a space after the colon of a key"
	case strings.Contains(message, "mapping values are not allowed"):
		return "a value with a colon in it must be quoted: " + key + `: "` + strings.Trim(value, ` “”"'`) + `"`
	case strings.Contains(message, "cannot start any token"), strings.Contains(message, "unknown anchor"),
		strings.Contains(message, "not allowed in this context"):
		return "a value that begins so must be quoted: " + key + `: "` + strings.Trim(value, ` “”"'`) + `"`
	case strings.Contains(message, "end of stream"):
		return "the quotation mark that opens here is never closed"
	case strings.Contains(message, "expected ':'"):
		return "this is no key: write key: value"
	case strings.Contains(message, "multiple"):
		return "the front matter holds a second document"
	default:
		return "the front matter is not YAML here: " + message + "; check indentation and quotation marks"
	}
}

// lineOf is the 1-based line of text without its end; "" when there is none.
func lineOf(text []byte, line int) string {
	n := 0
	for l := range strings.Lines(string(text)) {
		if n++; n == line {
			return strings.TrimRight(l, "\n")
		}
	}
	return ""
}
