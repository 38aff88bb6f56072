package films_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/films"
	"marquee/internal/testkit"
	"marquee/internal/tmdb"
)

// world is a library with a fake database, a shelf of items and a store in memory,
// by a clock that stands still.
type world struct {
	*films.Library
	tmdb    *testkit.TMDB
	now     time.Time
	items   []domain.Item
	records map[string]films.Record
	health  films.Health
}

func newWorld(t *testing.T, known ...testkit.TMDBFilm) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC), records: map[string]films.Record{}}
	now := func() time.Time { return w.now }
	w.tmdb = &testkit.TMDB{Key: "k", Now: now}
	w.tmdb.Add(known...)
	zone, err := time.LoadLocation("Asia/Tokyo")
	check(t, err)
	client := tmdb.New(tmdb.Config{
		Token: "k", Language: "en-US", Transport: w.tmdb, Now: now, Wait: func(context.Context, time.Duration) error { return nil },
	})
	w.Library = films.New(films.Config{Database: client, Store: w, Regions: []string{"DE", "US"}, Zone: zone, Now: now})
	return w
}

func (w *world) Items(_ context.Context, q domain.ItemQuery) ([]domain.Item, error) {
	return slices.Clone(w.items[:min(len(w.items), q.Limit)]), nil
}

func (w *world) Reviews(context.Context, []string) ([]domain.Item, error) { return nil, nil }

func (w *world) Films(_ context.Context, subjects []string) (map[string]films.Record, error) {
	found := maps.Clone(w.records)
	maps.DeleteFunc(found, func(key string, _ films.Record) bool { return subjects != nil && !slices.Contains(subjects, key) })
	return found, nil
}

func (w *world) SaveFilm(_ context.Context, r films.Record) error {
	w.records[r.Subject] = r
	return nil
}

func (w *world) DecideFilm(_ context.Context, subject, title, id string) error {
	w.records[subject] = films.Record{Subject: subject, Title: title, TMDB: id, Decided: true}
	return nil
}

func (w *world) ExpireFilms(_ context.Context, facts, watch time.Time) error {
	for key, r := range w.records {
		if r.Checked.Before(watch) {
			r.Watch = nil
		}
		if r.Checked.Before(facts) {
			r.Facts, r.Checked = domain.Film{}, time.Time{}
		}
		w.records[key] = r
	}
	return nil
}

func (w *world) FilmHealth(context.Context) (films.Health, error) { return w.health, nil }

func (w *world) SetFilmHealth(_ context.Context, h films.Health) error {
	w.health = h
	return nil
}

// refresh asks, and returns how many questions that took.
func (w *world) refresh(t *testing.T, maxAge time.Duration) int {
	t.Helper()
	_, err := w.Refresh(t.Context(), maxAge)
	check(t, err)
	return len(w.tmdb.Asked())
}

// shown is the first item as people see it.
func (w *world) shown(t *testing.T) domain.Item {
	t.Helper()
	it := w.items[0]
	check(t, w.Supply(t.Context(), []*domain.Item{&it}))
	return it
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// review is an item about a film.
func review(f domain.Film) domain.Item { return domain.Item{Kind: domain.Review, Film: &f} }
