package yamlfile

import (
	"reflect"
	"slices"
	"strings"
)

// Field is one key that a struct understands.
type Field struct {
	Name string
	Type reflect.Type
}

// Fields are the keys of a struct with yaml tags; none for other types.
func Fields(t reflect.Type) []Field {
	if t.Kind() != reflect.Struct {
		return nil
	}
	var all []Field
	for f := range t.Fields() {
		name, flags, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case flags == "inline":
			all = append(all, Fields(f.Type)...)
		case f.IsExported() && name != "-":
			all = append(all, Field{fieldName(name, f.Name), f.Type})
		}
	}
	return all
}

// fieldName follows the YAML library: the tag's name, else the field's in lower case.
func fieldName(tag, name string) string {
	if tag != "" {
		return tag
	}
	return strings.ToLower(name)
}

func fieldNamed(t reflect.Type, name string) (Field, bool) {
	all := Fields(t)
	i := slices.IndexFunc(all, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return all[i], true
}

func fieldNames(t reflect.Type) []string {
	var names []string
	for _, f := range Fields(t) {
		names = append(names, f.Name)
	}
	return names
}

// typeAt is the type that a path below t decodes into; nil when there is none.
func typeAt(t reflect.Type, below Path) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if len(below) == 0 {
		return t
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map:
		return typeAt(t.Elem(), below[1:])
	case reflect.Struct:
		if f, ok := fieldNamed(t, below[0]); ok {
			return typeAt(f.Type, below[1:])
		}
	default:
	}
	return nil
}
