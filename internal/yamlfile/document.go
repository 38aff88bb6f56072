package yamlfile

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"

	"go.yaml.in/yaml/v4"
)

// Document is a parsed file: what mistakes need to name their place.
type Document struct {
	file string     // as the operator named it
	dir  string     // relative paths start here
	root *yaml.Node // nil while nothing was parsed
}

// Unread is a document of which nothing was read: mistakes in it have no place.
func Unread(file string) *Document { return &Document{file: file} }

// Root is the whole of the document.
func (d *Document) Root() *yaml.Node { return d.root }

// Dir is the directory at which relative paths start.
func (d *Document) Dir() string { return d.dir }

// Value is what stands at a path; nil when nothing does.
func (d *Document) Value(at Path) *yaml.Node { return at.value(d.root) }

// Mistake is an error about the value at a path. The format says what is wrong,
// then what to write instead.
func (d *Document) Mistake(at Path, format string, args ...any) *Error {
	return d.mistakeAt(at.mark(d.root), at, format, args...)
}

func (d *Document) mistakeAt(mark yaml.Mark, at Path, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{
		File: d.file, Line: mark.Line, Column: mark.Column, Path: at.String(),
		Message: err.Error(), cause: errors.Unwrap(err),
	}
}

// Abs is a path from the file as one that holds anywhere; "" stays "".
func (d *Document) Abs(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(d.dir, name)
}

// Decode fills into, a pointer to a struct, from the value at a path and
// returns every mistake. A value that is not there changes nothing. known names
// keys that are understood elsewhere, for better advice.
func (d *Document) Decode(node *yaml.Node, at Path, into any, known ...string) *Errors {
	errs := new(Errors)
	if IsNull(node) {
		return errs
	}
	target := reflect.TypeOf(into).Elem()
	node, problems := d.readSecrets(node, target, at)
	errs.Add(problems)
	err := node.Load(into, yaml.WithKnownFields())
	for _, problem := range loadErrors(err) {
		errs.Add(d.reword(problem, reading{node: node, at: at, target: target, known: known}))
	}
	return errs
}

// loadErrors are the single mistakes that the YAML library found.
func loadErrors(err error) []*yaml.LoadError {
	var many *yaml.LoadErrors
	var one *yaml.LoadError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &many):
		return many.Errors
	case errors.As(err, &one):
		return []*yaml.LoadError{one}
	}
	return []*yaml.LoadError{{Message: err.Error()}}
}

// IsNull reports whether a node says nothing: it is absent, or a key stands
// without a value.
func IsNull(node *yaml.Node) bool {
	return node == nil || node.IsZero() || node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null"
}

// Options decodes the keys of a block that all kinds share into shared, a pointer to
// a struct, and leaves the rest to the block's kind.
func (d *Document) Options(node *yaml.Node, at Path, shared any) (Options, *Errors) {
	t := reflect.TypeOf(shared).Elem()
	own, rest := split(node, t)
	return Options{doc: d, path: at, node: rest, known: fieldNames(t)}, d.Decode(own, at, shared)
}

// Block are the options of a kind that has a block to itself.
func (d *Document) Block(node *yaml.Node, at Path) Options {
	return Options{doc: d, path: at, node: node}
}

// split parts a mapping into the keys of a struct and the rest. A node that is
// no mapping is left whole, to be refused by decode.
func split(node *yaml.Node, shared reflect.Type) (own, rest *yaml.Node) {
	if node == nil || node.Kind != yaml.MappingNode {
		return node, nil
	}
	own, rest = emptied(node), emptied(node)
	for key, value := range Pairs(node) {
		part := rest
		if _, ok := fieldNamed(shared, key.Value); ok {
			part = own
		}
		part.Content = append(part.Content, key, value)
	}
	return own, rest
}

func emptied(node *yaml.Node) *yaml.Node {
	fresh := *node
	fresh.Content = nil
	return &fresh
}
