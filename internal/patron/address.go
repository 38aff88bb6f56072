package patron

import (
	"slices"

	"marquee/internal/domain"
)

// addresses are the keys of all addresses that people come to, with who comes:
// 0 for somebody new.
func (d *Difference) addresses() map[string]domain.PatronID {
	coming := map[string]domain.PatronID{}
	for i := range d.Add {
		coming[domain.EmailKey(d.Add[i].Email)] = 0
	}
	for i := range d.Update {
		u := &d.Update[i]
		if key := domain.EmailKey(u.After.Email); key != "" && key != domain.EmailKey(u.Before.Email) {
			coming[key] = u.After.ID
		}
	}
	return coming
}

// handOn takes the address from a stored patron when somebody else of the roster
// comes to it: it is not theirs any more, wherever they are. Without one they
// can be sent nothing, so that they are former patrons.
func (c *comparison) handOn() {
	coming := c.addresses()
	if len(coming) == 0 {
		return
	}
	updates := make(map[domain.PatronID]int, len(c.Update))
	for i := range c.Update {
		updates[c.Update[i].After.ID] = i
	}
	for i := range c.known.Patrons {
		before := &c.known.Patrons[i]
		to, comes := coming[domain.EmailKey(before.Email)]
		if !comes || to == before.ID || before.Email == "" {
			continue
		}
		at, changes := updates[before.ID]
		switch {
		case !changes:
			c.Unchanged--
			c.Update = append(c.Update, Update{Before: *before, After: withoutAddress(*before)})
		case domain.EmailKey(c.Update[at].After.Email) != domain.EmailKey(before.Email):
			continue // they move on themselves
		default:
			c.Update[at].After = withoutAddress(c.Update[at].After)
		}
		c.end(before.ID)
	}
}

func withoutAddress(p domain.Patron) domain.Patron {
	p.Email, p.Audience = "", domain.Audience{Standing: domain.Former}
	return p
}

// end ends an absence, also one that has only begun.
func (c *comparison) end(id domain.PatronID) {
	is := func(other domain.PatronID) bool { return other == id }
	c.Missing = slices.DeleteFunc(c.Missing, func(p domain.Patron) bool { return is(p.ID) })
	c.Absent = slices.DeleteFunc(c.Absent, is)
	if _, was := c.known.Absent[id]; was && !slices.Contains(c.Back, id) {
		c.Back = append(c.Back, id)
	}
}

// leaveTo leaves addresses to other rosters' patrons: who is new with one is not
// brought, and who moves to one stays where they are.
func (d *Difference) leaveTo(taken map[string]bool) {
	if len(taken) == 0 {
		return
	}
	n := len(d.Add) + len(d.Update)
	d.Add = slices.DeleteFunc(d.Add, func(p domain.Patron) bool { return taken[domain.EmailKey(p.Email)] })
	d.Elsewhere = n - len(d.Add) - len(d.Update)
	kept := d.Update[:0]
	for _, u := range d.Update {
		if taken[domain.EmailKey(u.After.Email)] && domain.EmailKey(u.Before.Email) != domain.EmailKey(u.After.Email) {
			d.Elsewhere++
			u.After.Email = u.Before.Email
		}
		if same(&u.Before, &u.After) {
			d.Unchanged++
			continue
		}
		kept = append(kept, u)
	}
	d.Update = kept
}
