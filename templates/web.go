package templates

import (
	htmltemplate "html/template"
	"io/fs"
	"slices"
	"strings"
)

const (
	// BaseHTML is the template that makes a whole page, around its "main" block.
	BaseHTML = "base.html.tmpl"
	// adminHTML stands in for it in pages of the operator's, whose files are called
	// admin_NAME.html.tmpl.
	adminHTML = "admin.html.tmpl"
	adminPage = "admin_"
)

// Web is what pages are made with.
type Web struct {
	// Pages are all pages by name, "landing" for landing.html.tmpl. Execute the
	// template BaseHTML of one.
	Pages  map[string]*htmltemplate.Template
	Style  string // CSS
	Icon   string // SVG
	Script string // JavaScript

	AdminStyle, AdminScript string // of the operator's pages
}

func parseWeb(layers []fs.FS) (*Web, error) {
	files, err := collect(layers, "web/*"+htmlEnd)
	if err != nil {
		return nil, err
	}
	base, files, err := frame(files, BaseHTML)
	if err != nil {
		return nil, err
	}
	admin, files, err := frame(files, adminHTML)
	if err != nil {
		return nil, err
	}
	if files, err = parseParts(base, files); err != nil {
		return nil, err
	}
	w := &Web{Pages: map[string]*htmltemplate.Template{}}
	for _, f := range files {
		around := base
		if strings.HasPrefix(f.name, adminPage) {
			around = admin
		}
		page, err := around.Clone()
		if err != nil {
			return nil, err
		}
		if _, err := page.New(f.name).Parse(f.text); err != nil {
			return nil, err
		}
		w.Pages[strings.TrimSuffix(f.name, htmlEnd)] = page
	}
	for name, into := range map[string]*string{"admin.css": &w.AdminStyle, "admin.js": &w.AdminScript} {
		if *into, err = text(layers, "web/"+name); err != nil {
			return nil, err
		}
	}
	if w.Style, err = text(layers, "web/style.css"); err != nil {
		return nil, err
	}
	if w.Script, err = text(layers, "web/copy.js"); err != nil {
		return nil, err
	}
	w.Icon, err = text(layers, "web/icon.svg")
	return w, err
}

// frame takes what stands around pages out of the files. It is always called
// BaseHTML.
func frame(files []file, name string) (*htmltemplate.Template, []file, error) {
	i := slices.IndexFunc(files, func(f file) bool { return f.name == name })
	t, err := htmltemplate.New(BaseHTML).Option("missingkey=error").Parse(files[i].text)
	return t, slices.Delete(files, i, i+1), err
}

// partStart begins the names of files that are no page but a part of several,
// which include it by its name: {{template "part_address.html.tmpl" .}}.
const partStart = "part_"

// parseParts adds the parts among some files to the pages' frame, and returns the
// pages.
func parseParts(frame *htmltemplate.Template, files []file) (pages []file, err error) {
	for _, f := range files {
		if !strings.HasPrefix(f.name, partStart) {
			pages = append(pages, f)
			continue
		}
		if _, err := frame.New(f.name).Parse(f.text); err != nil {
			return nil, err
		}
	}
	return pages, nil
}

// text is the content of one file; later layers win.
func text(layers []fs.FS, name string) (string, error) {
	files, err := collect(layers, name)
	if err != nil {
		return "", err
	}
	return files[0].text, nil
}
