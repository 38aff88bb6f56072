// Package markdown reads a folder of Markdown files with YAML front matter:
// picks above all, and any other piece that is easier written than posted.
//
// A file is one piece. Its path within the folder, without the extension, is
// the guid; a name that begins with a day, 2026-11-20 or 2026-11-20-noir-week,
// decides the date. A file that cannot be read as it should costs nobody else
// anything: it is reported with its line, in plain words, and the last good
// version of the piece stays published. Deleting a file, or marking it as a
// draft, takes the piece back.
package markdown

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/yuin/goldmark"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/picks"
	"marquee/internal/source"
)

// Options are the keys of a markdown source.
type Options struct {
	Path string          `yaml:"path"`      // the folder; required
	Kind domain.ItemKind `yaml:"item_kind"` // of files that do not say; picks by default
	URL  string          `yaml:"url"`       // pieces are at URL/guid; empty when they are on no page
}

// Kind is the markdown kind.
func Kind() source.Kind {
	return source.Kind{
		Name: "markdown",
		New: func(env source.Env, opts config.Options) (source.Reader, error) {
			return New(env, opts)
		},
	}
}

// Reader reads one folder. It is safe for concurrent use.
type Reader struct {
	env    source.Env
	shown  string // the folder as the configuration writes it
	folder string
	kind   domain.ItemKind
	base   *url.URL // nil when pieces have no address
	prose  goldmark.Markdown
	films  *picks.Reader
}

// New checks opts and returns a reader of the folder they name. The folder need
// not exist yet.
func New(env source.Env, opts config.Options) (*Reader, error) {
	o := Options{Kind: domain.Picks}
	if err := opts.Decode(&o); err != nil {
		return nil, err
	}
	if o.Path == "" {
		return nil, opts.Errorf("path", "names no folder: write the one that holds the Markdown files, such as picks/")
	}
	if !slices.Contains(domain.ItemKinds(), o.Kind) {
		return nil, opts.Errorf("item_kind", "%q is no kind of item: write one of %s", o.Kind, joined(domain.ItemKinds()))
	}
	r := &Reader{
		env: env, shown: filepath.ToSlash(o.Path), folder: opts.Path(o.Path),
		kind: o.Kind, prose: newProse(), films: picks.NewReader(),
	}
	if o.URL == "" {
		return r, nil
	}
	base, err := absolute(nil, o.URL)
	if err != nil {
		return nil, opts.Errorf("url", "%w", err)
	}
	r.base = base.JoinPath("/") // a directory, that addresses of pieces resolve against
	return r, nil
}

// Read reads every file of the folder that is worth reading. The result is
// complete, and what is missing from it was taken back; so a folder that cannot
// be read, or that is suddenly empty, is an error and takes nothing back.
func (r *Reader) Read(ctx context.Context, last source.State) (source.Result, error) {
	before := decodeState(last, r.settings())
	fsys := os.DirFS(r.folder)
	files, err := list(fsys)
	if errors.Is(err, fs.ErrNotExist) {
		return source.Result{}, fmt.Errorf("folder %s is not there: make it, and put your pieces into it", r.shown)
	}
	if err != nil {
		return source.Result{}, fmt.Errorf("read folder %s: %w", r.shown, err)
	}
	if len(files) == 0 && len(before.Files) > 0 {
		return source.Result{}, fmt.Errorf("folder %s is empty and was not before: nothing is taken back; "+
			"to take back the last piece, keep its file and mark it draft: true", r.shown)
	}
	if before.holds(files) {
		return source.Result{Unchanged: true, State: last}, nil
	}
	return r.readAll(ctx, reading{fsys: fsys, before: before, after: newState(r.settings())}, files)
}

// reading is the work on one Read.
type reading struct {
	fsys   fs.FS
	before state
	after  state
	pages  []*page
}

func (r *Reader) readAll(ctx context.Context, in reading, files []file) (source.Result, error) {
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return source.Result{}, err
		}
		p := r.readPage(in.fsys, f, in.before.stable(f, r.env.Now()))
		in.after.note(f, p)
		in.pages = append(in.pages, p)
	}
	st, err := in.after.encode()
	if err != nil {
		return source.Result{}, err
	}
	if in.after.sameText(in.before) {
		return source.Result{Unchanged: true, State: st}, nil
	}
	warnRepeats(in.pages)
	res := source.Result{State: st, Complete: true}
	for _, p := range in.pages {
		r.report(ctx, &res, p, in.before.Files[p.file.path].Sum)
	}
	return res, nil
}

// report adds a page to the result. Oddities are logged when the text is not the
// one that had them at the last Read.
func (r *Reader) report(ctx context.Context, res *source.Result, p *page, known string) {
	for _, n := range p.wrong {
		res.Problems = append(res.Problems, source.Problem{GUID: p.guid, Where: r.where(p, n), Err: n})
	}
	if len(p.wrong) > 0 || p.draft {
		return
	}
	res.Items = append(res.Items, p.raw)
	for _, n := range p.odd {
		if p.sum != known {
			r.env.Log.WarnContext(ctx, "markdown file looked odd",
				"source", r.env.Name, "item", p.guid, "where", r.where(p, n), "err", n)
		}
	}
}

// where is "picks/2026-11-20.md:7", or the file alone when the whole of it is meant.
func (r *Reader) where(p *page, n note) string {
	name := path.Join(r.shown, p.file.path)
	if n.line == 0 {
		return name
	}
	return fmt.Sprintf("%s:%d", name, n.line)
}

// settings is what besides the files decides how they read.
func (r *Reader) settings() string {
	return fmt.Sprintf("1 %s %v %s", r.kind, r.base, r.env.Zone)
}
