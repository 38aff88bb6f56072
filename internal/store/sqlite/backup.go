package sqlite

import (
	"context"
	"errors"
	"fmt"

	"marquee/internal/store/sqlstore"
)

// Backup writes the database as it is at one instant to a file. Nobody has to
// wait for it. domain.ErrConflict when the file exists.
func (s *Store) Backup(ctx context.Context, file string) error {
	err := sqlstore.NewFile(file, func(part string) error {
		db, err := open(source(s.path), "begin") // not one of the readers, who may not write
		if err != nil {
			return err
		}
		_, err = db.ExecContext(ctx, "vacuum into $1", part)
		return errors.Join(err, db.Close())
	})
	if err != nil {
		return fmt.Errorf("back up to %s: %w", file, err)
	}
	return nil
}
