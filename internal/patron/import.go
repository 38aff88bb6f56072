package patron

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"marquee/internal/domain"
)

// Plan says what bringing a roster into step would change, and changes nothing.
// People who asked to be forgotten are not brought back, and addresses of other
// rosters' patrons stay theirs. Its errors besides the store's are those of Diff.
func (p Policy) Plan(ctx context.Context, store Store, roster string, l Listing) (Difference, error) {
	is, err := load(ctx, store, roster)
	if err != nil {
		return Difference{}, fmt.Errorf("plan the import of %s: %w", roster, err)
	}
	listed := len(l.People)
	l.People = is.unforgotten(roster, l.People)
	d, err := p.Diff(is.Known, l)
	if err != nil {
		return d, fmt.Errorf("import %s: %w", roster, err)
	}
	d.Erased = listed - len(l.People)
	for i := range d.Add {
		d.Add[i].Roster = roster
	}
	d.Undoable = !l.Complete // a roster that lists everybody says next time what is true
	if err := d.adopt(ctx, store); err != nil {
		return Difference{}, fmt.Errorf("plan the import of %s: %w", roster, err)
	}
	if err := d.leaveElsewhere(ctx, store, roster); err != nil {
		return Difference{}, fmt.Errorf("plan the import of %s: %w", roster, err)
	}
	return d, nil
}

// Import brings a roster into step with a listing, all or nothing, and says what
// it changed. The same listing once more changes nobody. It is a
// domain.ErrConflict when the listing is not believed, and when something else
// was applied in the meantime.
func (p Policy) Import(ctx context.Context, store Store, roster string, l Listing) (Difference, error) {
	d, err := p.Plan(ctx, store, roster, l)
	if err != nil || d.silent() {
		return d, err
	}
	if err := store.ApplyDifference(ctx, roster, d); err != nil {
		return Difference{}, fmt.Errorf("import %s: %w", roster, err)
	}
	return d, nil
}

// Plan is the default policy's.
func Plan(ctx context.Context, store Store, roster string, l Listing) (Difference, error) {
	return DefaultPolicy().Plan(ctx, store, roster, l)
}

// Import is the default policy's.
func Import(ctx context.Context, store Store, roster string, l Listing) (Difference, error) {
	return DefaultPolicy().Import(ctx, store, roster, l)
}

// loaded is all that is stored and matters for an import.
type loaded struct {
	Known

	suppressed map[string]domain.Suppression
	erasures   Erasures
}

func load(ctx context.Context, store Store, roster string) (is loaded, err error) {
	if is.suppressed, err = store.Suppressions(ctx); err != nil {
		return is, err
	}
	if is.erasures, err = store.Erasures(ctx); err != nil {
		return is, err
	}
	if is.Attendance, err = store.Attendance(ctx, roster); err != nil {
		return is, err
	}
	is.Patrons, err = store.PatronsOf(ctx, roster)
	return is, err
}

// unforgotten are people without those who asked to be forgotten. As a rule that
// is nobody, and a hundred thousand people need not be copied.
func (is *loaded) unforgotten(roster string, people []domain.Patron) []domain.Patron {
	forgotten := func(who domain.Patron) bool {
		return is.suppressed[domain.EmailKey(who.Email)].Reason == domain.Erased || is.erasures.Covers(roster, &who)
	}
	if !slices.ContainsFunc(people, forgotten) {
		return people
	}
	return slices.DeleteFunc(slices.Clone(people), forgotten)
}

// leaveElsewhere leaves addresses to other rosters' patrons.
func (d *Difference) leaveElsewhere(ctx context.Context, store Store, roster string) error {
	coming := d.addresses()
	if len(coming) == 0 {
		return nil
	}
	taken, err := store.Elsewhere(ctx, roster, slices.Sorted(maps.Keys(coming)))
	if err != nil {
		return err
	}
	d.leaveTo(taken)
	return nil
}
