package webfeed

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"marquee/internal/charset"
	"marquee/internal/domain"
	"marquee/internal/feedxml"
	"marquee/internal/fetch"
	"marquee/internal/soup"
	"marquee/internal/source"
)

// parsed is what one answer holds.
type parsed struct {
	items    []source.Raw
	problems []source.Problem
	cut      bool // the answer ends before its end
	pace     pace // how often the feed wants to be read
	hub      *source.Hub
}

// channel is what a feed says about all of its items.
type channel struct {
	title    string
	author   string
	language string
	base     *url.URL // of relative addresses
	comments bool     // by its title, a feed of readers' comments
	pace     pace
	links    []feedxml.Link
}

// parse reads a feed of any format. The context's end, or patience's, is an
// error; so nothing is ever half read.
func (r *reader) parse(ctx context.Context, res *fetch.Response) (parsed, error) {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	address, err := url.Parse(res.URL)
	if err != nil || !soup.IsWeb(address) {
		if address, err = url.Parse(r.url); err != nil {
			return parsed{}, err
		}
	}
	text := soup.Legal(charset.Decode(res.Body, res.ContentType))
	if at, err := address.Parse(res.Header.Get("Content-Location")); err == nil && soup.IsWeb(at) {
		address = at // RFC 3986 §5.1.2
	}
	collect := &collector{zone: r.zone, seen: map[string]bool{}}
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		err = collect.jsonFeed(ctx, text, address)
	} else {
		err = collect.xmlFeed(ctx, text, address)
	}
	if err == nil {
		err = collect.check()
	}
	if err != nil {
		return parsed{}, err
	}
	collect.hub = hubOf(res.Header, collect.feed.links, address)
	return collect.parsed, nil
}

func (c *collector) xmlFeed(ctx context.Context, text string, address *url.URL) error {
	o, err := feedxml.Open(ctx, text, address)
	if err != nil {
		return err
	}
	c.feed = channelOf(o, address)
	c.pace = c.feed.pace
	var b batch
	for i, s := range o.Items {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("item %d of %d: %w", i+1, len(o.Items), err)
		}
		if s.Base == o.Base {
			s.Base = c.feed.base
		}
		if !b.takes(s) {
			c.takeAll(b.read())
		}
		b.add(s)
	}
	c.takeAll(b.read())
	c.leftOut(o.More, o.Cut)
	return nil
}

func firstOf(values ...string) string {
	for _, v := range values {
		if strings.TrimSpace(v) != "" {
			return v
		}
	}
	return ""
}

// guarded turns a parser's panic into an error: one item must not end the
// process, whatever a stranger wrote into it.
func guarded(parse func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: the parser gave up: %v", domain.ErrInvalid, p)
		}
	}()
	return parse()
}

// check refuses a feed that is certainly not what the owner meant. Empty is
// suspicious even when it is valid: WordPress answers 200 with an empty channel
// for a category that does not exist.
func (c *collector) check() error {
	title := soup.Quoted(c.feed.title)
	switch {
	case c.feed.comments || c.onlyComments():
		return fmt.Errorf("%w: %w feed%s: it holds readers' comments; use the address of the site's own feed",
			domain.ErrPermanent, domain.ErrInvalid, title)
	case len(c.items) > 0:
		return nil
	case c.cut:
		return fmt.Errorf("%w feed%s: it is cut off before its first whole item", domain.ErrInvalid, title)
	case len(c.problems) > 0:
		return fmt.Errorf("%w feed%s: none of its %d items can be used: %w",
			domain.ErrInvalid, title, len(c.problems), c.problems[0].Err)
	case saysNotFound(c.feed.title):
		return fmt.Errorf("%w feed%s: the site says that there is nothing at this address", domain.ErrInvalid, title)
	}
	return fmt.Errorf("%w feed%s: it has no items; is the name in its address right?", domain.ErrInvalid, title)
}

func (c *collector) onlyComments() bool {
	for i := range c.items {
		if !strings.Contains(c.items[i].URL, "#comment-") {
			return false
		}
	}
	return len(c.items) > 0
}

func saysComments(title string) bool {
	return strings.HasPrefix(title, "Comments for ") || strings.HasPrefix(title, "Comments on")
}

func saysNotFound(title string) bool {
	lower := strings.ToLower(title)
	for _, begin := range []string{"page not found", "not found", "nothing found", "404"} {
		if strings.HasPrefix(lower, begin) {
			return true
		}
	}
	return false
}
