package sqlstore

import (
	"context"
	"fmt"

	"marquee/internal/domain"
)

// RosterStatuses is how bringing every roster into step goes that ever was, by name.
func (s *Store) RosterStatuses(ctx context.Context) ([]domain.RosterStatus, error) {
	found, err := all(ctx, s.reads, readRosterStatus, "select name, synced, failed, error, braked, remarks from rosters order by name")
	if err != nil {
		return nil, fmt.Errorf("read rosters: %w", err)
	}
	return found, nil
}

func readRosterStatus(r row) (domain.RosterStatus, error) {
	var st domain.RosterStatus
	err := r.Scan(&st.Roster, (*instant)(&st.Synced), (*instant)(&st.Failed), &st.Error, &st.Braked, asJSON{&st.Remarks})
	return st, err
}

// SetRosterStatus writes down how the last attempt went. What it leaves zero of
// a failure's status, the last success, stays as it is.
func (s *Store) SetRosterStatus(ctx context.Context, st domain.RosterStatus) error {
	err := s.inTx(ctx, func(tx Tx) error {
		if _, err := exec(ctx, tx, "insert into rosters (name) values ($1) on conflict (name) do nothing", st.Roster); err != nil {
			return err
		}
		if !st.Failed.IsZero() {
			_, err := exec(ctx, tx, "update rosters set failed = $2, error = $3, braked = $4 where name = $1",
				st.Roster, instant(st.Failed), foreign(st.Error), st.Braked)
			return err
		}
		_, err := exec(ctx, tx, "update rosters set synced = $2, failed = 0, error = '', braked = $3, remarks = $4 where name = $1",
			st.Roster, instant(st.Synced), false, asJSON{st.Remarks})
		return err
	})
	if err != nil {
		return fmt.Errorf("write down how roster %s goes: %w", st.Roster, err)
	}
	return nil
}
