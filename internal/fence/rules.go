package fence

import (
	"fmt"

	"marquee/internal/domain"
)

// objection is why no edition whatever may go out from here, "" if there is no
// reason.
func (v *view) objection() string {
	switch f := v.file; {
	case v.broken != nil:
		return v.broken.Error()
	case f == nil && v.here:
		return v.path + " is gone, which remembers what went out: this database may be a copy"
	case f == nil && v.fenced && v.begun():
		return fmt.Sprintf("%s is not there: editions of this database have gone out, but none from %s", v.path, v.place)
	case f == nil: // nothing has ever gone out, or no release before this had a fence
		return ""
	case f.Generation != v.generation:
		return "this database was restored, or it is not the one that " + v.path + " is about"
	case f.Place != v.place:
		return fmt.Sprintf("%s belongs to %s and this is %s: it was moved or copied", v.path, f.Place, v.place)
	}
	return ""
}

// objectionTo is why one edition must not go out from here, "" if it may.
//
// That the edition had ended, as the file says, is no reason by itself: the
// operator may send it again to those who were missed, from here or elsewhere. A
// database that knows the same start, and as many letters sent as there were at
// the end, knows of all that went out; one that is older does not.
func (v *view) objectionTo(k known) string {
	if why := v.objection(); why != "" || v.file == nil {
		return why
	}
	switch m := v.file.find(k.Edition); {
	case m == nil && k.Slot <= v.file.Forgotten:
		return "it is older than all that " + v.path + " remembers"
	case m == nil: // it has never gone out from here
		return ""
	case m.Unsure:
		return "it was under way when the database was restored, moved or copied, so that it may have gone out"
	case m.begun() && !m.Started.Equal(k.Started):
		return fmt.Sprintf("%s remembers that it began to go out at %s (%d letters sent), which this database does not know: it is an older one",
			v.path, m.Started.UTC().Format("2006-01-02 15:04 MST"), m.Sent)
	case k.balance.Sent < m.Sent:
		return fmt.Sprintf("%s remembers %d letters of it that were sent, and this database knows of %d: it is an older one",
			v.path, m.Sent, k.balance.Sent)
	}
	return ""
}

// begun reports whether the database has ever begun to send anything. An edition
// that was started, but of which no letter was ever in doubt, is the one that is
// about to begin.
func (v *view) begun() bool {
	for _, e := range v.editions {
		if !e.Started.IsZero() && e.ID != v.edition.ID {
			return true
		}
	}
	b := v.edition.balance
	return b.Sent+b.Failed+b.InDoubt > 0
}

// stranger reports whether this is one of several places, and was never
// accepted: then the doubt is about the place and not about the database.
func (v *view) stranger() bool { return v.shared && !v.here }

// underWay reports whether an edition may still be mailed.
func underWay(s domain.EditionState) bool {
	switch s {
	case domain.EditionFrozen, domain.EditionHeld, domain.EditionSending:
		return true
	case domain.EditionDone, domain.EditionCancelled, domain.EditionSkipped:
	}
	return false
}
