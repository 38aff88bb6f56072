package patron_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/patron"
)

// shelf is a store of one roster in memory.
type shelf struct {
	roster     string
	patrons    []domain.Patron
	suppressed map[string]domain.Suppression
	attendance patron.Attendance
	elsewhere  []string
	applied    int
	err        error
}

func (s *shelf) Attendance(_ context.Context, roster string) (patron.Attendance, error) {
	if roster != s.roster {
		return patron.Attendance{}, fmt.Errorf("asked for %s", roster)
	}
	a := s.attendance
	a.Absent = maps.Clone(a.Absent)
	return a, nil
}

func (s *shelf) PatronsOf(_ context.Context, roster string) ([]domain.Patron, error) {
	if roster != s.roster {
		return nil, fmt.Errorf("asked for %s", roster)
	}
	return slices.Clone(s.patrons), nil
}

func (s *shelf) Elsewhere(_ context.Context, _ string, keys []string) (map[string]bool, error) {
	taken := map[string]bool{}
	for _, key := range keys {
		if slices.Contains(s.elsewhere, key) {
			taken[key] = true
		}
	}
	return taken, nil
}

func (s *shelf) Suppressions(context.Context) (map[string]domain.Suppression, error) {
	return s.suppressed, nil
}

func (s *shelf) ApplyDifference(_ context.Context, roster string, d patron.Difference) error {
	if s.err != nil {
		return s.err
	}
	s.applied++
	if d.Listing > 0 {
		if d.Listing != s.attendance.Listings+1 {
			return domain.ErrConflict
		}
		s.attendance.Listings, s.attendance.At = d.Listing, d.At
	}
	for _, id := range d.Absent {
		if s.attendance.Absent == nil {
			s.attendance.Absent = map[domain.PatronID]patron.Absence{}
		}
		s.attendance.Absent[id] = patron.Absence{Since: d.At, Listing: d.Listing}
	}
	for _, id := range d.Back {
		delete(s.attendance.Absent, id)
	}
	for _, p := range d.Add {
		p.ID = domain.PatronID(len(s.patrons) + 1)
		if p.Roster != roster {
			return fmt.Errorf("added to roster %q", p.Roster)
		}
		s.patrons = append(s.patrons, p)
	}
	for _, u := range d.Update {
		s.patrons[u.After.ID-1] = u.After
	}
	return nil
}

func listing(addresses ...string) patron.Listing {
	var l patron.Listing
	for _, address := range addresses {
		l.People = append(l.People, domain.Patron{Email: address, Audience: domain.Audience{Standing: domain.Active}})
	}
	return l
}

func TestImportTwiceIsOnce(t *testing.T) {
	t.Parallel()
	store := &shelf{roster: "members"}
	for i, want := range []string{"2 to add, 0 to change, 0 unchanged", "0 to add, 0 to change, 2 unchanged"} {
		d, err := patron.Import(t.Context(), store, "members", listing("a@x.example", "b@x.example"))
		var b strings.Builder
		if err != nil || d.Write(&b) != nil || !strings.HasPrefix(b.String(), want) {
			t.Errorf("import %d: %v, %s", i+1, err, b.String())
		}
	}
	if len(store.patrons) != 2 || store.applied != 1 {
		t.Errorf("%d patrons, applied %d times", len(store.patrons), store.applied)
	}
}

func TestPlanChangesNothing(t *testing.T) {
	t.Parallel()
	store := &shelf{roster: "members"}
	l := listing("a@x.example")
	d, err := patron.Plan(t.Context(), store, "members", l)
	if err != nil || len(d.Add) != 1 || store.applied != 0 || l.People[0].Roster != "" {
		t.Errorf("plan is %+v, %v; applied %d times; listing %+v", d, err, store.applied, l)
	}
}

func TestImportForgetsTheErased(t *testing.T) {
	t.Parallel()
	store := &shelf{roster: "members", suppressed: map[string]domain.Suppression{
		"gone@x.example":  {Reason: domain.Erased},
		"quiet@x.example": {Reason: domain.Unsubscribed},
	}}
	d, err := patron.Import(t.Context(), store, "members", listing("Gone@x.example", "quiet@x.example"))
	if err != nil || d.Erased != 1 || len(store.patrons) != 1 || store.patrons[0].Email != "quiet@x.example" {
		t.Errorf("difference %+v, error %v, patrons %+v", d, err, store.patrons)
	}
}

func TestImportConflict(t *testing.T) {
	t.Parallel()
	store := &shelf{roster: "members", err: fmt.Errorf("add a patron: %w", domain.ErrConflict)}
	d, err := patron.Import(t.Context(), store, "members", listing("a@x.example"))
	if !errors.Is(err, domain.ErrConflict) || !strings.HasPrefix(err.Error(), "import members: ") || !d.Empty() {
		t.Errorf("difference %+v, error %v", d, err)
	}
}

func (*shelf) Unlisted(context.Context, []string) ([]domain.Patron, error) { return nil, nil }

func (*shelf) Erasures(context.Context) (patron.Erasures, error) { return patron.Erasures{}, nil }

func (*shelf) LastImport(context.Context, string) (patron.Difference, error) {
	return patron.Difference{}, domain.ErrNotFound
}
