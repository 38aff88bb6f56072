package webpage

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"marquee/internal/source"
)

// maxSitemaps is how many sitemaps of an index are read.
const maxSitemaps = 20

// sitemap is a catalogue: a sitemap, or an index of sitemaps (sitemaps.org).
type sitemap struct {
	url string
	scope
	zone *time.Location
}

// read implements catalogue.
func (s *sitemap) read(ctx context.Context, v *visit) (found, error) {
	root, err := s.get(ctx, v, s.url, true)
	if err != nil {
		return found{}, fmt.Errorf("read sitemap: %w", err)
	}
	var f found
	f.problems = root.problems
	if root.index {
		if root.entries, err = s.children(ctx, v, root.entries, &f); err != nil {
			return found{}, fmt.Errorf("read sitemap: %w", err)
		}
	}
	newest, err := s.newest(root.entries)
	if err != nil {
		return found{}, fmt.Errorf("read sitemap %s: %w", s.url, err)
	}
	for _, e := range newest {
		f.pieces = append(f.pieces, e.piece())
	}
	return f, nil
}

// get reads one sitemap; watched ones are asked for again by the next Read.
func (s *sitemap) get(ctx context.Context, v *visit, address string, watched bool) (chart, error) {
	res, err := v.get(ctx, address)
	if err != nil {
		return chart{}, err
	}
	c, err := parseSitemap(address, res, s.zone)
	if err != nil {
		return chart{}, fmt.Errorf("%s: %w", address, err)
	}
	if watched {
		v.watch(address, res)
	}
	return c, nil
}

// children are the entries of an index's sitemaps. Where the index tells when
// each last changed, those that cannot hold any of the newest pieces are left
// unread; one of which it does not must be watched by itself.
func (s *sitemap) children(ctx context.Context, v *visit, sitemaps []entry, f *found) ([]entry, error) {
	slices.SortStableFunc(sitemaps, undatedThenNewest)
	var all []entry
	var failed error
	read := 0
	for i, m := range sitemaps {
		if s.settled(all, m.changed) {
			break
		}
		if i == maxSitemaps {
			f.problems = append(f.problems, source.Problem{
				Where: s.url, Err: fmt.Errorf("%d of its %d sitemaps were not read: name the one that lists the pieces", len(sitemaps)-i, len(sitemaps)),
			})
			break
		}
		c, err := s.get(ctx, v, m.url.String(), m.changed.IsZero())
		switch {
		case ctx.Err() != nil:
			return nil, err
		case err == nil && c.index:
			err = fmt.Errorf("%s: it is an index within an index", m.url)
		}
		if err != nil {
			if failed == nil {
				failed = err
			}
			f.partial = true
			f.problems = append(f.problems, source.Problem{Where: m.url.String(), Err: err})
			continue
		}
		read++
		f.problems = append(f.problems, c.problems...)
		all = append(all, c.entries...)
	}
	if read == 0 && failed != nil {
		return nil, failed
	}
	return all, nil
}

// settled reports whether nothing that last changed at a time can be among the
// newest pieces, since there are enough newer ones.
func (s *sitemap) settled(entries []entry, at time.Time) bool {
	newer := 0
	for _, e := range entries {
		if s.counts(e.url) && e.changed.After(at) {
			newer++
		}
	}
	return !at.IsZero() && newer >= s.limit
}

// counts leaves out the front page, which is in every sitemap and is no piece.
func (s *sitemap) counts(u *url.URL) bool { return u.Path != "/" && s.covers(u) }

// newest are the entries that count, newest first, no more than the limit.
func (s *sitemap) newest(entries []entry) ([]entry, error) {
	if len(entries) == 0 {
		return nil, errors.New("it lists no page")
	}
	total := len(entries)
	seen := map[string]bool{}
	entries = slices.DeleteFunc(entries, func(e entry) bool {
		guid := guidOf(e.url)
		twice := seen[guid]
		seen[guid] = true
		return twice || !s.counts(e.url)
	})
	if len(entries) == 0 {
		return nil, fmt.Errorf("paths leaves out all of its %d addresses", total)
	}
	undate(entries)
	slices.SortStableFunc(entries, func(a, b entry) int { return b.at().Compare(a.at()) })
	if len(entries) > s.limit && entries[0].at().IsZero() {
		return nil, fmt.Errorf("it does not tell when any of its %d pages changed, so that nobody can say which are new: use list, or name a smaller sitemap", len(entries))
	}
	return entries[:min(len(entries), s.limit)], nil
}

// undate forgets when pages changed if all did at once: that is when somebody
// made the sitemap.
func undate(entries []entry) {
	for _, e := range entries {
		if !e.changed.Equal(entries[0].changed) {
			return
		}
	}
	for i := range entries {
		if len(entries) > 2 {
			entries[i].changed = time.Time{}
		}
	}
}

// undatedThenNewest is the order in which an index's sitemaps are read.
func undatedThenNewest(a, b entry) int {
	switch {
	case a.changed.IsZero() == b.changed.IsZero():
		return b.changed.Compare(a.changed)
	case a.changed.IsZero():
		return -1
	}
	return 1
}
