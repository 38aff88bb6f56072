package web

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"marquee/internal/domain"
	"marquee/templates"
)

// Pages renders templates/web.
type Pages struct {
	publication         domain.Publication
	templates           *templates.Web
	style, icon, script asset
}

// Page is what base.html.tmpl sees; a page's own view is its Body.
type Page struct {
	Publication domain.Publication // set by Pages, as are Style, Icon and Script
	Style, Icon string             // addresses
	Script      string             // address; empty unless there is something to copy
	Title       string             // of the page; the publication's own when empty
	Description string
	Path        string // of the page, for its canonical address; empty when it has none
	Alternates  []Alternate
	NoIndex     bool
	Copies      bool // it shows addresses to copy
	Body        any
}

// Alternate is one <link rel="alternate">.
type Alternate struct{ Type, Title, URL string }

func newPages(t *templates.Web, p domain.Publication) *Pages {
	return &Pages{
		publication: p, templates: t,
		style:  asset{path: "/assets/style.css", contentType: "text/css; charset=utf-8", body: []byte(t.Style)},
		icon:   asset{path: "/assets/icon.svg", contentType: "image/svg+xml", body: []byte(t.Icon)},
		script: asset{path: "/assets/copy.js", contentType: "text/javascript; charset=utf-8", body: []byte(t.Script)},
	}
}

// Render answers with the page called name. Nothing is sent before the whole
// page has been rendered, so that an error never leaves half a page.
func (ps *Pages) Render(w http.ResponseWriter, status int, name string, p Page) error {
	body, err := ps.html(name, p)
	if err != nil {
		return err
	}
	p.describe(w.Header())
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that hung up needs no answer
	return nil
}

// Serve answers with the page called name and a validator, for pages that
// everyone sees alike and that caches may keep.
func (ps *Pages) Serve(w http.ResponseWriter, r *http.Request, name string, p Page) error {
	body, err := ps.html(name, p)
	if err != nil {
		return err
	}
	p.describe(w.Header())
	Bytes(w, r, ETag(body), time.Time{}, body)
	return nil
}

// describe says what the page is, and what it may do.
func (p *Page) describe(h http.Header) {
	h.Set("Content-Type", "text/html; charset=utf-8")
	if p.Copies {
		h.Set("Content-Security-Policy", scripted)
	}
}

// Part renders one block of a page, which goes into a document of another make.
func (ps *Pages) Part(name, block string, view any) (string, error) {
	t := ps.templates.Pages[name]
	if t == nil {
		return "", fmt.Errorf("page %s has no template", name)
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, block, view); err != nil {
		return "", fmt.Errorf("render %s of page %s: %w", block, name, err)
	}
	return buf.String(), nil
}

func (ps *Pages) html(name string, p Page) ([]byte, error) {
	t := ps.templates.Pages[name]
	if t == nil {
		return nil, fmt.Errorf("page %s has no template", name)
	}
	p.Publication, p.Style, p.Icon = ps.publication, ps.style.address(), ps.icon.address()
	if p.Copies {
		p.Script = ps.script.address()
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, templates.BaseHTML, p); err != nil {
		return nil, fmt.Errorf("render page %s: %w", name, err)
	}
	return buf.Bytes(), nil
}
