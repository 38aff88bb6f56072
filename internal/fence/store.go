package fence

import (
	"context"

	"marquee/internal/domain"
)

// Store is the database that the fence is about.
type Store interface {
	// Generation names the database's line of descent: made with the database,
	// and made anew when a backup is restored.
	Generation(ctx context.Context) (string, error)
	// Edition is one edition, or domain.ErrNotFound.
	Edition(ctx context.Context, id domain.EditionID) (domain.Edition, error)
	// AllEditions are the newest editions in any state, newest first.
	AllEditions(ctx context.Context, limit int) ([]domain.Edition, error)
	// Balance counts an edition's deliveries. What is sent stays sent.
	Balance(ctx context.Context, id domain.EditionID) (domain.Balance, error)
	// SetEditionState moves an edition from one of the states in from to
	// another; domain.ErrConflict when it is in none of them.
	SetEditionState(ctx context.Context, id domain.EditionID, from []domain.EditionState, to domain.EditionState, reason string) error
	// Mark is what was set under a name, "" before the first.
	Mark(ctx context.Context, name string) (domain.Slot, error)
	// SetMark moves a mark forward; it never moves back.
	SetMark(ctx context.Context, name string, slot domain.Slot) error
}
