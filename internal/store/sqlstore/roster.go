package sqlstore

import (
	"context"
	"fmt"

	"marquee/internal/domain"
	"marquee/internal/patron"
)

// Attendance is what earlier complete listings of a roster leave behind; the zero
// Attendance before the first.
func (s *Store) Attendance(ctx context.Context, roster string) (patron.Attendance, error) {
	a, err := s.attendance(ctx, roster)
	if err != nil {
		return a, fmt.Errorf("read the attendance of roster %s: %w", roster, err)
	}
	return a, nil
}

func (s *Store) attendance(ctx context.Context, roster string) (patron.Attendance, error) {
	rosters, err := all(ctx, s.reads, readAttendance, "select listings, at from rosters where name = $1", roster)
	if err != nil || len(rosters) == 0 {
		return patron.Attendance{}, err
	}
	a := rosters[0]
	absent, err := all(ctx, s.reads, readAbsent, `select a.patron, a.since, a.listing
		from patrons p join absences a on a.patron = p.id where p.roster = $1`, roster)
	a.Absent = make(map[domain.PatronID]patron.Absence, len(absent))
	for _, who := range absent {
		a.Absent[who.patron] = who.Absence
	}
	return a, err
}

func readAttendance(r row) (patron.Attendance, error) {
	var a patron.Attendance
	err := r.Scan(&a.Listings, (*instant)(&a.At))
	return a, err
}

// absent is whose absence it is.
type absent struct {
	patron domain.PatronID
	patron.Absence
}

func readAbsent(r row) (absent, error) {
	var a absent
	err := r.Scan(&a.patron, (*instant)(&a.Since), &a.Listing)
	return a, err
}

// attend writes down that a complete listing is applied, whom it misses and who
// is back. domain.ErrConflict when another listing came in between.
func (s *Store) attend(ctx context.Context, tx Tx, roster string, d patron.Difference) error {
	if d.Listing > 0 {
		if err := s.count(ctx, tx, roster, d); err != nil {
			return err
		}
	}
	if len(d.Absent) > 0 {
		_, err := exec(ctx, tx, `insert into absences (patron, since, listing)
			select cast(value ->> 0 as bigint), cast($2 as bigint), cast($3 as bigint)`+s.from("$1")+` where true
			on conflict (patron) do nothing`, column(d.Absent), instant(d.At).micros(), d.Listing)
		if err != nil {
			return fmt.Errorf("note who is absent: %w", err)
		}
	}
	if len(d.Back) > 0 {
		_, err := exec(ctx, tx, `delete from absences where patron in (select cast(value ->> 0 as bigint)`+s.from("$1")+`)`, column(d.Back))
		if err != nil {
			return fmt.Errorf("note who is back: %w", err)
		}
	}
	return nil
}

// count makes a listing the roster's last, if it is the next.
func (s *Store) count(ctx context.Context, tx Tx, roster string, d patron.Difference) error {
	if _, err := exec(ctx, tx, "insert into rosters (name) values ($1) on conflict (name) do nothing", roster); err != nil {
		return err
	}
	n, err := exec(ctx, tx, "update rosters set listings = $2, at = $3 where name = $1 and listings = $4",
		roster, d.Listing, instant(d.At), d.Listing-1)
	if err == nil && n == 0 {
		return fmt.Errorf("%w: another listing was applied in the meantime", domain.ErrConflict)
	}
	return err
}

// Elsewhere are those of some address keys that patrons of other rosters have.
func (s *Store) Elsewhere(ctx context.Context, roster string, keys []string) (map[string]bool, error) {
	found, err := all(ctx, s.reads, value[string], `select email_key from patrons
		where roster <> $1 and email_key in (select value ->> 0`+s.from("$2")+`)`, roster, column(keys))
	if err != nil {
		return nil, fmt.Errorf("look for addresses of other rosters: %w", err)
	}
	taken := make(map[string]bool, len(found))
	for _, key := range found {
		taken[key] = true
	}
	return taken, nil
}

// addressKey is what makes a patron's address their own. Whoever has none shares
// it with nobody: no address's key holds a tab.
func addressKey(p domain.Patron) string {
	if p.Email == "" {
		return fmt.Sprintf("\t%d", p.ID)
	}
	return domain.EmailKey(p.Email)
}
