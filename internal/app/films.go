package app

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/films"
	"marquee/internal/store"
	"marquee/internal/tmdb"
)

// buildFilms makes the library of films where the configuration names a film
// database.
func (a *App) buildFilms() {
	if !a.cfg.TMDB.Token.IsZero() {
		client := tmdb.New(tmdb.Config{
			Token: a.cfg.TMDB.Token.Reveal(), Language: a.cfg.Publication.Language,
			Transport: cmp.Or(a.env.TMDB, a.client.Transport()), Agent: a.client.Agent(), Now: a.env.Now, Log: a.env.Log,
		})
		a.films = films.New(films.Config{
			Database: client, Store: a.store, Regions: a.cfg.TMDB.Regions, Zone: a.cfg.Publication.Zone, Now: a.env.Now, Log: a.env.Log,
		})
	}
	a.shown = shown{a.store, a.films, films.Reviews{Store: a.store, Known: func(it *domain.Item) bool {
		return a.policy.Decide(domain.Audience{}, it, a.env.Now()).Level >= entitle.Teaser
	}}}
}

// forgetFilms lets go of what a film database has told that is asked no more.
func (a *App) forgetFilms(ctx context.Context) error {
	if a.films != nil {
		return nil
	}
	all := a.env.Now().Add(time.Microsecond)
	return a.store.ExpireFilms(ctx, all, all)
}

// shown is the store as feeds and editions see it: with what is known of items'
// films besides.
type shown struct {
	store.Store
	films   *films.Library // nil adds nothing
	reviews films.Reviews
}

// Items implements feed.Store.
func (s shown) Items(ctx context.Context, q domain.ItemQuery) ([]domain.Item, error) {
	items, err := s.Store.Items(ctx, q)
	if err != nil {
		return nil, err
	}
	return items, s.supply(ctx, pointers(items, func(it *domain.Item) *domain.Item { return it }))
}

// Candidates implements digest.Store.
func (s shown) Candidates(ctx context.Context, q digest.CandidateQuery) ([]digest.Candidate, error) {
	all, err := s.Store.Candidates(ctx, q)
	if err != nil {
		return nil, err
	}
	return all, s.supply(ctx, pointers(all, func(c *digest.Candidate) *domain.Item { return &c.Item }))
}

// supply asks the film database first: it may tell the year by which a review is
// known for the pick's.
func (s shown) supply(ctx context.Context, items []*domain.Item) error {
	if s.films != nil {
		if err := s.films.Supply(ctx, items); err != nil {
			return err
		}
	}
	return s.reviews.Supply(ctx, items)
}

// Item implements digest.Store.
func (s shown) Item(ctx context.Context, id domain.ItemID) (domain.Item, error) {
	it, err := s.Store.Item(ctx, id)
	if err != nil || s.films == nil {
		return it, err
	}
	return it, s.films.Supply(ctx, []*domain.Item{&it})
}

// pointers are the items in a slice.
func pointers[T any](all []T, item func(*T) *domain.Item) []*domain.Item {
	items := make([]*domain.Item, len(all))
	for i := range all {
		items[i] = item(&all[i])
	}
	return items
}

// RefreshFilms asks the film database now; domain.ErrConflict when there is none.
func (a *App) RefreshFilms(ctx context.Context) (films.Report, error) {
	if a.films == nil {
		return films.Report{}, fmt.Errorf("%w: the configuration has no tmdb.token, without which nobody is asked", domain.ErrConflict)
	}
	return a.films.Refresh(ctx, 0)
}
