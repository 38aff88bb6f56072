package yamlfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"
)

// fileSuffix makes a secret's key the key of a file that holds it.
const fileSuffix = "_file"

// maxSecret is more than any password or key needs, in bytes.
const maxSecret = 64 << 10

// readSecrets returns a node in which every k_file of a Secret k in t has become
// k with the file's content; the node itself stays as it is.
func (d *Document) readSecrets(node *yaml.Node, t reflect.Type, at Path) (*yaml.Node, error) {
	errs := new(Errors)
	return d.withSecrets(node, t, at, errs), errs.Err()
}

func (d *Document) withSecrets(node *yaml.Node, t reflect.Type, at Path, errs *Errors) *yaml.Node {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	fresh := emptied(node)
	switch {
	case node.Kind == yaml.MappingNode && t.Kind() == reflect.Struct && t != reflect.TypeFor[yaml.Node]():
		for key, value := range Pairs(node) {
			key, value = d.secretOrBelow(node, key, value, secretReading{t, at, errs})
			if key != nil {
				fresh.Content = append(fresh.Content, key, value)
			}
		}
	case node.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice:
		for i, value := range node.Content {
			fresh.Content = append(fresh.Content, d.withSecrets(value, t.Elem(), at.Element(i), errs))
		}
	default:
		return node
	}
	return fresh
}

// secretReading is where in a tree and its types secrets are read.
type secretReading struct {
	in   reflect.Type
	at   Path
	errs *Errors
}

// secretOrBelow is a pair with its file read, or with the files below it read.
// It has no key when the secret cannot be had.
func (d *Document) secretOrBelow(parent, key, value *yaml.Node, r secretReading) (*yaml.Node, *yaml.Node) {
	name, isFile := strings.CutSuffix(key.Value, fileSuffix)
	if f, ok := fieldNamed(r.in, name); isFile && ok && f.Type == reflect.TypeFor[Secret]() {
		return d.secretPair(parent, key, value, r)
	}
	if f, ok := fieldNamed(r.in, key.Value); ok {
		return key, d.withSecrets(value, f.Type, r.at.Key(key.Value), r.errs)
	}
	return key, value
}

func (d *Document) secretPair(parent, key, value *yaml.Node, r secretReading) (*yaml.Node, *yaml.Node) {
	at := r.at.Key(key.Value)
	name := strings.TrimSuffix(key.Value, fileSuffix)
	if IsNull(value) {
		return nil, nil
	}
	if _, inline := step(parent, name); inline != nil {
		r.errs.Add(d.Mistake(at, "%s is given too: keep one of the two", name))
		return nil, nil
	}
	if value.Kind != yaml.ScalarNode {
		r.errs.Add(d.Mistake(at, "must be the name of a file"))
		return nil, nil
	}
	secret, err := readSecret(d.Abs(value.Value))
	if err != nil {
		r.errs.Add(d.Mistake(at, "%s cannot be used: %w: write the secret into it, and let Marquee read it", value.Value, err))
		return nil, nil
	}
	renamed := *key
	renamed.Value = name
	return &renamed, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: secret, Line: value.Line, Column: value.Column}
}

// readSecret is a file's content without the line ends after it.
func readSecret(name string) (string, error) {
	f, err := os.Open(name) //nolint:gosec // the operator names the file
	if err != nil {
		return "", Reason(err)
	}
	defer func() { _ = f.Close() }() // only read from
	content, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	secret := strings.TrimRight(string(content), "\r\n")
	switch {
	case err != nil:
		return "", Reason(err)
	case len(content) > maxSecret:
		return "", errors.New("it is longer than 64 KB")
	case secret == "":
		return "", errors.New("it is empty")
	}
	return secret, nil
}

// Reason is what went wrong with a file, without the name that the operator wrote
// and the whole path it stands for.
func Reason(err error) error {
	if detail, ok := errors.AsType[*fs.PathError](err); ok {
		return detail.Err
	}
	return err
}
