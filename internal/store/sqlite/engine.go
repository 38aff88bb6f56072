package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/riverqueue/river"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"marquee/internal/store/sqlstore"
)

// engine is SQLite for sqlstore.
type engine struct {
	db    *sql.DB
	queue *river.Client[*sql.Tx] // inserts only
	now   func() time.Time
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

// Elements takes JSON apart.
func (e *engine) Elements() string { return "json_each" }

// By names the index: without statistics SQLite takes every partial index for
// no better than the table, and would read all that is finished time and again.
func (e *engine) By(index string) string { return " indexed by " + index }

// Analyze does nothing: the order of joins is in the statements.
func (e *engine) Analyze(context.Context, sqlstore.Tx, string) error { return nil }

// ForUpdate is nothing: one transaction writes at a time.
func (e *engine) ForUpdate(string) string { return "" }

// Conflict reports whether a unique key is taken.
func (e *engine) Conflict(err error) bool {
	var failed *sqlite.Error
	if !errors.As(err, &failed) {
		return false
	}
	return failed.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || failed.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
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
