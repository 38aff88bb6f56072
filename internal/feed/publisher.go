package feed

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"marquee/internal/domain"
	"marquee/internal/press"
)

// Options is what a Publisher is made of.
type Options struct {
	Store   Store
	Feeds   []Spec
	Formats []Format
	Now     func() time.Time
	Log     *slog.Logger
	// Trust is how long what the store said of its version is believed, so that
	// a crowd of readers asks it once. Zero asks for every one of them.
	Trust time.Duration
}

// Publisher keeps the bytes of feeds that were asked for, one set for each
// feed, audience and format, and makes them anew when items have changed or a
// release ladder has moved. Its methods may be called at the same time.
type Publisher struct {
	opts    Options
	press   *press.Press
	version version

	mu      sync.Mutex
	shelves map[key]*shelf
	drafts  map[key]*draft // without formats
}

// key names a shelf. Readers are canonical, so that there are no more shelves than
// feeds, formats, tiers and languages of dates allow.
type key struct {
	feed, page, format string // without a page it is the feed itself
	readers            domain.Readers
}

// NewPublisher checks that no two feeds and no two formats have the same name:
// domain.ErrInvalid.
func NewPublisher(o Options) (*Publisher, error) {
	seen := map[string]bool{}
	for _, f := range o.Feeds {
		if seen[f.Name] {
			return nil, fmt.Errorf("%w feeds: two are called %s", domain.ErrInvalid, f.Name)
		}
		seen[f.Name] = true
	}
	clear(seen)
	for _, f := range o.Formats {
		if seen[f.Name()] {
			return nil, fmt.Errorf("%w formats: two are called %s", domain.ErrInvalid, f.Name())
		}
		seen[f.Name()] = true
	}
	printer, err := press.New()
	if err != nil {
		return nil, err
	}
	return &Publisher{
		opts: o, press: printer, shelves: map[key]*shelf{}, drafts: map[key]*draft{},
		version: version{ask: o.Store.ItemsVersion, now: o.Now, trust: o.Trust},
	}, nil
}

// Feeds are the feeds there are, in their order.
func (p *Publisher) Feeds() []Spec { return slices.Clone(p.opts.Feeds) }

// Formats are the formats there are, in their order.
func (p *Publisher) Formats() []Format { return slices.Clone(p.opts.Formats) }

// Serve is the feed of a name in the format of an extension, as readers may
// see it now: domain.ErrNotFound when there is no such feed or format. When it
// cannot be made anew, the last good one is served and the error is logged; the
// error is returned when there never was one.
func (p *Publisher) Serve(ctx context.Context, name, ext string, to domain.Readers) (*press.Published, error) {
	s, err := p.shelf(name, "", ext, to)
	if err != nil {
		return nil, err
	}
	return s.serve(ctx)
}

// Outline is what everybody's feed of a name holds at the moment: its document,
// without the entries' texts, not to be changed. domain.ErrNotFound when there is
// no such feed.
func (p *Publisher) Outline(ctx context.Context, name string) (*Document, error) {
	if len(p.opts.Formats) == 0 {
		return nil, fmt.Errorf("feed %q: %w in any format", name, domain.ErrNotFound)
	}
	s, err := p.shelf(name, "", p.opts.Formats[0].Name(), domain.Readers{})
	if err != nil {
		return nil, err
	}
	if _, err := s.fresh(ctx); err != nil && s.stock.Load() == nil {
		return nil, err
	}
	return s.stock.Load().outline, nil
}

// shelf finds the place of a feed, or of a page of its archive, in a format and
// for some readers.
func (p *Publisher) shelf(name, page, ext string, to domain.Readers) (*shelf, error) {
	f := slices.IndexFunc(p.opts.Feeds, func(s Spec) bool { return s.Name == name })
	e := slices.IndexFunc(p.opts.Formats, func(f Format) bool { return f.Name() == ext })
	if f < 0 || e < 0 {
		return nil, fmt.Errorf("feed %q as %q: %w", name, ext, domain.ErrNotFound)
	}
	spec := &p.opts.Feeds[f]
	k := key{feed: name, page: page, format: ext, readers: spec.canonical(to)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shelves[k] == nil {
		if page != "" {
			p.makeRoom()
		}
		p.shelves[k] = &shelf{Publisher: p, key: k, spec: spec, format: p.opts.Formats[e], turn: make(chan struct{}, 1)}
	}
	return p.shelves[k], nil
}
