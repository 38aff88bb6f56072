package demo

import (
	"bytes"
	"crypto/md5" //nolint:gosec // it is what WordPress makes its ETag with
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	texttemplate "text/template"
	"time"

	"go.yaml.in/yaml/v4"

	"marquee/internal/domain"
)

// site is the sample publication's own website, shaped like a WordPress: a feed
// with full texts, pages that carry film facts as JSON-LD, and posters.
type site struct {
	Title, Tagline, Author string
	Posts                  []*post
	Home                   string    `yaml:"-"`
	Changed                time.Time `yaml:"-"` // the newest post's
	files                  fs.FS
	feed                   *texttemplate.Template
	page                   *template.Template
}

// newSite reads the site's posts and dates them back from friday.
func newSite(files fs.FS, home string, friday domain.Date, zone *time.Location) (*site, error) {
	s := &site{Home: home, files: files}
	text, err := fs.ReadFile(files, "site.yaml")
	if err != nil {
		return nil, err
	}
	if err := yaml.Load(text, s, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("read site.yaml: %w", err)
	}
	for _, p := range s.Posts {
		if err := p.place(home, friday, zone); err != nil {
			return nil, err
		}
		if p.Published.After(s.Changed) {
			s.Changed = p.Published
		}
	}
	if s.feed, err = texttemplate.ParseFS(files, "feed.xml.tmpl"); err != nil {
		return nil, err
	}
	s.page, err = template.ParseFS(files, "page.html.tmpl")
	return s, err
}

// ServeHTTP answers as WordPress does.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case path == "/feed/":
		s.serveFeed(w, r)
	case strings.HasPrefix(path, uploads):
		http.ServeFileFS(w, r, s.files, "posters/"+strings.TrimPrefix(path, uploads)) //nolint:gosec // an fs.FS refuses what leads out of it
	default:
		s.servePage(w, r)
	}
}

// uploads is where the site's pictures are.
const uploads = "/wp-content/uploads/"

// serveFeed sends WordPress's validators: the newest change, and its MD5.
func (s *site) serveFeed(w http.ResponseWriter, r *http.Request) {
	var buf bytes.Buffer
	if err := s.feed.Execute(&buf, s); err != nil {
		http.Error(w, "the sample feed cannot be written", http.StatusInternalServerError)
		return
	}
	modified := s.Changed.UTC().Format(http.TimeFormat)
	sum := md5.Sum([]byte(modified)) //nolint:gosec // see above
	w.Header().Set("Content-Type", "application/rss+xml; charset=UTF-8")
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
	http.ServeContent(w, r, "", s.Changed, bytes.NewReader(buf.Bytes()))
}

func (s *site) servePage(w http.ResponseWriter, r *http.Request) {
	for _, p := range s.Posts {
		if p.URL != s.Home+r.URL.Path {
			continue
		}
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		view := struct {
			Site *site
			Post *post
		}{s, p}
		if err := s.page.Execute(w, view); err != nil {
			panic(http.ErrAbortHandler)
		}
		return
	}
	s.serveHome(w, r)
}

// serveHome lists the posts, for whoever clicks through the demo.
func (s *site) serveHome(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" && r.URL.Path != "/become-a-patron/" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	fmt.Fprintf(w, "<!DOCTYPE html><meta charset=utf-8><title>%s</title><h1>%[1]s</h1><p>The sample site.</p><ul>", template.HTMLEscapeString(s.Title))
	for _, p := range s.Posts {
		fmt.Fprintf(w, `<li><a href="%s">%s</a>`, template.HTMLEscapeString(p.URL), template.HTMLEscapeString(p.Title))
	}
}
