package feed

import (
	"context"
	"time"
)

// draft is a document that all formats of a feed for one audience are made from.
type draft struct {
	turn    chan struct{} // held by whoever builds it
	built   Built
	version int64 // of the items, read before building
	made    bool
}

// good reports whether the draft is still what a build would make.
func (d *draft) good(version int64, now time.Time) bool {
	return d.made && d.version >= version && (d.built.Until.IsZero() || now.Before(d.built.Until))
}

// document is what the shelf is for, as of a version of the items. The feed itself
// is built once for all formats; pages, which are asked for by few, are not kept.
// The caller may change the document's head.
func (s *shelf) document(ctx context.Context, version int64, now time.Time) (Built, error) {
	if s.page != "" {
		built, err := s.spec.BuildPage(ctx, s.opts.Store, s.readers, now, s.page)
		s.report(ctx, built)
		return built, err
	}
	d := s.draft()
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return Built{}, ctx.Err()
	}
	if !d.good(version, now) {
		built, err := s.spec.Build(ctx, s.opts.Store, s.readers, now)
		if err != nil {
			return Built{}, err
		}
		s.report(ctx, built)
		d.built, d.version, d.made = built, version, true
	}
	built, head := d.built, *d.built.Document
	built.Document = &head
	return built, nil
}

// draft is the one that the shelf shares with those of the other formats.
func (s *shelf) draft() *draft {
	k := s.key
	k.format = ""
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.drafts[k] == nil {
		s.drafts[k] = &draft{turn: make(chan struct{}, 1)}
	}
	return s.drafts[k]
}

// report tells the operator what had to be left out.
func (s *shelf) report(ctx context.Context, built Built) {
	for _, o := range built.Omitted {
		s.opts.Log.WarnContext(ctx, "item left out of feed", "item", o.Item, "feed", s.feed, "reason", o.Reason)
	}
}
