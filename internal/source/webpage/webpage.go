package webpage

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/config"
	"marquee/internal/fetch"
	"marquee/internal/source"
)

// Kind is the source kind "webpage".
func Kind() source.Kind { return source.Kind{Name: "webpage", New: New} }

// New checks the options and returns a reader of the list or the sitemap. With
// details, which is the default, it is a source.Detailer too.
func New(env source.Env, options config.Options) (source.Reader, error) {
	o := Options{Limit: defaultLimit, Details: true}
	errs := new(config.Errors)
	errs.Add(options.Decode(&o))
	errs.Add(o.check(options))
	if err := errs.Err(); err != nil {
		return nil, err
	}
	zone := env.Zone
	if zone == nil {
		zone = time.UTC
	}
	r := &reader{key: o.key(), web: newPolite(env.Client, env.Now)}
	scope := scope{paths: o.Paths, limit: o.Limit}
	if o.List != nil {
		r.catalogue = &list{List: *o.List, scope: scope, zone: zone}
	} else {
		r.catalogue = &sitemap{url: o.Sitemap, scope: scope, zone: zone}
	}
	if o.Details {
		return &detailer{reader: r, article: o.Article, zone: zone, guessed: o.List == nil}, nil
	}
	return r, nil
}

// catalogue is what says which pieces there are.
type catalogue interface {
	// read gets the documents it needs from the visit.
	read(ctx context.Context, v *visit) (found, error)
}

// found is what a catalogue holds.
type found struct {
	pieces   []piece
	problems []source.Problem
	partial  bool // a part of the catalogue could not be read
}

// piece is one piece as the catalogue shows it.
type piece struct {
	source.Raw
	guessed bool // title and date are made of the address and of when the page last changed
}

type reader struct {
	key       string // of the options
	web       *polite
	catalogue catalogue
}

// Read implements source.Reader. A list shows the newest pieces and a sitemap's
// reader takes no more of them, so that a Result is never complete.
func (r *reader) Read(ctx context.Context, last source.State) (source.Result, error) {
	known := loadState(last, r.key)
	r.web.recall(known.Sites)
	v := &visit{web: r.web, known: known}
	changed, err := v.changed(ctx)
	if err != nil {
		return source.Result{}, err
	}
	if !changed {
		return source.Result{Unchanged: true, News: true, State: r.save(v, known.Pieces)}, nil
	}
	f, err := r.catalogue.read(ctx, v)
	if err != nil {
		return source.Result{}, err
	}
	if f.partial {
		v.watched = nil // the validators of a part would hide the rest
	}
	items, pieces := news(known.Pieces, f.pieces)
	return source.Result{
		Unchanged: len(items) == 0 && len(f.problems) == 0, News: true,
		Items: items, Problems: f.problems, State: r.save(v, pieces),
	}, nil
}

// Get implements source.Getter for the pages of pieces, as robots.txt lets us.
func (r *reader) Get(ctx context.Context, req fetch.Request) (*fetch.Response, error) {
	return r.web.Get(ctx, req)
}

func (r *reader) save(v *visit, pieces map[string]string) source.State {
	return state{Key: r.key, Watched: v.watched, Pieces: pieces, Sites: r.web.memory()}.save()
}

// page gets a page and parses it.
func (r *reader) page(ctx context.Context, address string) (*page, error) {
	res, err := r.web.Get(ctx, request(address))
	if err != nil {
		return nil, err
	}
	p, err := parsePage(address, res)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", res.URL, err)
	}
	return p, nil
}
