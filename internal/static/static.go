// Package static writes a site as files, for web servers that know nothing but
// files: it asks the site's own handler for everything that can be reached from
// its first page.
package static

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Site is a site that can be written as files.
type Site struct {
	Handler http.Handler
	Server  string // its public address, without a slash at the end
	// Log is told of links of the site that lead nowhere.
	Log func(path string, status int)
}

// Report is what Write did. Paths are relative to the directory and begin with
// no slash.
type Report struct {
	Files   []string // all there are now, in order
	Changed []string // written, since they were not there or not the same
	Removed []string // of an earlier run, and not of the site any more
}

// manifest is the file that lists the others, so that the next run knows what it
// may remove.
const manifest = ".marquee-site"

// Write brings dir, which is made when it is not there, into step with the site.
// Each file is replaced whole or not at all, pictures before what shows them and
// pages before what leads to them, and only those are written that have changed.
// Files that are not from an earlier run are never touched, unless the site has
// one of the same name. With an error the directory is as it was.
func (s Site) Write(ctx context.Context, dir string) (Report, error) {
	pages, err := s.crawl(ctx)
	if err != nil {
		return Report{}, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // a web server of another user reads it
		return Report{}, fmt.Errorf("make the site's directory: %w", err)
	}
	var r Report
	for _, p := range inOrder(pages) {
		changed, err := replace(filepath.Join(dir, filepath.FromSlash(p.file)), s.localised(p, pages))
		if err != nil {
			return r, fmt.Errorf("write %s: %w", p.file, err)
		}
		r.Files = append(r.Files, p.file)
		if changed {
			r.Changed = append(r.Changed, p.file)
		}
	}
	slices.Sort(r.Files)
	slices.Sort(r.Changed)
	if r.Removed, err = remove(dir, r.Files); err != nil {
		return r, err
	}
	_, err = replace(filepath.Join(dir, manifest), []byte(strings.Join(r.Files, "\n")+"\n"))
	return r, err
}

// page is one answer of the site.
type page struct {
	path string // of the request: "/editions/"
	file string // "editions/index.html"
	html bool
	body []byte
}

// crawl asks for the first page and for all that can be reached from there.
func (s Site) crawl(ctx context.Context) (map[string]*page, error) {
	pages := map[string]*page{}
	missing := map[string]bool{}
	for queue := []string{"/"}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if pages[at] != nil || missing[at] {
			continue
		}
		p, status, err := s.ask(ctx, at)
		switch {
		case err != nil:
			return nil, err
		case p == nil && at == "/":
			return nil, fmt.Errorf("the site's first page cannot be had: status %d", status)
		case p == nil:
			missing[at] = true
			s.Log(at, status)
			continue
		}
		pages[at] = p
		queue = append(queue, s.links(p)...)
	}
	return pages, nil
}

// ask is the site's answer; nil when there is no such page. What is wrong with the
// site itself is an error.
func (s Site) ask(ctx context.Context, at string) (*page, int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil) // what a proxy hands on
	if err != nil {
		return nil, 0, fmt.Errorf("ask for %s: %w", at, err)
	}
	w := &answer{status: http.StatusOK, header: http.Header{}}
	s.Handler.ServeHTTP(w, r)
	if w.status >= http.StatusInternalServerError {
		return nil, 0, fmt.Errorf("ask for %s: status %d", at, w.status)
	}
	if w.status != http.StatusOK {
		return nil, w.status, ctx.Err()
	}
	kind, _, err := mime.ParseMediaType(w.header.Get("Content-Type"))
	if err != nil {
		return nil, 0, fmt.Errorf("ask for %s: its media type: %w", at, err)
	}
	p := &page{path: at, html: kind == "text/html", body: w.body.Bytes()}
	p.file = fileOf(at, p.html)
	return p, w.status, nil
}

// fileOf is the file of a path. Pages are the index of a folder, so that servers
// find them, and know that they are HTML, without being told.
func fileOf(at string, isPage bool) string {
	file := strings.TrimPrefix(path.Clean(at), "/")
	if isPage {
		return path.Join(file, "index.html")
	}
	return file
}

// inOrder are the pages, each behind what it needs: pictures and styles, then
// feeds, then pages, and the first page last.
func inOrder(pages map[string]*page) []*page {
	rank := func(p *page) int {
		switch {
		case p.path == "/":
			return 4
		case p.html:
			return 3
		case strings.Count(p.path, "/") == 2 && strings.HasPrefix(p.path, "/feeds/"):
			return 2 // the feeds, which lead to their archives
		case strings.HasPrefix(p.path, "/feeds"):
			return 1
		}
		return 0
	}
	all := make([]*page, 0, len(pages))
	for _, p := range pages {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b *page) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a.path, b.path)
	})
	return all
}

// replace writes a file under another name first, so that nobody ever reads half
// of it, unless it says the same already.
func replace(file string, body []byte) (changed bool, err error) {
	if had, err := os.ReadFile(file); err == nil && bytes.Equal(had, body) { //nolint:gosec // ours
		return false, nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // see Write
		return false, err
	}
	draft := file + ".new"
	if err := os.WriteFile(draft, body, 0o644); err != nil { //nolint:gosec // public by nature
		return false, err
	}
	return true, os.Rename(draft, file)
}

// remove takes away what an earlier run wrote and the site no longer has.
func remove(dir string, files []string) ([]string, error) {
	listed, err := os.ReadFile(filepath.Join(dir, manifest)) //nolint:gosec // ours
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read what was there before: %w", err)
	}
	var removed []string
	for file := range strings.FieldsSeq(string(listed)) {
		if slices.Contains(files, file) || !filepath.IsLocal(file) {
			continue
		}
		gone := filepath.Join(dir, filepath.FromSlash(file))
		if err := os.Remove(gone); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return removed, fmt.Errorf("remove what is not there any more: %w", err)
		}
		removed = append(removed, file)
	}
	return removed, nil
}

// local is the path of a link that leads into the site, "" for others.
func (s Site) local(link string) string {
	rest, absolute := strings.CutPrefix(link, s.Server)
	if absolute && rest == "" {
		return "/"
	}
	if !strings.HasPrefix(rest, "/") || strings.HasPrefix(rest, "//") {
		return ""
	}
	u, err := url.Parse(rest)
	if err != nil || u.Path != path.Clean(u.Path) && u.Path != path.Clean(u.Path)+"/" {
		return ""
	}
	return u.Path
}
