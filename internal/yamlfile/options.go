package yamlfile

import (
	"go.yaml.in/yaml/v4"
)

// Options is a kind's part of the configuration: the keys that the kind alone
// understands, undecoded. The zero Options holds no keys.
type Options struct {
	doc   *Document // nil in the zero Options
	path  Path      // of the mapping: sources.reviews
	node  *yaml.Node
	known []string // keys beside the kind's own that are decoded already
}

// ParseOptions reads a kind's options from YAML alone, for tests and demos;
// relative paths start at dir, and the environment holds nothing.
func ParseOptions(text, dir string) (Options, error) {
	d, err := Parse([]byte(text), "options", dir, nil)
	if d == nil {
		return Options{}, err
	}
	return Options{doc: d, node: d.root}, err
}

// Keys are the names of the options that are there, in the file's order.
func (o Options) Keys() []string {
	var names []string
	for key := range Pairs(o.node) {
		names = append(names, key.Value)
	}
	return names
}

// Text is the text of an option, as it stands there; "" when it is not there or is
// no text.
func (o Options) Text(key string) string {
	for name, value := range Pairs(o.node) {
		if name.Value == key && value.Kind == yaml.ScalarNode {
			return value.Value
		}
	}
	return ""
}

// Path is a path from the options made absolute: relative ones start at the
// configuration's directory. No path stays none.
func (o Options) Path(p string) string { return o.document().Abs(p) }

// Decode fills into, a pointer to a struct with yaml tags: strictly, and with
// k_file read for every k that is a Secret. What the options do not mention
// stays as it is in into, which so brings the defaults. The error is an *Errors
// with every mistake's key, line and column.
func (o Options) Decode(into any) error {
	return o.document().Decode(o.node, o.path, into, o.known...).Err()
}

// Errorf is an *Error about one of the options' keys, with its path, line and
// column, or those of the whole block when the key is not there. The key may
// also be one beside the options, such as "kind", lead deeper, "fields.title",
// or into a list, "urls.[2]". The format says what is wrong, then what to write instead.
func (o Options) Errorf(key, format string, args ...any) error {
	return o.document().Mistake(o.path.Key(Dotted(key)...), format, args...)
}

func (o Options) document() *Document {
	if o.doc == nil {
		return &Document{}
	}
	return o.doc
}
