package sqlite

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/domain"
)

// ErasePatron forgets a person, in the file's log too. Who reads at the moment may
// keep the log as it is; it goes with the next erasure, or with the program.
func (s *Store) ErasePatron(ctx context.Context, id domain.PatronID, codes []string, at time.Time) error {
	if err := s.Store.ErasePatron(ctx, id, codes, at); err != nil {
		return err
	}
	var busy, frames, done int
	if err := s.write.QueryRowContext(ctx, "pragma wal_checkpoint(truncate)").Scan(&busy, &frames, &done); err != nil {
		return fmt.Errorf("empty the log after an erasure: %w", err)
	}
	return nil
}
