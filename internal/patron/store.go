package patron

import (
	"context"

	"marquee/internal/domain"
)

// Store is where patrons are kept.
type Store interface {
	// PatronsOf are all patrons that a roster ever brought, by ID.
	PatronsOf(ctx context.Context, roster string) ([]domain.Patron, error)
	// ApplyDifference adds and updates patrons of a roster, all or nothing.
	// Those of Add have no ID; those of Update are whole. ErrConflict when an
	// added address belongs to a patron of another roster already.
	ApplyDifference(ctx context.Context, roster string, d Difference) error
	// Suppressions are all suppressions, by address key.
	Suppressions(ctx context.Context) (map[string]domain.Suppression, error)
}
