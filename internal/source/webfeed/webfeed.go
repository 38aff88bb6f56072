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
	"marquee/internal/source"
)

// accept are the media types of feeds, best first.
const accept = "application/feed+json, application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, " +
	"application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"

// parseTime bounds the work on one feed. The caps of the front end keep every
// known feed far below it.
const parseTime = 20 * time.Second

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
	if err != nil || !isWeb(address) {
		return nil, options.Errorf("url", "must be the feed's absolute address, https://…")
	}
	if o.Content && !o.Details {
		return nil, options.Errorf("content", "needs details: true, since the text is taken from the piece's page")
	}
	r := &reader{url: o.URL, client: env.Client, zone: env.Zone, patience: parseTime}
	if r.zone == nil {
		r.zone = time.UTC
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
	patience time.Duration
}

// Read implements source.Reader: one conditional request. What the feed does
// not hold any longer says nothing, so a Result is never complete.
func (r *reader) Read(ctx context.Context, last source.State) (source.Result, error) {
	known := loadState(last, r.url)
	res, err := r.client.Get(ctx, fetch.Request{
		URL: r.url, Accept: accept, ETag: known.ETag, LastModified: known.LastModified,
	})
	if err != nil {
		return source.Result{}, fmt.Errorf("read feed: %w", hopeless(err))
	}
	if res.NotModified {
		return notModified(known, res)
	}
	now := stateOf(r.url, res)
	if known.Hash == now.Hash {
		return source.Result{Unchanged: true, State: now.save()}, nil
	}
	p, err := r.parse(ctx, res)
	if err != nil {
		return source.Result{}, fmt.Errorf("read feed: %w", err)
	}
	if p.cut {
		now = known // the validators of half a feed would hide its other half
	}
	return source.Result{Items: p.items, Problems: p.problems, State: now.save()}, nil
}

func notModified(known state, res *fetch.Response) (source.Result, error) {
	if known.ETag == "" && known.LastModified == "" {
		return source.Result{}, errors.New("read feed: answered 304 to a request without validators")
	}
	if res.ETag != "" { // RFC 9110 §15.4.5: a 304 may carry a newer tag
		known.ETag = res.ETag
	}
	return source.Result{Unchanged: true, State: known.save()}, nil
}

// hopeless marks the answers after which the same question makes no sense.
func hopeless(err error) error {
	if fe, ok := errors.AsType[*fetch.Error](err); ok && fe.Status == http.StatusGone {
		return fmt.Errorf("%w: the feed was taken down: %w", domain.ErrPermanent, err)
	}
	return err
}
