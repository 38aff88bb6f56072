package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/riverqueue/river"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"marquee/internal/domain"
	"marquee/internal/store/sqlstore"
)

// engine is SQLite for sqlstore.
type engine struct {
	db    *sql.DB
	queue *river.Client[*sql.Tx] // inserts only
	now   func() time.Time

	instance  int64 // 0 for a process that only looks
	exclusive bool  // no other process is at work
}

// Begin starts an immediate transaction; it is the only one that writes.
func (e *engine) Begin(ctx context.Context) (sqlstore.Tx, error) {
	inner, err := e.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	return &tx{Tx: inner, queue: e.queue}, nil
}

// Clock is the process's: no other has leases in the file.
func (e *engine) Clock(context.Context, sqlstore.Querier) (time.Time, error) { return e.now(), nil }

// Elements takes arrays apart.
func (e *engine) Elements() string { return "json_each" }

// Members takes objects apart.
func (e *engine) Members() string { return "json_each" }

// Instance is this process's number.
func (e *engine) Instance() int64 { return e.instance }

// Alive is this process alone, if it has the file to itself. To one that only
// looks, anybody may be.
func (e *engine) Alive(column string) string {
	if !e.exclusive {
		return "true"
	}
	return column + " = " + strconv.FormatInt(e.instance, 10)
}

// Analyze does nothing: the order of joins is in the statements.
func (e *engine) Analyze(context.Context, sqlstore.Tx, string) error { return nil }

// Lock does nothing: one transaction writes at a time.
func (e *engine) Lock(context.Context, sqlstore.Tx, string, ...any) error { return nil }

// Check reads the whole file.
func (e *engine) Check(ctx context.Context, q sqlstore.Querier) ([]string, error) {
	damage, err := examine(ctx, q, "pragma integrity_check(20)")
	if err != nil || len(damage) > 0 {
		return damage, err
	}
	var broken int
	err = q.QueryRowContext(ctx, "select count(*) from pragma_foreign_key_check").Scan(&broken)
	if err == nil && broken > 0 {
		return []string{fmt.Sprintf("%d rows refer to what is not there", broken)}, nil
	}
	return nil, err
}

// Classify makes a taken key the domain's conflict.
func (e *engine) Classify(err error) error {
	var failed *sqlite.Error
	if errors.As(err, &failed) &&
		(failed.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || failed.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY) {
		return fmt.Errorf("%w: %w", domain.ErrConflict, err)
	}
	return err
}

// tx is a transaction of database/sql, which River's driver takes as it is.
type tx struct {
	*sql.Tx
	queue *river.Client[*sql.Tx]
}

func (t *tx) Enqueue(ctx context.Context, runs []river.InsertManyParams) error {
	_, err := t.queue.InsertManyTx(ctx, t.Tx, runs)
	return err
}

func (t *tx) Commit(context.Context) error { return t.Tx.Commit() }

func (t *tx) Close() error {
	if err := t.Rollback(); !errors.Is(err, sql.ErrTxDone) {
		return err
	}
	return nil
}
