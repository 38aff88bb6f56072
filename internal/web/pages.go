package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"marquee/internal/domain"
)

// Pages renders templates/web: every page is base.html.tmpl around its own
// file's blocks.
type Pages struct {
	publication domain.Publication
	style       string // address of the style sheet
	byName      map[string]*template.Template
}

// Page is what base.html.tmpl sees; a page's own view is its Body.
type Page struct {
	Publication domain.Publication
	Style       string
	Title       string // of the page; the publication's own when empty
	Description string
	Path        string // of the page, for its canonical address; empty when it has none
	Alternates  []Alternate
	NoIndex     bool
	Body        any
}

// Alternate is one <link rel="alternate">.
type Alternate struct{ Type, Title, URL string }

// NewPages parses all pages of fsys, a folder like templates/web.
func NewPages(fsys fs.FS, p domain.Publication) (*Pages, error) {
	names, err := fs.Glob(fsys, "*.html.tmpl")
	if err != nil {
		return nil, fmt.Errorf("list pages: %w", err)
	}
	pages := &Pages{publication: p, style: StylePath, byName: map[string]*template.Template{}}
	for _, name := range names {
		if name == "base.html.tmpl" {
			continue
		}
		t, err := template.ParseFS(fsys, "base.html.tmpl", name)
		if err != nil {
			return nil, fmt.Errorf("parse page: %w", err)
		}
		pages.byName[strings.TrimSuffix(path.Base(name), ".html.tmpl")] = t
	}
	return pages, nil
}

// Render answers with the page called name. Nothing is sent before the whole
// page has been rendered, so that an error never leaves half a page.
func (ps *Pages) Render(w http.ResponseWriter, status int, name string, p Page) error {
	t := ps.byName[name]
	if t == nil {
		return fmt.Errorf("page %s: %w", name, domain.ErrNotFound)
	}
	p.Publication, p.Style = ps.publication, ps.style
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, "base.html.tmpl", p); err != nil {
		return fmt.Errorf("render page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = buf.WriteTo(w) //nolint:errcheck // a client that hung up needs no answer
	return nil
}
