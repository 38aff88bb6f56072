package films

import (
	"context"
	"time"

	"marquee/internal/domain"
)

// Store is where a library keeps what it knows.
type Store interface {
	Items(ctx context.Context, q domain.ItemQuery) ([]domain.Item, error)
	// Reviews are the reviews and essays that stand under one of some titles, with
	// or without a series before it, the newest first.
	Reviews(ctx context.Context, titles []string) ([]domain.Item, error)
	// Films are the records of some subjects, by subject; nil asks for all.
	Films(ctx context.Context, subjects []string) (map[string]Record, error)
	// SaveFilm adds or replaces a record, unless the operator has decided otherwise
	// meanwhile. The items' version grows when that changes what people are shown.
	SaveFilm(ctx context.Context, r Record) error
	// DecideFilm notes which film a subject is by the operator's word; no id is none.
	// What was known of another is forgotten.
	DecideFilm(ctx context.Context, subject, title, id string) error
	// ExpireFilms forgets facts that came before one instant, and where to watch a
	// film as of before another. Decisions stay.
	ExpireFilms(ctx context.Context, facts, watch time.Time) error
	// FilmHealth is how asking goes; zero before the first question.
	FilmHealth(ctx context.Context) (Health, error)
	// SetFilmHealth writes down how the last round of questions went. A failure
	// leaves the last success as it is.
	SetFilmHealth(ctx context.Context, h Health) error
}
