package patron

import (
	"context"
	"maps"
	"slices"

	"marquee/internal/domain"
)

// adopt takes people over who are listed as patrons and whom no roster has listed
// so far: readers who signed up by themselves, and those whom the operator gave a
// tier that has ended.
func (d *Difference) adopt(ctx context.Context, store Store) error {
	coming := map[string]bool{}
	for i := range d.Add {
		if d.Add[i].Standing == domain.Active {
			coming[domain.EmailKey(d.Add[i].Email)] = true
		}
	}
	if len(coming) == 0 {
		return nil
	}
	unlisted, err := store.Unlisted(ctx, slices.Sorted(maps.Keys(coming)))
	if err != nil {
		return err
	}
	here := make(map[string]domain.Patron, len(unlisted))
	for _, p := range unlisted {
		if p.Roster != domain.RosterByHand || p.Standing == domain.Former {
			here[domain.EmailKey(p.Email)] = p
		}
	}
	d.Add = slices.DeleteFunc(d.Add, func(p domain.Patron) bool {
		before, is := here[domain.EmailKey(p.Email)]
		if is && p.Standing == domain.Active {
			after := merged(&before, &p)
			after.Roster = p.Roster
			d.Update = append(d.Update, Update{Before: before, After: after})
			return true
		}
		return false
	})
	return nil
}
