package app

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"marquee/internal/digest"
	"marquee/internal/domain"
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
	a.shown = shown{a.store, a.films}
}

// forgetFilms lets go of what a film database has told that is asked no more.
func (a *App) forgetFilms(ctx context.Context) error {
	if a.films != nil {
		return nil
	}
	all := a.env.Now().Add(time.Microsecond)
	return a.store.ExpireFilms(ctx, all, all)
}

// shown is the store as feeds and editions see it: with what the film database
// adds to items.
type shown struct {
	store.Store
	films *films.Library // nil adds nothing
}

// Items implements feed.Store.
func (s shown) Items(ctx context.Context, q domain.ItemQuery) ([]domain.Item, error) {
	items, err := s.Store.Items(ctx, q)
	if err != nil || s.films == nil {
		return items, err
	}
	return items, s.films.Supply(ctx, pointers(items, func(it *domain.Item) *domain.Item { return it }))
}

// Candidates implements digest.Store.
func (s shown) Candidates(ctx context.Context, q digest.CandidateQuery) ([]digest.Candidate, error) {
	all, err := s.Store.Candidates(ctx, q)
	if err != nil || s.films == nil {
		return all, err
	}
	return all, s.films.Supply(ctx, pointers(all, func(c *digest.Candidate) *domain.Item { return &c.Item }))
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
