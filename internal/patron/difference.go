package patron

import (
	"cmp"

	"marquee/internal/domain"
)

// Difference is what has to change to bring a roster into step, and what the
// operator should know of the rest.
type Difference struct {
	Add    []domain.Patron
	Update []Update

	Unchanged    int
	Erased       int             // are listed but asked to be forgotten
	Missing      []domain.Patron // are not listed any more but stay: they are too many at once
	Skipped      []Problem
	Noted        []Problem
	UnknownTiers []string
}

// Update is a patron before and after.
type Update struct{ Before, After domain.Patron }

// Empty reports whether nothing has to change.
func (d *Difference) Empty() bool { return len(d.Add) == 0 && len(d.Update) == 0 }

// The brake on leaving: a complete listing without anybody, or without more
// than one in brakeShare and more than brakeFloor of those stored, is more
// likely a mishap at its source than people leaving.
const (
	brakeShare = 5
	brakeFloor = 5
)

// Diff compares a roster's stored patrons with what it lists. People are told
// by their External id, else by their address, so that a new address is an
// update. What the listing does not say (a name, an id, since when) stays as it
// is stored. Who is missing from a complete listing becomes a former patron;
// from any other nobody is ever taken off.
func Diff(stored []domain.Patron, l Listing) Difference {
	d := Difference{Skipped: l.Skipped, Noted: l.Noted, UnknownTiers: l.UnknownTiers}
	found := match(stored, l.People)
	listed := make(map[int]bool, len(found))
	for i := range l.People {
		at, known := found[i]
		if !known {
			d.Add = append(d.Add, l.People[i])
			continue
		}
		listed[at] = true
		d.change(&stored[at], merged(&stored[at], &l.People[i]))
	}
	if l.Complete {
		d.leave(stored, listed)
	}
	return d
}

// match finds the stored patron of each listed one, by their places. An id
// decides before any address does: two people may have swapped theirs.
func match(stored, people []domain.Patron) map[int]int {
	ids, addresses := make(map[string]int, len(stored)), make(map[string]int, len(stored))
	for i := range stored {
		addresses[domain.EmailKey(stored[i].Email)] = i
		if stored[i].External != "" {
			ids[stored[i].External] = i
		}
	}
	found, taken := make(map[int]int, len(people)), make(map[int]bool, len(people))
	claim := func(person, at int, known bool) {
		if _, has := found[person]; known && !has && !taken[at] {
			found[person], taken[at] = at, true
		}
	}
	for i := range people {
		at, known := ids[people[i].External]
		claim(i, at, known)
	}
	for i := range people {
		at, known := addresses[domain.EmailKey(people[i].Email)]
		claim(i, at, known)
	}
	return found
}

// merged is a stored patron with what a listing says of them.
func merged(stored, listed *domain.Patron) domain.Patron {
	after := *listed
	after.ID, after.Roster = stored.ID, stored.Roster
	after.External = cmp.Or(after.External, stored.External)
	after.Email = cmp.Or(after.Email, stored.Email)
	after.Name = cmp.Or(after.Name, stored.Name)
	if after.Since.IsZero() {
		after.Since = stored.Since
	}
	return after
}

func (d *Difference) change(before *domain.Patron, after domain.Patron) {
	if same(before, &after) {
		d.Unchanged++
		return
	}
	d.Update = append(d.Update, Update{Before: *before, After: after})
}

// same compares instants as instants, whatever zone they are kept in.
func same(a, b *domain.Patron) bool {
	x, y := *a, *b
	if x.Since.Equal(y.Since) {
		y.Since = x.Since
	}
	return x == y
}

// leave makes former patrons of those who are not listed, unless they are too many.
func (d *Difference) leave(stored []domain.Patron, listed map[int]bool) {
	var missing []domain.Patron
	present := 0
	for i := range stored {
		switch {
		case stored[i].Standing == domain.Former && !listed[i]:
			d.Unchanged++
		case listed[i]:
			present++
		default:
			missing = append(missing, stored[i])
		}
	}
	nobody := present == 0 && len(d.Add) == 0
	if nobody || len(missing) > brakeFloor && len(missing)*brakeShare > present+len(missing) {
		d.Missing = missing
		return
	}
	for i := range missing {
		after := missing[i]
		after.Audience = domain.Audience{Standing: domain.Former}
		d.change(&missing[i], after)
	}
}
