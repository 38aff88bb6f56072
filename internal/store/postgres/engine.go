package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"

	"marquee/internal/domain"
	"marquee/internal/store/sqlstore"
)

// engine is PostgreSQL for sqlstore.
type engine struct {
	db    *sql.DB
	queue *river.Client[pgx.Tx] // inserts only

	instance int64
}

// Begin starts a transaction of pgx on a connection of database/sql, so that
// both can be asked to take part in it.
func (e *engine) Begin(ctx context.Context) (sqlstore.Tx, error) {
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	t := &tx{Conn: conn, queue: e.queue}
	err = conn.Raw(func(driver any) (err error) {
		raw, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the connection is a %T, not pgx's", driver)
		}
		t.inner, err = raw.Conn().Begin(ctx)
		return err
	})
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return t, nil
}

// Clock is the server's: processes on several machines share it.
func (e *engine) Clock(ctx context.Context, q sqlstore.Querier) (time.Time, error) {
	var micros int64
	err := q.QueryRowContext(ctx, "select (extract(epoch from clock_timestamp()) * 1000000)::bigint").Scan(&micros)
	return time.UnixMicro(micros).UTC(), err
}

// Elements takes arrays apart.
func (e *engine) Elements() string { return "jsonb_array_elements" }

// Members takes objects apart.
func (e *engine) Members() string { return "jsonb_each" }

// Instance is this process's number.
func (e *engine) Instance() int64 { return e.instance }

// Alive asks for the process's lock.
func (e *engine) Alive(column string) string {
	return "exists (select 1 " + attending + " and k.objid::bigint = " + column + ")"
}

// Analyze renews a table's statistics, for which autovacuum would take a
// minute: without them an edition's every claim would read its whole shard.
func (e *engine) Analyze(ctx context.Context, tx sqlstore.Tx, table string) error {
	_, err := tx.ExecContext(ctx, "analyze "+table)
	return err
}

// Lock locks the rows.
func (e *engine) Lock(ctx context.Context, tx sqlstore.Tx, query string, args ...any) error {
	_, err := tx.ExecContext(ctx, query+" for update", args...)
	return err
}

// Check finds nothing: the server checks what it reads, if its data checksums are on.
func (e *engine) Check(context.Context, sqlstore.Querier) ([]string, error) { return nil, nil }

// Classify makes a taken key the domain's conflict.
func (e *engine) Classify(err error) error {
	var failed *pgconn.PgError
	if errors.As(err, &failed) && failed.Code == "23505" { // unique_violation
		return fmt.Errorf("%w: %w", domain.ErrConflict, err)
	}
	return err
}

// tx is one transaction seen from two sides: statements run on the connection
// of database/sql, River's on pgx's transaction. Raw keeps them apart.
type tx struct {
	*sql.Conn
	inner pgx.Tx
	queue *river.Client[pgx.Tx]
}

func (t *tx) Enqueue(ctx context.Context, runs []river.InsertManyParams) error {
	return t.Raw(func(any) error {
		_, err := t.queue.InsertManyTx(ctx, t.inner, runs)
		return err
	})
}

func (t *tx) Commit(ctx context.Context) error {
	return t.Raw(func(any) error { return t.inner.Commit(ctx) })
}

// rollbackTime bounds a rollback, which must not hang on a dead server.
const rollbackTime = 10 * time.Second

// Close rolls back what was not committed even when the caller's time is up.
func (t *tx) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), rollbackTime)
	defer cancel()
	err := t.Raw(func(any) error {
		err := t.inner.Rollback(ctx)
		if errors.Is(err, pgx.ErrTxClosed) {
			return nil
		}
		return err
	})
	return errors.Join(err, t.Conn.Close())
}
