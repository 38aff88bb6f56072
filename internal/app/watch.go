package app

import (
	"context"
	"encoding/hex"
	"fmt"
	"hash"
	"hash/fnv"
	"io/fs"
	"path/filepath"
	"sync"

	"marquee/internal/config"
)

// watch sees what the maker of an edition edits in files.
type watch struct {
	mu   sync.Mutex
	seen map[string]string // folders of sources, as they were when they were last read
}

// Version changes when the next edition may have: by what was gathered, or by the
// operator's templates. Folders in which somebody is writing are read at once, not
// when their schedule says so.
func (d *desk) Version(ctx context.Context) (string, error) {
	for _, s := range d.cfg.Sources {
		if s.Kind == "markdown" {
			d.readChanged(ctx, s)
		}
	}
	items, err := d.store.ItemsVersion(ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d-%s", items, fingerprint(d.cfg.Templates)), nil
}

// readChanged reads a folder whose files are others than a moment ago. What goes
// wrong is told where sources are.
func (d *desk) readChanged(ctx context.Context, s config.Source) {
	folder := s.Options.Text("path")
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(d.cfg.Dir, folder)
	}
	is := fingerprint(folder)
	d.watch.mu.Lock()
	was, known := d.watch.seen[s.Name]
	if d.watch.seen == nil {
		d.watch.seen = map[string]string{}
	}
	d.watch.seen[s.Name] = is
	d.watch.mu.Unlock()
	if !known || was == is {
		return
	}
	if _, err := d.work().Gather(ctx, s.Name); err != nil {
		d.env.Log.WarnContext(ctx, "source not gathered", "source", s.Name, "err", err)
	}
}

// fingerprint tells files below a folder from what they were, by their names,
// sizes and times; "" is no folder, and always the same.
func fingerprint(folder string) string {
	h := fnv.New128a()
	if folder != "" {
		_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err == nil {
				note(h, path, entry)
			}
			return nil // what cannot be read is as if it were not there
		})
	}
	return hex.EncodeToString(h.Sum(nil))
}

func note(h hash.Hash, path string, entry fs.DirEntry) {
	if info, err := entry.Info(); err == nil && !entry.IsDir() {
		fmt.Fprintf(h, "%s\x00%d\x00%d\x00", path, info.Size(), info.ModTime().UnixNano())
	}
}
