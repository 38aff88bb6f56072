// Package templates holds the words and looks of everything Marquee sends and
// shows. Files that an operator puts into a directory of their own, laid out
// like this one, replace the embedded files of the same name.
package templates

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
)

// FS holds the embedded templates.
//
//go:embed mail web
var FS embed.FS

// Set is every template, parsed.
type Set struct {
	Mail *Mail
	Web  *Web
}

// Parse reads the templates. Files in overrideDir replace or add to the
// embedded ones; an empty overrideDir replaces none. An error names the file,
// the line and what is wrong.
func (l Look) Parse(overrideDir string) (*Set, error) {
	look, err := l.design()
	if err != nil {
		return nil, err
	}
	layers := []fs.FS{FS}
	if overrideDir != "" {
		if _, err := os.Stat(overrideDir); err != nil {
			return nil, fmt.Errorf("read templates: %w", err)
		}
		layers = append(layers, os.DirFS(overrideDir))
	}
	mail, err := parseMail(layers, look)
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	web, err := parseWeb(layers)
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	return &Set{Mail: mail, Web: web}, nil
}

// file is one template's source.
type file struct {
	name string // without its directory: "edition.html.tmpl"
	text string
}

// collect reads the files that match pattern, by name; later layers win.
func collect(layers []fs.FS, pattern string) ([]file, error) {
	found := map[string]file{}
	for _, layer := range layers {
		paths, err := fs.Glob(layer, pattern)
		if err != nil {
			return nil, err
		}
		for _, p := range paths {
			text, err := fs.ReadFile(layer, p)
			if err != nil {
				return nil, err
			}
			found[p] = file{name: path.Base(p), text: string(text)}
		}
	}
	if len(found) == 0 {
		return nil, errors.New("no file matches " + pattern)
	}
	files := make([]file, 0, len(found))
	for _, p := range slices.Sorted(maps.Keys(found)) {
		files = append(files, found[p])
	}
	return files, nil
}
