package app

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/feed"
	"marquee/internal/feed/jsonfeed"
	"marquee/internal/fetch"
	"marquee/internal/gather"
	"marquee/internal/likeness"
	"marquee/internal/source"
	"marquee/internal/source/webfeed"
)

// Specimen is a feed to be inspected.
type Specimen struct {
	URL         string // where it is, or would be; relative addresses start there
	ContentType string // what a server says of it; may be empty
	Body        []byte // nil fetches it from URL
}

// Inspect shows what gathering makes of a feed: a JSON Feed document in one
// line, and what could not be used. It goes the way of every gathered piece.
func Inspect(ctx context.Context, s Specimen, env Env) (document []byte, problems []string, err error) {
	client := fetch.New(fetch.Config{Version: env.Version, Now: env.Now, Log: env.Log})
	defer client.Close()
	var getter source.Getter = client
	if s.Body != nil {
		getter = s
	}
	opts, err := config.ParseOptions(fmt.Sprintf("url: %q", s.URL), "")
	if err != nil {
		return nil, nil, err
	}
	reader, err := webfeed.New(source.Env{Name: "inspected", Zone: time.UTC, Client: getter, Log: env.Log, Now: env.Now}, opts)
	if err != nil {
		return nil, nil, err
	}
	shelf := &shelf{}
	publication := domain.Publication{Title: s.URL, URL: s.URL, Server: s.URL, Language: "und", Zone: time.UTC}
	report, err := gather.New(gather.Config{
		Name: "inspected", Reader: reader, Store: shelf, Publication: publication, Now: env.Now, Log: env.Log,
		Rules: config.Rules{Kind: domain.Review, Rating: 4},
	}).Gather(ctx)
	if err != nil {
		return nil, nil, err
	}
	document, err = shelf.document(ctx, publication, env.Now())
	return document, report.Problems, err
}

// Get implements source.Getter: whatever is asked for, it is the specimen.
func (s Specimen) Get(context.Context, fetch.Request) (*fetch.Response, error) {
	return &fetch.Response{URL: s.URL, ContentType: s.ContentType, Body: s.Body}, nil
}

// shelf keeps what one inspection gathered.
type shelf struct {
	gather.Store // nil: a first read asks for nothing else
	items        []domain.Item
}

// document is what the operator sees of the shelf.
func (s *shelf) document(ctx context.Context, p domain.Publication, now time.Time) ([]byte, error) {
	spec := feed.Spec{
		Feed:        config.Feed{Name: "inspected", Title: p.Title, Limit: max(len(s.items), 1)},
		Publication: p, Policy: &entitle.Policy{}, Seed: []byte("inspected"),
		Images: func(img *domain.Image) *domain.Image { return img }, // as the source has them: an inspection keeps none
	}
	built, err := spec.Build(ctx, s, domain.Readers{Audience: domain.Audience{Standing: domain.Operator}}, now)
	if err != nil {
		return nil, err
	}
	body, err := jsonfeed.Format().Encode(built.Document)
	if err != nil {
		return nil, err
	}
	return bytes.TrimSpace(body), nil
}

// SourceState, ItemsByGUID, SourceGUIDs, SaveGathered and SaveFailure implement
// gather.Store for a source that was never read before.
func (s *shelf) SourceState(context.Context, string) (source.State, error) { return nil, nil }

// ItemsByGUID knows none.
func (s *shelf) ItemsByGUID(context.Context, string, []string) (map[string]gather.Known, error) {
	return map[string]gather.Known{}, nil
}

// ItemsByKey knows none.
func (s *shelf) ItemsByKey(context.Context, []likeness.Key, int) ([]gather.Known, error) {
	return nil, nil
}

// SourceGUIDs knows none.
func (s *shelf) SourceGUIDs(context.Context, string) ([]string, error) { return nil, nil }

// ItemsToIllustrate knows none: an inspection fetches no pictures.
func (s *shelf) ItemsToIllustrate(context.Context, string, int) ([]domain.Item, error) {
	return nil, nil
}

// SaveGathered keeps the items, newest first.
func (s *shelf) SaveGathered(_ context.Context, g gather.Gathered) error {
	s.items = slices.SortedStableFunc(slices.Values(g.Items), func(a, b domain.Item) int {
		return cmp.Or(b.Published.Compare(a.Published), cmp.Compare(a.ID, b.ID))
	})
	return nil
}

// SaveFailure has nobody to tell: Gather returns the error too.
func (s *shelf) SaveFailure(context.Context, gather.Failure) error { return nil }

// Items implements feed.Store.
func (s *shelf) Items(context.Context, domain.ItemQuery) ([]domain.Item, error) { return s.items, nil }

// ItemsVersion implements feed.Store.
func (s *shelf) ItemsVersion(context.Context) (int64, error) { return 1, nil }
