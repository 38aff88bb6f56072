package main

import (
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// warnings is the log level of commands that people watch.
const warnings = slog.LevelWarn

// json prints one indented JSON document.
func (p *process) json(v any) error {
	enc := json.NewEncoder(p.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// plain makes text from outside fit for a terminal: one line, and no character
// that would steer it.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '·'
		}
		return r
	}, s)
}

// sortedKeys are a map's keys in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
