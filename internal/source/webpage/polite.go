package webpage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"sync"
	"time"

	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/robots"
	"marquee/internal/source"
)

// A robots.txt is believed for a day (RFC 9309 §2.4), and so many are kept.
const (
	robotsAge = 24 * time.Hour
	maxSites  = 20
)

// accept are the media types of pages and of sitemaps.
const accept = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.1"

func request(address string) fetch.Request { return fetch.Request{URL: address, Accept: accept} }

// polite is a source.Getter that asks a site only for what its robots.txt allows,
// and no faster than that asks for. It is safe for concurrent use.
type polite struct {
	client source.Getter
	now    func() time.Time

	mu    sync.Mutex
	sites map[string]site // by origin, for which a robots.txt holds (RFC 9309 §2.3)
}

// site is what is known of one origin.
type site struct {
	Rules robots.Rules `json:"rules"`
	Read  time.Time    `json:"read"`
	free  time.Time    // when the next request may start
}

func (s site) fresh(now time.Time) bool {
	age := now.Sub(s.Read)
	return age >= 0 && age < robotsAge
}

func newPolite(client source.Getter, now func() time.Time) *polite {
	return &polite{client: client, now: now, sites: map[string]site{}}
}

// recall takes in what was known before a restart.
func (p *polite) recall(sites map[string]site) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for origin, s := range sites {
		if s.Read.After(p.sites[origin].Read) {
			s.free = p.sites[origin].free
			p.sites[origin] = s
		}
	}
}

// memory is what recall takes in.
func (p *polite) memory() map[string]site {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	maps.DeleteFunc(p.sites, func(_ string, s site) bool { return !s.fresh(now) })
	return maps.Clone(p.sites)
}

// Get implements source.Getter. An address that robots.txt forbids is a
// domain.ErrPermanent; while a robots.txt cannot be had, all of its site is
// forbidden (RFC 9309 §2.3.1.4), and the error is why.
func (p *polite) Get(ctx context.Context, req fetch.Request) (*fetch.Response, error) {
	asked, err := url.Parse(req.URL)
	if err != nil {
		return nil, fmt.Errorf("%w address: %w", domain.ErrInvalid, err)
	}
	if err := p.permit(ctx, asked); err != nil {
		return nil, err
	}
	if err := p.turn(ctx, origin(asked)); err != nil {
		return nil, err
	}
	res, err := p.client.Get(ctx, req)
	if err != nil || res.URL == req.URL {
		return res, err
	}
	led, err := url.Parse(res.URL)
	if err != nil {
		return nil, fmt.Errorf("%w address: %w", domain.ErrInvalid, err)
	}
	if err := p.permit(ctx, led); err != nil {
		return nil, err
	}
	return res, nil
}

// permit asks the robots.txt of an address's site about it.
func (p *polite) permit(ctx context.Context, u *url.URL) error {
	at := origin(u)
	p.mu.Lock()
	s, known := p.sites[at]
	p.mu.Unlock()
	if !known || !s.fresh(p.now()) {
		rules, err := p.rules(ctx, at+"/robots.txt")
		if err != nil {
			return err
		}
		s = p.keep(at, rules)
	}
	if !s.Rules.Allows(u) {
		return fmt.Errorf("%w: %s/robots.txt forbids %s", domain.ErrPermanent, at, u.Redacted())
	}
	return nil
}

func (p *polite) keep(at string, rules robots.Rules) site {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.sites) >= maxSites {
		clear(p.sites)
	}
	s := site{Rules: rules, Read: p.now().UTC(), free: p.sites[at].free}
	p.sites[at] = s
	return s
}

// rules reads a robots.txt. One that is not there allows all (RFC 9309 §2.3.1.3),
// but a server that asks not to be asked is taken at its word.
func (p *polite) rules(ctx context.Context, address string) (robots.Rules, error) {
	res, err := p.client.Get(ctx, fetch.Request{URL: address, Accept: "text/plain, */*;q=0.1"})
	if err == nil {
		return robots.Parse(res.Body, fetch.Product), nil
	}
	if fe, ok := errors.AsType[*fetch.Error](err); ok && fe.Status >= 400 && fe.Status < 500 && fe.Status != http.StatusTooManyRequests {
		return robots.Rules{}, nil
	}
	return robots.Rules{}, fmt.Errorf("robots.txt, without which nothing may be read: %w", err)
}

// turn waits until a site may be asked again. It does not begin to wait for what
// ctx leaves no time for.
func (p *polite) turn(ctx context.Context, at string) error {
	p.mu.Lock()
	s, now := p.sites[at], p.now()
	start := now
	if s.free.After(now) {
		start = s.free
	}
	if deadline, ok := ctx.Deadline(); ok && start.After(deadline) {
		p.mu.Unlock()
		return fmt.Errorf("robots.txt asks for %s between two requests: no time is left for this one", s.Rules.Delay)
	}
	s.free = start.Add(s.Rules.Delay)
	p.sites[at] = s
	p.mu.Unlock()
	timer := time.NewTimer(start.Sub(now))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// origin is scheme, host and port.
func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }
