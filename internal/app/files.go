package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"marquee/internal/domain"
)

// BuildFeeds writes every public feed in every format to dir, which is made when
// it is not there, and returns the files' names. A file is replaced whole or
// not at all.
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
			file := filepath.Join(dir, f.Name+"."+format.Name())
			if err := replace(file, published.Body); err != nil {
				return files, fmt.Errorf("write feed %s: %w", f.Name, err)
			}
			files = append(files, file)
		}
	}
	return files, nil
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
