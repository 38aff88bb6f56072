package feed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"marquee/internal/domain"
	"marquee/internal/press"
)

// shelf holds one feed, or one page of its archive, for one audience in one format.
type shelf struct {
	*Publisher
	key

	spec   *Spec
	format Format

	turn  chan struct{} // held by whoever builds
	stock atomic.Pointer[stock]
}

// stock is what lies on a shelf and how long it is good.
type stock struct {
	*press.Published
	outline *Document // without the entries' texts
	version int64     // of the items, read before building
	until   time.Time
	grows   bool
	older   string
}

// good reports whether a document is still what a build would make. A nil
// stock is not.
func (s *stock) good(version int64, now time.Time) bool {
	return s != nil && s.version >= version && (s.until.IsZero() || now.Before(s.until))
}

// serve is what lies on the shelf as it should be, or else as it last could be
// made.
func (s *shelf) serve(ctx context.Context) (*press.Published, error) {
	pub, err := s.fresh(ctx)
	if err != nil && pub != nil && !errors.Is(err, domain.ErrNotFound) {
		s.opts.Log.WarnContext(ctx, "stale feed served", "feed", s.feed, "format", s.format.Name(), "audience", s.readers.Key(), "err", err)
		return pub, nil
	}
	return pub, err
}

// fresh is what a build would make now. With an error it is the last that was
// made, or nil. Whoever comes while another builds waits for that build.
func (s *shelf) fresh(ctx context.Context) (*press.Published, error) {
	version, err := s.version.of(ctx)
	if err != nil {
		return s.last(), fmt.Errorf("serve feed %s: read the items' version: %w", s.spec.Name, err)
	}
	if have := s.stock.Load(); have.good(version, s.opts.Now()) {
		return have.Published, nil
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return s.last(), fmt.Errorf("serve feed %s: wait for its build: %w", s.spec.Name, ctx.Err())
	}
	if have := s.stock.Load(); have.good(version, s.opts.Now()) {
		return have.Published, nil
	}
	if err := s.build(ctx, version); err != nil {
		return s.last(), err
	}
	return s.last(), nil
}

// private reports whether each reader has an address of their own.
func (s *shelf) private() bool { return s.readers.Standing != domain.Public }

func (s *shelf) last() *press.Published {
	if have := s.stock.Load(); have != nil {
		return have.Published
	}
	return nil
}

// build makes the document of the items of a version, or of later ones.
func (s *shelf) build(ctx context.Context, version int64) error {
	now := s.opts.Now()
	built, err := s.document(ctx, version, now)
	if err != nil {
		return err
	}
	if s.private() {
		built.Document.Self = s.spec.Publication.Server + domain.PrivatePath + s.spec.slot() + "/" + s.spec.Name
	}
	body, err := s.format.Encode(built.Document)
	if err != nil {
		return fmt.Errorf("encode feed %s as %s: %w", s.spec.Name, s.format.Name(), err)
	}
	pub, err := s.reprint(body, built.Document.Updated, now)
	if err != nil {
		return fmt.Errorf("publish feed %s as %s: %w", s.spec.Name, s.format.Name(), err)
	}
	s.stock.Store(&stock{Published: pub, outline: built.Document.outline(), version: version, until: built.Until, grows: built.Grows, older: built.Document.Older})
	return nil
}

// reprint keeps what has not changed. Items tell when they came and changed but
// not when they went, so a change that they do not explain happened now.
func (s *shelf) reprint(body []byte, updated, now time.Time) (*press.Published, error) {
	modified := updated.UTC().Truncate(time.Second)
	if last := s.last(); last != nil {
		if bytes.Equal(last.Body, body) {
			return last, nil
		}
		if !modified.After(last.LastModified) {
			modified = now.UTC().Truncate(time.Second)
		}
	}
	slot := ""
	if s.private() {
		slot = s.spec.slot()
	}
	return s.press.Print(body, s.format.ContentType(), modified, slot)
}
