package patron

import (
	"context"
	"fmt"
	"slices"

	"marquee/internal/domain"
)

// Plan says what bringing a roster into step would change, and changes nothing.
// People who asked to be forgotten are not brought back.
func Plan(ctx context.Context, store Store, roster string, l Listing) (Difference, error) {
	suppressed, err := store.Suppressions(ctx)
	if err != nil {
		return Difference{}, fmt.Errorf("plan the import of %s: %w", roster, err)
	}
	stored, err := store.PatronsOf(ctx, roster)
	if err != nil {
		return Difference{}, fmt.Errorf("plan the import of %s: %w", roster, err)
	}
	listed := len(l.People)
	l.People = slices.DeleteFunc(slices.Clone(l.People), func(p domain.Patron) bool {
		return suppressed[domain.EmailKey(p.Email)].Reason == domain.Erased
	})
	for i := range l.People {
		l.People[i].Roster = roster
	}
	d := Diff(stored, l)
	d.Erased = listed - len(l.People)
	return d, nil
}

// Import brings a roster into step with a listing, all or nothing, and says what
// it changed. The same listing once more changes nothing. It is a
// domain.ErrConflict when somebody new has the address of another roster's patron.
func Import(ctx context.Context, store Store, roster string, l Listing) (Difference, error) {
	d, err := Plan(ctx, store, roster, l)
	if err != nil || d.Empty() {
		return d, err
	}
	if err := store.ApplyDifference(ctx, roster, d); err != nil {
		return Difference{}, fmt.Errorf("import %s: %w", roster, err)
	}
	return d, nil
}
