package templates

import (
	htmltemplate "html/template"
	"io/fs"
	"slices"
	"strings"
)

// BaseHTML is the template that makes a whole page, around its "main" block.
const BaseHTML = "base.html.tmpl"

// Web is what pages are made with.
type Web struct {
	// Pages are all pages by name, "landing" for landing.html.tmpl. Execute the
	// template BaseHTML of one.
	Pages map[string]*htmltemplate.Template
	Style string // CSS
	Icon  string // SVG
}

func parseWeb(layers []fs.FS) (*Web, error) {
	files, err := collect(layers, "web/*"+htmlEnd)
	if err != nil {
		return nil, err
	}
	base := slices.IndexFunc(files, func(f file) bool { return f.name == BaseHTML })
	frame, err := htmltemplate.New(BaseHTML).Option("missingkey=error").Parse(files[base].text)
	if err != nil {
		return nil, err
	}
	w := &Web{Pages: map[string]*htmltemplate.Template{}}
	for _, f := range slices.Delete(files, base, base+1) {
		page, err := frame.Clone()
		if err != nil {
			return nil, err
		}
		if _, err := page.New(f.name).Parse(f.text); err != nil {
			return nil, err
		}
		w.Pages[strings.TrimSuffix(f.name, htmlEnd)] = page
	}
	if w.Style, err = text(layers, "web/style.css"); err != nil {
		return nil, err
	}
	w.Icon, err = text(layers, "web/icon.svg")
	return w, err
}

// text is the content of one file; later layers win.
func text(layers []fs.FS, name string) (string, error) {
	files, err := collect(layers, name)
	if err != nil {
		return "", err
	}
	return files[0].text, nil
}
