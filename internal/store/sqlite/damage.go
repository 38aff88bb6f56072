package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"marquee/internal/domain"
	"marquee/internal/store/sqlstore"
)

// examine runs one of SQLite's checks and returns what it finds, which is none
// in a healthy file.
func examine(ctx context.Context, q sqlstore.Querier, pragma string) (damage []string, err error) {
	rows, err := q.QueryContext(ctx, pragma)
	if err != nil {
		return damaged(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var found string
		if err := rows.Scan(&found); err != nil {
			return damage, err
		}
		if found != "ok" {
			damage = append(damage, found)
		}
	}
	if err := rows.Err(); err != nil {
		more, err := damaged(err)
		return append(damage, more...), err
	}
	return damage, nil
}

// damaged makes a finding of an error that says so.
func damaged(err error) ([]string, error) {
	if says(err, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) {
		return []string{err.Error()}, nil
	}
	return nil, err
}

// says reports whether an error is SQLite's, of one of some primary codes.
func says(err error, codes ...int) bool {
	var failed *sqlite.Error
	return errors.As(err, &failed) && slices.Contains(codes, failed.Code()&0xff)
}

// sound refuses a file that is damaged: nothing is mailed from it.
func sound(ctx context.Context, q sqlstore.Querier, pragma string) error {
	damage, err := examine(ctx, q, pragma)
	if err == nil && len(damage) > 0 {
		return unsound(damage[0])
	}
	return err
}

// advised tells people what to do about an error that says that the file is
// damaged; all others it returns as they are.
func advised(err error) error {
	if damage, err := damaged(err); err == nil && len(damage) > 0 {
		return unsound(damage[0])
	}
	return err
}

func unsound(damage string) error {
	return fmt.Errorf("%w: the file is damaged, or no database (%s): restore a backup", domain.ErrInvalid, damage)
}
