package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"

	"go.yaml.in/yaml/v4"
)

// document is a parsed file: what mistakes need to name their place.
type document struct {
	file string     // as the operator named it
	dir  string     // relative paths start here
	root *yaml.Node // nil while nothing was parsed
}

// mistake is an error about the value at a path.
func (d *document) mistake(at path, format string, args ...any) *Error {
	return d.mistakeAt(at.mark(d.root), at, format, args...)
}

func (d *document) mistakeAt(mark yaml.Mark, at path, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{
		File: d.file, Line: mark.Line, Column: mark.Column, Path: at.String(),
		Message: err.Error(), cause: errors.Unwrap(err),
	}
}

// abs is a path from the file as one that holds anywhere; "" stays "".
func (d *document) abs(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(d.dir, name)
}

// decode fills into, a pointer to a struct, from the value at a path and
// returns every mistake. A value that is not there changes nothing. known names
// keys that are understood elsewhere, for better advice.
func (d *document) decode(node *yaml.Node, at path, into any, known ...string) *Errors {
	errs := new(Errors)
	if isNull(node) {
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

// isNull reports whether a node says nothing: it is absent, or a key stands
// without a value.
func isNull(node *yaml.Node) bool {
	return node == nil || node.IsZero() || node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null"
}

// split parts a mapping into the keys of a struct and the rest. A node that is
// no mapping is left whole, to be refused by decode.
func split(node *yaml.Node, shared reflect.Type) (own, rest *yaml.Node) {
	if node == nil || node.Kind != yaml.MappingNode {
		return node, nil
	}
	own, rest = emptied(node), emptied(node)
	for key, value := range pairs(node) {
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
