package markdown

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// fields are the keys of one YAML mapping. Values are read as what was written,
// never as what YAML takes them for: 1917, No and 2:37 are film titles. What
// was asked for is remembered, so that the rest can be called unknown.
type fields struct {
	writer
	keys map[string]entry
	line int // of the mapping
}

type entry struct {
	value *yaml.Node
	line  int
	used  *bool
}

func (w writer) fieldsOf(n *yaml.Node) *fields {
	f := &fields{writer: w, keys: map[string]entry{}, line: n.Line}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := strings.ToLower(key.Value)
		if _, twice := f.keys[name]; twice {
			w.wrongf(key.Line, "%s is here for the second time", key.Value)
			continue
		}
		f.keys[name] = entry{value, key.Line, new(bool)}
	}
	return f
}

// get is the value of the first of names that is there and holds something.
func (f *fields) get(names ...string) (entry, bool) {
	var found entry
	for _, name := range names {
		e, ok := f.keys[name]
		if !ok {
			continue
		}
		*e.used = true
		if found.value == nil && !empty(e.value) {
			found = e
		}
	}
	return found, found.value != nil
}

// empty tells a key that was left blank.
func empty(n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode || marked(n) {
		return false
	}
	return oneLine(n.Value) == "" || n.Style == 0 && n.Value == "~"
}

// marked tells a value whose beginning YAML took for a mark of its own.
func marked(n *yaml.Node) bool {
	return n.Kind == yaml.AliasNode || n.Anchor != "" || n.Style&yaml.TaggedStyle != 0
}

// text is a value as it was written, on one line.
func (f *fields) text(names ...string) (s string, line int) {
	s, line = f.prose(names...)
	return oneLine(s), line
}

// prose is a value of any number of lines.
func (f *fields) prose(names ...string) (s string, line int) {
	e, ok := f.get(names...)
	if !ok {
		return "", f.line
	}
	return f.scalar(names[0], e.value), e.line
}

// oneLine makes every run of spaces, line ends and control characters one space.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

func (f *fields) scalar(name string, n *yaml.Node) string {
	switch {
	case marked(n):
		f.wrongf(n.Line, "%s: a value that begins with &, * or ! must be quoted", name)
	case n.Kind == yaml.ScalarNode:
		return n.Value
	default:
		f.wrongf(n.Line, "%s: one value is expected here, not a list or a group of keys; quote it if it is one", name)
	}
	return ""
}

// title is a text whose traps are worth a warning.
func (f *fields) title() (s string, line int) {
	s, line = f.text("title")
	e, ok := f.keys["title"]
	switch {
	case !ok:
	case e.value.LineComment != "" && e.value.Style == 0:
		f.oddf(e.line, "title: # begins a comment, so the title ends before it; quote the title if # is part of it")
	case strings.HasPrefix(s, "“") && strings.HasSuffix(s, "”"):
		f.oddf(line, `title: curly quotation marks are part of the title; use straight ones (") to quote`)
	}
	return s, line
}

// texts are the values of a list; one value alone is a list of one.
func (f *fields) texts(names ...string) []string {
	e, ok := f.get(names...)
	if !ok {
		return nil
	}
	var all []string
	for _, n := range items(e.value) {
		if s := oneLine(f.scalar(names[0], n)); s != "" {
			all = append(all, s)
		}
	}
	return all
}

func items(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.SequenceNode {
		return n.Content
	}
	return []*yaml.Node{n}
}

// group is a value that is itself a group of keys.
func (f *fields) group(name string) (*fields, bool) {
	e, ok := f.get(name)
	if !ok || e.value.Kind != yaml.MappingNode {
		return nil, false
	}
	return f.fieldsOf(e.value), true
}

// groups are the values of a list of at most so many groups of keys; what is
// none is wrong.
func (f *fields) groups(name string, most int) []*fields {
	e, ok := f.get(name)
	if !ok {
		return nil
	}
	if n := len(items(e.value)); n > most {
		f.wrongf(e.line, "%s: %d are too many; there may be %d", name, n, most)
		return nil
	}
	var all []*fields
	for _, n := range items(e.value) {
		if n.Kind != yaml.MappingNode {
			f.wrongf(n.Line, "%s: each of them needs its keys, like title: …", name)
			continue
		}
		all = append(all, f.fieldsOf(n))
	}
	return all
}

// warnUnknown notes the keys that nobody asked for: most are typing mistakes.
func (f *fields) warnUnknown() {
	for _, name := range slices.Sorted(maps.Keys(f.keys)) {
		if e := f.keys[name]; !*e.used {
			f.oddf(e.line, "unknown key %s; it is ignored", name)
		}
	}
}
