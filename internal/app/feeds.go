package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"marquee/internal/domain"
	"marquee/internal/feed"
)

// FeedReport is what one feed holds, as everybody and as the highest tier read it.
type FeedReport struct {
	Name    string         `json:"name"`
	Title   string         `json:"title"`
	Entries int            `json:"entries"`
	Updated time.Time      `json:"updated"`
	Older   string         `json:"older,omitempty"` // the newest page of its archive
	Bytes   map[string]int `json:"bytes"`           // by format
	Omitted []OmittedItem  `json:"omitted"`
}

// OmittedItem is an item that a feed had to leave out.
type OmittedItem struct {
	Item   domain.ItemID `json:"item"`
	Reason string        `json:"reason"`
}

// FeedReports builds every feed, keeps nothing, and tells what came of it.
func (a *App) FeedReports(ctx context.Context) ([]FeedReport, error) {
	reports := []FeedReport{}
	for _, spec := range a.publisher.Feeds() {
		r, err := a.feedReport(ctx, &spec)
		if err != nil {
			return nil, err
		}
		reports = append(reports, r)
	}
	return reports, nil
}

func (a *App) feedReport(ctx context.Context, spec *feed.Spec) (FeedReport, error) {
	public, err := spec.Build(ctx, a.store, domain.Readers{}, a.env.Now())
	if err != nil {
		return FeedReport{}, err
	}
	patrons, err := spec.Build(ctx, a.store, domain.Readers{Audience: a.HighestAudience()}, a.env.Now())
	if err != nil {
		return FeedReport{}, err
	}
	doc := public.Document
	r := FeedReport{
		Name: spec.Name, Title: doc.Title, Entries: len(doc.Entries), Updated: doc.Updated, Older: doc.Older,
		Bytes: map[string]int{}, Omitted: []OmittedItem{},
	}
	for _, o := range append(public.Omitted, patrons.Omitted...) {
		if omitted := OmittedItem(o); !slices.Contains(r.Omitted, omitted) {
			r.Omitted = append(r.Omitted, omitted)
		}
	}
	for _, f := range a.publisher.Formats() {
		body, err := f.Encode(doc)
		if err != nil {
			return FeedReport{}, fmt.Errorf("encode feed %s as %s: %w", spec.Name, f.Name(), err)
		}
		r.Bytes[f.Name()] = len(body)
	}
	return r, nil
}
