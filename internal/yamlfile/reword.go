package yamlfile

import (
	"encoding"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// reading is what was being decoded when a mistake was found.
type reading struct {
	node   *yaml.Node
	at     Path         // of node
	target reflect.Type // what node is decoded into
	known  []string     // keys of node that are understood elsewhere
}

// reword says a mistake of the YAML library in words for people who write
// configuration, not Go.
func (d *Document) reword(problem *yaml.LoadError, r reading) *Error {
	unknown := strings.HasPrefix(problem.Message, "field ") && strings.Contains(problem.Message, " not found in type ")
	below, found := trace(r.node, problem.Mark, unknown)
	if !found {
		return d.mistakeAt(problem.Mark, r.at, "%s", problem.Message)
	}
	at := r.at.Key(below...)
	switch {
	case unknown:
		return d.Mistake(at, "unknown key (%s)", Advice(below.last(), r.keysBeside(below)))
	case strings.HasPrefix(problem.Message, "cannot construct "):
		return d.Mistake(at, "%s", Expectation(typeAt(r.target, below)))
	}
	return d.Mistake(at, "%s", problem.Message)
}

// keysBeside are the keys that could have stood where an unknown one stands.
func (r reading) keysBeside(below Path) []string {
	parent := below[:len(below)-1]
	var keys []string
	if t := typeAt(r.target, parent); t != nil {
		keys = fieldNames(t)
	}
	if len(parent) == 0 {
		keys = append(keys, r.known...)
	}
	return keys
}

// Expectation says what a value of a type looks like.
func Expectation(t reflect.Type) string {
	switch {
	case t == nil:
		return "is not what belongs here"
	case t == reflect.TypeFor[Secret]():
		return "must be text: put it in quotes"
	case t == reflect.TypeFor[time.Duration](), t == reflect.TypeFor[Duration]():
		return "must be a time span: write 30s, 15m or 48h"
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return "must be a single value, not keys or a list"
	case slices.Contains([]reflect.Kind{reflect.Int, reflect.Int64, reflect.Uint, reflect.Uint64}, t.Kind()):
		return "must be a whole number: write 5, without quotes"
	}
	switch t.Kind() {
	case reflect.String:
		return "must be text: put it in quotes"
	case reflect.Bool:
		return "must be true or false"
	case reflect.Float32, reflect.Float64:
		return "must be a number: write 4 or 2.5, without quotes"
	case reflect.Slice:
		return "must be a list: write [first, second], or each on a line of its own after a dash"
	case reflect.Struct, reflect.Map:
		return "must hold keys: write them indented on the lines below"
	default:
		return "is not what belongs here"
	}
}
