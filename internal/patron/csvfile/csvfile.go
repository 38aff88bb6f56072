// Package csvfile is the roster kind that reads the member list which Patreon
// exports as CSV (Audience, Relationship manager, Export). Its header has changed
// several times: columns are found by their names, and what is not needed, above
// all postal addresses and telephone numbers, is never kept.
package csvfile

import (
	"context"
	"fmt"
	"io"
	"os"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/patron"
)

// Options are the keys of a csvfile roster.
type Options struct {
	Path string `yaml:"path"` // the file; required
}

// Kind is the csvfile kind.
func Kind() patron.Kind {
	return patron.Kind{
		Name: "csvfile",
		New: func(env patron.Env, opts config.Options) (patron.Roster, error) {
			return New(env, opts)
		},
	}
}

// File is a roster in one file, read anew by every List.
type File struct {
	env   patron.Env
	shown string // as the configuration writes it
	path  string
}

// New checks the options. The file need not exist yet.
func New(env patron.Env, opts config.Options) (*File, error) {
	var o Options
	if err := opts.Decode(&o); err != nil {
		return nil, err
	}
	if o.Path == "" {
		return nil, opts.Errorf("path", "missing: write the name of the file that Patreon exported")
	}
	return &File{env: env, shown: o.Path, path: opts.Path(o.Path)}, nil
}

// List reads the file. It is never complete. The error wraps domain.ErrNotFound
// when there is no file, and domain.ErrInvalid when it is no member list.
func (f *File) List(ctx context.Context) (patron.Listing, error) {
	file, err := os.Open(f.path)
	if os.IsNotExist(err) {
		return patron.Listing{}, fmt.Errorf("%s %w: export the members from Patreon into it", f.shown, domain.ErrNotFound)
	}
	if err != nil {
		return patron.Listing{}, fmt.Errorf("open %s: %w", f.shown, err)
	}
	defer func() { _ = file.Close() }() // only read from
	l, err := Read(&patient{ctx, file}, f.env.Tiers, f.env.Now())
	if err != nil {
		return patron.Listing{}, fmt.Errorf("read %s: %w", f.shown, err)
	}
	return l, nil
}

// patient is a reader that ends with its context.
type patient struct {
	ctx context.Context //nolint:containedctx // lives as long as one call of List
	r   io.Reader
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}
