package patron

import (
	"fmt"
	"slices"
	"time"

	"marquee/internal/domain"
)

// Difference is what has to change to bring a roster into step, and what the
// operator should know of the rest.
type Difference struct {
	Add    []domain.Patron
	Update []Update

	// Listing is the number of the complete listing that this is the difference
	// to, and At when it was made; 0 for one that is not complete.
	Listing int
	At      time.Time
	// Absent are those whom this listing is the first to miss, Back those whose
	// absence is over, in one way or the other.
	Absent, Back []domain.PatronID

	// Undoable says that the store keeps Add and Update to be undone, and Undoes
	// that this does so.
	Undoable, Undoes bool
	Remove           []domain.Patron // whom the import brought that is undone

	Unchanged    int
	Changed      int             // are not as the import left them that is undone, and stay
	Erased       int             // are listed but asked to be forgotten
	Strangers    int             // are listed, not known, and nothing but former patrons
	Unreachable  int             // are listed, not known, and have no address
	Elsewhere    int             // come to an address that a patron of another roster has
	Missing      []domain.Patron // are not listed any more, or lower, and stay for now
	Skipped      []Problem
	Noted        []Problem
	UnknownTiers []string
}

// Update is a patron before and after.
type Update struct{ Before, After domain.Patron }

// Empty reports whether no patron has to change.
func (d *Difference) Empty() bool { return len(d.Add) == 0 && len(d.Update) == 0 }

// silent reports whether there is nothing at all to store.
func (d *Difference) silent() bool {
	return d.Empty() && d.Listing == 0 && len(d.Back) == 0 && len(d.Remove) == 0
}

// Known is what is stored of a roster.
type Known struct {
	Patrons []domain.Patron
	Attendance
}

// Diff compares what is stored of a roster with what it lists. People are told
// by their External id, else by their address, so that a new address is an
// update. What the listing does not say (a name, an address, an id, since when)
// stays as it is stored.
//
// Who is missing from a complete listing, or stands lower in it, stays until the
// policy has them leave. From any other listing nobody is taken off for being
// missing. The error is a *BrakeError, and Missing then says who would have
// left; or a domain.ErrConflict when a later listing was applied already.
func (p Policy) Diff(k Known, l Listing) (Difference, error) {
	d := Difference{Skipped: l.Skipped, Noted: l.Noted, UnknownTiers: l.UnknownTiers}
	if l.Complete {
		d.Listing, d.At = k.Listings+1, l.At
		if l.At.Before(k.At) {
			return Difference{}, fmt.Errorf("%w: a listing that was made later is applied already", domain.ErrConflict)
		}
	}
	c := comparison{Difference: d, policy: p, known: k, listing: l, listed: make([]bool, len(k.Patrons))}
	c.compare()
	if err := c.part(); err != nil {
		return Difference{Missing: c.leavers()}, err
	}
	c.handOn()
	return c.Difference, nil
}

// comparison is the work on one Difference.
type comparison struct {
	Difference

	policy  Policy
	known   Known
	listing Listing
	listed  []bool      // of the stored patrons
	leaving []departure // whether it is believed or not
	present int         // stored patrons who could leave and do not
}

// departure is a stored patron, by place, and what becomes of them if they leave.
type departure struct {
	at    int
	after domain.Patron
	blank bool // they are listed without an address
}

// compare goes through all people, listed and stored.
func (c *comparison) compare() {
	people := c.listing.People
	for i, at := range match(c.known.Patrons, people) {
		if at < 0 {
			c.join(&people[i])
			continue
		}
		c.listed[at] = true
		c.meet(departure{at, merged(&c.known.Patrons[at], &people[i]), people[i].Email == ""})
	}
	if !c.listing.Complete {
		return
	}
	for at := range c.known.Patrons {
		if !c.listed[at] {
			after := c.known.Patrons[at]
			after.Audience = domain.Audience{Standing: domain.Former}
			c.meet(departure{at: at, after: after})
		}
	}
}

// join brings somebody new. A complete listing brings nobody who is no patron:
// their addresses are no business of ours.
func (c *comparison) join(p *domain.Patron) {
	switch {
	case c.listing.Complete && p.Standing == domain.Former:
		c.Strangers++
	case p.Email == "":
		c.Unreachable++
	default:
		c.Add = append(c.Add, *p)
	}
}

// meet compares a stored patron with what the listing makes of them.
func (c *comparison) meet(met departure) {
	before := &c.known.Patrons[met.at]
	if c.listing.Complete && rank(met.after.Standing) < rank(before.Standing) {
		c.leaving = append(c.leaving, met)
		return
	}
	if rank(before.Standing) > rank(domain.Former) {
		c.present++
	}
	if _, was := c.known.Absent[before.ID]; was {
		c.Back = append(c.Back, before.ID)
	}
	c.change(before, met.after)
}

// part has those leave who are believed to, and keeps the others as they stand.
func (c *comparison) part() error {
	slices.SortFunc(c.leaving, func(a, b departure) int { return a.at - b.at })
	if err := c.policy.brake(len(c.leaving), c.present, len(c.Add)); err != nil {
		return err
	}
	for _, gone := range c.leaving {
		before := &c.known.Patrons[gone.at]
		absence, known := c.known.Absent[before.ID]
		if !known {
			absence = Absence{Since: c.At, Listing: c.Listing}
		}
		switch left := c.policy.left(absence, c.Listing, c.At); {
		case left && known:
			c.Back = append(c.Back, before.ID)
			fallthrough
		case left:
			c.change(before, c.forgotten(gone))
		default:
			c.wait(before, gone.after, known)
		}
	}
	return nil
}

// wait keeps somebody's standing, whatever else has changed about them.
func (c *comparison) wait(before *domain.Patron, after domain.Patron, known bool) {
	if !known {
		c.Absent = append(c.Absent, before.ID)
	}
	after.Audience = before.Audience
	c.Missing = append(c.Missing, *before)
	c.change(before, after)
}

// forgotten is somebody who leaves. When the roster itself has no address of
// theirs any more, their account is gone, and neither do we keep it: what stays
// is the id.
func (c *comparison) forgotten(gone departure) domain.Patron {
	after := gone.after
	if gone.blank && after.Standing == domain.Former && !c.listing.Veiled {
		after.Email, after.Name = "", ""
	}
	return after
}

func (c *comparison) leavers() []domain.Patron {
	all := make([]domain.Patron, len(c.leaving))
	for i, gone := range c.leaving {
		all[i] = c.known.Patrons[gone.at]
	}
	return all
}

func (d *Difference) change(before *domain.Patron, after domain.Patron) {
	if same(before, &after) {
		d.Unchanged++
		return
	}
	d.Update = append(d.Update, Update{Before: *before, After: after})
}

// rank orders standings by what they are worth.
func rank(s domain.Standing) int {
	return slices.Index([]domain.Standing{domain.Former, domain.Reader, domain.Active}, s)
}
