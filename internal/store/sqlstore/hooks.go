package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"marquee/internal/jobs"
)

// hookMemory is how long a webhook's event may be told again.
const hookMemory = 30 * 24 * time.Hour

// NoteHook enqueues a sync of each roster, unless the event of that key was
// noted within the last 30 days. All of it is durable when it returns.
func (s *Store) NoteHook(ctx context.Context, key string, at time.Time, rosters []string) error {
	err := s.inTx(ctx, func(tx Tx) error {
		if _, err := exec(ctx, tx, "delete from hooks where at < $1", instant(at.Add(-hookMemory))); err != nil {
			return err
		}
		fresh, err := exec(ctx, tx, "insert into hooks (key, at) values ($1, $2) on conflict (key) do nothing", key, instant(at))
		if err != nil || fresh == 0 {
			return err
		}
		runs := make([]river.InsertManyParams, len(rosters))
		for i, name := range rosters {
			runs[i] = jobs.Hinted(name, at)
		}
		if len(runs) == 0 {
			return nil
		}
		return tx.Enqueue(ctx, runs)
	})
	if err != nil {
		return fmt.Errorf("note a webhook's event: %w", err)
	}
	return nil
}
