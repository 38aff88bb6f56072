package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"marquee/internal/domain"
)

// BuildFeeds writes every public feed in every format to dir, which is made when
// it is not there, and returns the feeds' files. The prints that they show go
// into dir/i. A file is replaced whole or not at all.
func (a *App) BuildFeeds(ctx context.Context, dir string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // a web server of another user reads them
		return nil, fmt.Errorf("make directory for feeds: %w", err)
	}
	var files []string
	for _, f := range a.cfg.Feeds {
		for _, format := range a.publisher.Formats() {
			published, err := a.publisher.Serve(ctx, f.Name, format.Name(), domain.Audience{})
			if err != nil {
				return files, err
			}
			if err := a.WritePrints(ctx, dir, published.Body); err != nil {
				return files, err
			}
			file := filepath.Join(dir, f.Name+"."+format.Name())
			if err := replace(file, published.Body); err != nil {
				return files, fmt.Errorf("write feed %s: %w", f.Name, err)
			}
			files = append(files, file)
		}
	}
	return files, nil
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
