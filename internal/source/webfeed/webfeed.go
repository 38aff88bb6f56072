package webfeed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/soup"
	"marquee/internal/source"
)

// accept are the media types of feeds, best first.
const accept = "application/feed+json, application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, " +
	"application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"

// parseTime bounds the work on one feed. The caps of the front end keep every
// known feed far below it.
const parseTime = 5 * time.Second

// Options are the kind's keys in the configuration.
type Options struct {
	URL     string `yaml:"url"`     // of the feed: absolute, http or https
	Details bool   `yaml:"details"` // read the page of each new piece for facts about its film
	Content bool   `yaml:"content"` // with details: take the text from the page when the feed has none
}

// Kind is the source kind "webfeed".
func Kind() source.Kind { return source.Kind{Name: "webfeed", New: New} }

// New checks the options and returns a reader of the feed. With details it is a
// source.Detailer too.
func New(env source.Env, options config.Options) (source.Reader, error) {
	var o Options
	if err := options.Decode(&o); err != nil {
		return nil, err
	}
	address, err := url.Parse(o.URL)
	if err != nil || !soup.IsWeb(address) {
		return nil, options.Errorf("url", "must be the feed's absolute address, https://…")
	}
	if o.Content && !o.Details {
		return nil, options.Errorf("content", "needs details: true, since the text is taken from the piece's page")
	}
	r := &reader{url: o.URL, client: env.Client, zone: env.Zone, now: env.Now, patience: parseTime}
	if r.zone == nil {
		r.zone = time.UTC
	}
	if r.now == nil { // without a clock, nothing is ever due
		r.now = func() time.Time { return time.Time{} }
	}
	if o.Details {
		return &detailer{reader: r, content: o.Content}, nil
	}
	return r, nil
}

type reader struct {
	url      string
	client   source.Getter
	zone     *time.Location // of dates that name none
	now      func() time.Time
	patience time.Duration
}

// Read implements source.Reader: one conditional request. What the feed does
// not hold any longer says nothing, so a Result is never complete.
func (r *reader) Read(ctx context.Context, last source.State) (source.Result, error) {
	known, now := loadState(last, r.url), r.now()
	next, res, err := r.get(ctx, known, now)
	if err != nil {
		return source.Result{}, fmt.Errorf("read feed: %w", hopeless(err))
	}
	if res.NotModified || next.Hash == known.Hash {
		return source.Result{Unchanged: true, State: next.save(), NotBefore: next.Pace.notBefore(now, res.Header)}, nil
	}
	p, err := r.parse(ctx, res)
	if err != nil {
		return source.Result{}, fmt.Errorf("read feed: %w", err)
	}
	next.Pace = p.pace
	result := source.Result{Items: p.items, Problems: p.problems, Hub: p.hub, NotBefore: p.pace.notBefore(now, res.Header)}
	if p.cut {
		next = known // the validators of half a feed would hide its other half
	}
	result.State = next.save()
	return result, nil
}

// get asks for the feed. Where it was learned to have moved to is forgotten as
// soon as it fails, and the configured address is asked.
func (r *reader) get(ctx context.Context, known state, now time.Time) (state, *fetch.Response, error) {
	req := known.request(now)
	res, err := r.client.Get(ctx, req)
	if err != nil && req.URL != r.url && ctx.Err() == nil {
		known.Moved = move{}
		req = known.request(now)
		res, err = r.client.Get(ctx, req)
	}
	switch {
	case err != nil:
		return state{}, nil, err
	case res.NotModified && req.ETag == "" && req.LastModified == "":
		return state{}, nil, errors.New("answered 304 to a request without validators")
	}
	return known.answered(req, res, now), res, nil
}

// hopeless marks the answers after which the same question makes no sense.
func hopeless(err error) error {
	if fe, ok := errors.AsType[*fetch.Error](err); ok && fe.Status == http.StatusGone {
		return fmt.Errorf("%w: the feed was taken down, and rests for 30 days unless you gather it by hand: %w", domain.ErrPermanent, err)
	}
	return err
}
