package config

import (
	"reflect"
	"slices"
	"strings"
)

// field is one key that a struct understands.
type field struct {
	name string
	typ  reflect.Type
}

// fields are the keys of a struct with yaml tags; none for other types.
func fields(t reflect.Type) []field {
	if t.Kind() != reflect.Struct {
		return nil
	}
	var all []field
	for f := range t.Fields() {
		name, flags, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case flags == "inline":
			all = append(all, fields(f.Type)...)
		case f.IsExported() && name != "-":
			all = append(all, field{fieldName(name, f.Name), f.Type})
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

func fieldNamed(t reflect.Type, name string) (field, bool) {
	all := fields(t)
	i := slices.IndexFunc(all, func(f field) bool { return f.name == name })
	if i < 0 {
		return field{}, false
	}
	return all[i], true
}

func fieldNames(t reflect.Type) []string {
	var names []string
	for _, f := range fields(t) {
		names = append(names, f.name)
	}
	return names
}

// typeAt is the type that a path below t decodes into; nil when there is none.
func typeAt(t reflect.Type, below path) reflect.Type {
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
			return typeAt(f.typ, below[1:])
		}
	default:
	}
	return nil
}
