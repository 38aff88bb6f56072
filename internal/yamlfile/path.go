package yamlfile

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Path leads from the top of a document to a value: the keys on the way, with a
// list's elements as "[2]".
type Path []string

// Dotted is the path that is written "sources.reviews.kind".
func Dotted(s string) Path {
	if s == "" {
		return nil
	}
	return strings.Split(s, ".")
}

// Key is the path to a value below.
func (p Path) Key(names ...string) Path { return append(slices.Clone(p), names...) }

// Element is the path to a list's element.
func (p Path) Element(i int) Path { return p.Key("[" + strconv.Itoa(i) + "]") }

// String is the path as mistakes name it: "digests.weekly.sections[2].max".
func (p Path) String() string {
	return strings.ReplaceAll(strings.Join(p, "."), ".[", "[")
}

// last is the key the path ends with, "" for the document itself.
func (p Path) last() string {
	if len(p) == 0 {
		return ""
	}
	return p[len(p)-1]
}

// mark is the place that a mistake about p points to: the key (or a list's
// element) that p ends with, or the innermost one that is there. Without a tree
// there is no place.
func (p Path) mark(root *yaml.Node) yaml.Mark {
	if root == nil {
		return yaml.Mark{}
	}
	mark := yaml.Mark{Line: 1, Column: 1}
	for node := root; node != nil && len(p) > 0; p = p[1:] {
		place, value := step(node, p[0])
		if place == nil && len(p) == 1 {
			place, value = step(node, p[0]+fileSuffix)
		}
		if place != nil {
			mark = yaml.Mark{Line: place.Line, Column: place.Column}
		}
		node = value
	}
	return mark
}

// value is what stands at p; nil when nothing does.
func (p Path) value(root *yaml.Node) *yaml.Node {
	for _, segment := range p {
		if root == nil {
			return nil
		}
		_, root = step(root, segment)
	}
	return root
}

// step goes from a node to one of its values; place is what names that value.
func step(node *yaml.Node, segment string) (place, value *yaml.Node) {
	switch node.Kind {
	case yaml.MappingNode:
		for key, value := range Pairs(node) {
			if key.Value == segment {
				return key, value
			}
		}
	case yaml.SequenceNode:
		i, err := strconv.Atoi(strings.Trim(segment, "[]"))
		if err == nil && i >= 0 && i < len(node.Content) {
			return node.Content[i], node.Content[i]
		}
	default: // nothing else has values
	}
	return nil, nil
}

// Pairs yields a mapping's keys with their values, in the file's order; nothing
// for any other node.
func Pairs(node *yaml.Node) func(yield func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		if node == nil || node.Kind != yaml.MappingNode {
			return
		}
		for pair := range slices.Chunk(node.Content, 2) {
			if !yield(pair[0], pair[1]) {
				return
			}
		}
	}
}

// trace is the path from node to what stands at a mark: to a key when the mark
// is a key's, else to a value. It reports false when nothing stands there.
func trace(node *yaml.Node, at yaml.Mark, isKey bool) (Path, bool) {
	if !isKey && node.Line == at.Line && node.Column == at.Column {
		return nil, true
	}
	for key, value := range Pairs(node) {
		if isKey && key.Line == at.Line && key.Column == at.Column {
			return Path{key.Value}, true
		}
		if below, ok := trace(value, at, isKey); ok {
			return append(Path{key.Value}, below...), true
		}
	}
	if node.Kind != yaml.SequenceNode {
		return nil, false
	}
	for i, value := range node.Content {
		if below, ok := trace(value, at, isKey); ok {
			return append(Path{}.Element(i), below...), true
		}
	}
	return nil, false
}
