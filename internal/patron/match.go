package patron

import (
	"cmp"

	"marquee/internal/domain"
)

// match finds the place of each listed person among the stored ones; -1 for who
// is new. An id decides before any address does: two people may have swapped
// theirs.
func match(stored, people []domain.Patron) []int {
	found, taken := make([]int, len(people)), make([]bool, len(stored))
	ids := index(stored, taken, func(p *domain.Patron) string { return p.External })
	claim := func(person, at int, known bool) {
		if known && !taken[at] {
			found[person], taken[at] = at, true
		}
	}
	rest := make([]int, 0)
	for i := range people {
		found[i] = -1
		at, known := ids[people[i].External]
		if claim(i, at, known); found[i] < 0 {
			rest = append(rest, i)
		}
	}
	if len(rest) == 0 {
		return found
	}
	addresses := index(stored, taken, func(p *domain.Patron) string { return domain.EmailKey(p.Email) })
	for _, i := range rest {
		at, known := addresses[domain.EmailKey(people[i].Email)]
		claim(i, at, known)
	}
	return found
}

// index are the places of the patrons that are not taken, by a key that some have.
func index(stored []domain.Patron, taken []bool, key func(*domain.Patron) string) map[string]int {
	places := make(map[string]int, len(stored))
	for i := range stored {
		if k := key(&stored[i]); k != "" && !taken[i] {
			places[k] = i
		}
	}
	return places
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

// same compares instants as instants, whatever zone they are kept in.
func same(a, b *domain.Patron) bool {
	x, y := *a, *b
	if x.Since.Equal(y.Since) {
		y.Since = x.Since
	}
	return x == y
}
