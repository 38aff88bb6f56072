package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/riverqueue/river"
)

// Engine is what differs between the databases, and nothing else. Everything
// not asked of it is portable SQL.
type Engine interface {
	// Begin starts a transaction that may write.
	Begin(ctx context.Context) (Tx, error)
	// Clock is the time that leases and due rows go by. All processes that
	// share the database read the same clock.
	Clock(ctx context.Context, q Querier) (time.Time, error)
	// Elements is the table function that gives the elements of a JSON array,
	// its argument, in a column named value.
	Elements() string
	// Members is the table function that gives the members of a JSON object, its
	// argument, in columns named key and value.
	Members() string
	// Instance is this process's number among all that had the database open.
	Instance() int64
	// Alive is the condition that the process whose number is in a column may be
	// at work still.
	Alive(column string) string
	// Analyze lets the planner know of a table that many rows have gone into;
	// it does nothing where plans do not depend on that.
	Analyze(ctx context.Context, tx Tx, table string) error
	// Lock keeps others from the rows of a query until the transaction ends; it
	// does nothing where one transaction writes at a time.
	Lock(ctx context.Context, tx Tx, query string, args ...any) error
	// Check is what the engine itself finds wrong, for people.
	Check(ctx context.Context, q Querier) ([]string, error)
	// Classify makes the domain's error of the driver's: domain.ErrConflict for a
	// unique key that is taken.
	Classify(err error) error
}

// Tx is a transaction of an engine. It never leaves the store's packages.
type Tx interface {
	Querier
	// Enqueue inserts jobs that exist when, and only when, the transaction is
	// committed.
	Enqueue(ctx context.Context, runs []river.InsertManyParams) error
	// Commit makes everything durable.
	Commit(ctx context.Context) error
	// Close rolls back what was not committed, and lets the connection go.
	Close() error
}

// Querier runs statements: a transaction, or the database outside of one.
type Querier interface {
	ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row
}
