package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"marquee/internal/domain"
	"marquee/internal/static"
	"marquee/internal/web"
)

// BuildSite writes what everybody may see to dir, for a web server that knows
// nothing but files: the pages, the feeds with their archives, and what they show.
// Patrons' pages and forms stay where Marquee itself is served.
func (a *App) BuildSite(ctx context.Context, dir string) (static.Report, error) {
	site, err := web.New(a.templates.Web, a.cfg.Publication, a.env.Log)
	if err != nil {
		return static.Report{}, err
	}
	a.public().Routes(site)
	return static.Site{
		Handler: site, Server: a.cfg.Publication.Server,
		Log: func(path string, status int) {
			a.env.Log.DebugContext(ctx, "link of the site followed in vain", "path", path, "status", status)
		},
	}.Write(ctx, dir)
}

// WritePrints writes the prints that a feed or a letter shows to dir/i, where a
// web server of server.url finds them at their addresses. Those that are there
// stay: a print never changes.
func (a *App) WritePrints(ctx context.Context, dir string, document []byte) error {
	address := regexp.MustCompile(regexp.QuoteMeta(a.cfg.Publication.Server+domain.PrintPath) + `([\w-]+\.jpg)`)
	for _, m := range address.FindAllSubmatch(document, -1) {
		name := string(m[1])
		file := filepath.Join(dir, filepath.FromSlash(domain.PrintPath), name)
		key, width, ok := domain.ParsePrintName(name)
		if _, err := os.Stat(file); err == nil || !ok {
			continue
		}
		jpeg, err := a.store.Print(ctx, key, width)
		if errors.Is(err, domain.ErrNotFound) {
			continue // a text that only looks like an address of ours
		}
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // see above
			return fmt.Errorf("make directory for prints: %w", err)
		}
		if err := replace(file, jpeg); err != nil {
			return fmt.Errorf("write print %s: %w", name, err)
		}
	}
	return nil
}

// replace writes a file under another name first, so that nobody ever reads
// half of it.
func replace(file string, body []byte) error {
	draft := file + ".new"
	if err := os.WriteFile(draft, body, 0o644); err != nil { //nolint:gosec // public by nature
		return err
	}
	return os.Rename(draft, file)
}
