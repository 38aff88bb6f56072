package patron

import (
	"context"
	"fmt"

	"marquee/internal/domain"
)

// Undo takes back what the last file brought to a roster. Who has changed since
// stays as they are; who was new goes again, or is a former patron when something
// was sent to them. domain.ErrNotFound when there is nothing to undo.
func Undo(ctx context.Context, store Store, roster string) (Difference, error) {
	last, err := store.LastImport(ctx, roster)
	if err != nil {
		return Difference{}, fmt.Errorf("undo the import of %s: %w", roster, err)
	}
	patrons, err := store.PatronsOf(ctx, roster)
	if err != nil {
		return Difference{}, fmt.Errorf("undo the import of %s: %w", roster, err)
	}
	d := inverse(last, patrons)
	if err := store.ApplyDifference(ctx, roster, d); err != nil {
		return Difference{}, fmt.Errorf("undo the import of %s: %w", roster, err)
	}
	return d, nil
}

// inverse leads back from patrons as they are to before a difference was applied.
func inverse(last Difference, patrons []domain.Patron) Difference {
	byID, byAddress := map[domain.PatronID]*domain.Patron{}, map[string]*domain.Patron{}
	for i := range patrons {
		byID[patrons[i].ID] = &patrons[i]
		byAddress[domain.EmailKey(patrons[i].Email)] = &patrons[i]
	}
	d := Difference{Undoes: true}
	for i := range last.Update {
		u := &last.Update[i]
		if is := byID[u.After.ID]; is != nil && same(is, &u.After) {
			d.Update = append(d.Update, Update{Before: *is, After: u.Before})
			continue
		}
		d.Changed++
	}
	for i := range last.Add {
		added := last.Add[i]
		is := byAddress[domain.EmailKey(added.Email)]
		if is != nil {
			added.ID, added.Roster = is.ID, is.Roster
		}
		if is == nil || !same(is, &added) {
			d.Changed++
			continue
		}
		d.Remove = append(d.Remove, *is)
	}
	return d
}
