package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v4"
)

// Check looks at a configuration for what other packages know of it. It must
// bear a configuration that has mistakes elsewhere.
type Check func(*Config) error

// Load reads the configuration from a file. env looks up the variables that
// ${NAME} names, as os.LookupEnv does; nil knows none. The error is an *Errors
// with every mistake there is, each a domain.ErrInvalid; what the checks find is
// reported together with the rest.
func Load(path string, env func(string) (string, bool), checks ...Check) (*Config, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		errs := new(Errors)
		errs.Add((&document{file: path}).mistakeAt(yaml.Mark{}, nil,
			"cannot be read: %w: copy config.example.yaml here, or name your file with --config", bare(err)))
		return nil, errs
	}
	return Parse(data, path, env, checks...)
}

// Parse reads the configuration from a file's content. file names it in
// mistakes, and relative paths start at its directory; it need not exist. Else
// it is like Load.
func Parse(data []byte, file string, env func(string) (string, bool), checks ...Check) (*Config, error) {
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return nil, fmt.Errorf("find the directory of %s: %w", file, err)
	}
	r := &reader{document: &document{file: file, dir: dir}, errs: new(Errors)}
	r.errs.Add(r.parse(data))
	if err := r.errs.Err(); err != nil {
		return nil, err
	}
	r.errs.Add(r.prepare(env))
	cfg := r.config()
	for _, check := range checks {
		r.errs.Add(check(cfg))
	}
	if err := r.errs.Err(); err != nil {
		return nil, err
	}
	return cfg, nil
}

// parse makes the tree. Without a tree nothing more can be said, so what it
// finds is reported alone.
func (d *document) parse(data []byte) error {
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("prepare the YAML loader: %w", err)
	}
	d.root = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: 1, Column: 1}
	switch err := loader.Load(d.root); {
	case errors.Is(err, io.EOF):
		return nil // nothing but comments: all is default, and what is required is missed
	case err != nil:
		return d.notYAML(err)
	}
	if d.root.Kind == yaml.DocumentNode && len(d.root.Content) > 0 {
		d.root = d.root.Content[0]
	}
	var second yaml.Node
	switch err := loader.Load(&second); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return d.notYAML(err)
	}
	return d.mistakeAt(yaml.Mark{Line: second.Line, Column: second.Column}, nil,
		"a second document begins: remove the line ---")
}

// notYAML says where the file stops being YAML.
func (d *document) notYAML(err error) error {
	errs := new(Errors)
	for _, problem := range loadErrors(err) {
		mark := problem.Mark
		if mark.Line == 0 {
			mark = problem.ContextMark
		}
		context := ""
		if problem.ContextMsg != "" && problem.ContextMark.Line > 0 {
			context = fmt.Sprintf(" %s that begins at %d:%d", problem.ContextMsg, problem.ContextMark.Line, problem.ContextMark.Column)
		}
		errs.Add(d.mistakeAt(mark, nil, "is not YAML: %s%s: check the indentation (spaces, no tabs), the quotes and the brackets",
			problem.Message, context))
	}
	return errs.Err()
}
