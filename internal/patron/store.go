package patron

import (
	"context"

	"marquee/internal/domain"
)

// Store is where patrons are kept.
type Store interface {
	// PatronsOf are all patrons that a roster ever brought, by ID.
	PatronsOf(ctx context.Context, roster string) ([]domain.Patron, error)
	// Attendance is what earlier complete listings of a roster leave behind;
	// the zero Attendance before the first.
	Attendance(ctx context.Context, roster string) (Attendance, error)
	// ApplyDifference adds and updates patrons of a roster, and writes its
	// attendance down, all or nothing. Those of Add have no ID; those of Update
	// are whole, and any number of them may have no address, and they may
	// be people whom no roster lists. Those of Remove go, and are former patrons
	// when something was sent to them. ErrConflict when an added address belongs to a patron of another roster already, or when
	// Listing is not the number after that of the last one.
	ApplyDifference(ctx context.Context, roster string, d Difference) error
	// Elsewhere are those of some address keys that patrons of other rosters have.
	Elsewhere(ctx context.Context, roster string, keys []string) (map[string]bool, error)
	// Unlisted are those whom no roster lists (domain.RosterReaders and
	// RosterByHand) and who have one of some address keys.
	Unlisted(ctx context.Context, keys []string) ([]domain.Patron, error)
	// Erasures are who asked to be forgotten.
	Erasures(ctx context.Context) (Erasures, error)
	// LastImport is what the last Undoable difference of a roster changed, or
	// ErrNotFound.
	LastImport(ctx context.Context, roster string) (Difference, error)
	// Suppressions are all suppressions, by address key.
	Suppressions(ctx context.Context) (map[string]domain.Suppression, error)
}
