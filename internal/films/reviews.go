package films

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"marquee/internal/domain"
)

// Reviews adds to picks what the critic has written about their films: the address
// of the newest review, its rating, and its poster.
type Reviews struct {
	Store Store
	// Known tells whether everybody may know that there is such a piece.
	Known func(*domain.Item) bool
}

// Supply adds to the picks of items that name no review. What a pick says stays;
// and a review is added only when it is certainly of the same film.
func (r Reviews) Supply(ctx context.Context, items []*domain.Item) error {
	titles := unreviewed(items)
	if len(titles) == 0 {
		return nil
	}
	written, err := r.Store.Reviews(ctx, titles)
	if err != nil {
		return fmt.Errorf("supply reviews: %w", err)
	}
	written = slices.DeleteFunc(written, func(it domain.Item) bool {
		return it.Film == nil || it.URL == "" || !r.Known(&it)
	})
	for _, it := range items {
		recall(it, written)
	}
	return nil
}

// unreviewed are the titles of all picks that name no review.
func unreviewed(items []*domain.Item) []string {
	var titles []string
	for _, it := range items {
		for _, p := range it.Picks {
			if p.Review == "" {
				titles = append(titles, p.Title)
			}
		}
	}
	return titles
}

// recall joins an item's picks to reviews, the newest of which is first.
func recall(it *domain.Item, written []domain.Item) {
	it.Picks = slices.Clone(it.Picks)
	for i := range it.Picks {
		p := &it.Picks[i]
		at := slices.IndexFunc(written, func(w domain.Item) bool { return reviewed(&w).Is(ofPick(p)) })
		if p.Review != "" || at < 0 {
			continue
		}
		p.Review, p.Rating = written[at].URL, cmp.Or(p.Rating, written[at].Film.Rating)
		if p.Image == nil {
			hang(it, p, &written[at])
		}
	}
}

// reviewed is the film that a review is about.
func reviewed(it *domain.Item) Subject {
	s := ofFilm(it.Film)
	s.Title = cmp.Or(s.Title, it.Title)
	return s
}

// hang gives a pick the poster of a review, if it is ours.
func hang(it *domain.Item, p *domain.Pick, review *domain.Item) {
	poster := review.Film.Poster
	if poster == nil {
		return
	}
	at := slices.IndexFunc(review.Pictures, func(own domain.Picture) bool { return own.URL == poster.URL && own.Key != "" })
	if at >= 0 {
		p.Image, it.Pictures = poster, append(slices.Clip(it.Pictures), review.Pictures[at])
	}
}
