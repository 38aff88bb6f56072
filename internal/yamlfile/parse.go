package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v4"
)

// Parse reads a document. file names it in mistakes, and relative paths start at
// dir. env looks up the variables that ${NAME} names, as os.LookupEnv does; nil
// knows none. With an error comes what could be read besides, nil when that is
// nothing.
func Parse(data []byte, file, dir string, env func(string) (string, bool)) (*Document, error) {
	d, errs := &Document{file: file, dir: dir}, new(Errors)
	errs.Add(d.parse(data))
	if err := errs.Err(); err != nil {
		return nil, err
	}
	errs.Add(d.prepare(env))
	return d, errs.Err()
}

// parse makes the tree. Without a tree nothing more can be said, so what it
// finds is reported alone.
func (d *Document) parse(data []byte) error {
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
func (d *Document) notYAML(err error) error {
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
