package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"marquee/internal/domain"
)

// arguments collects what a statement is run with.
type arguments []any

// add appends values and returns their placeholders: "$4, $5".
func (a *arguments) add(values ...any) string {
	var text strings.Builder
	for i, v := range values {
		*a = append(*a, v)
		if i > 0 {
			text.WriteString(", ")
		}
		text.WriteString("$" + strconv.Itoa(len(*a)))
	}
	return text.String()
}

// set is the argument for a list of rows, however many: one JSON array of
// arrays. Placeholders for each value would cost SQLite time that grows with
// the square of their number, and PostgreSQL a plan for every number of rows.
func set[T any](values []T, row func(T) []any) asJSON {
	rows := make([][]any, len(values))
	for i, v := range values {
		rows[i] = row(v)
	}
	return asJSON{rows}
}

// column is a set of one column.
func column[T any](values []T) asJSON {
	return set(values, func(v T) []any { return []any{v} })
}

// from is the table of a set's rows, each in a column named value: its texts
// are value ->> 0, value ->> 1 and so on, and numbers need a cast.
func (s *Store) from(placeholder string) string {
	return " from " + s.engine.Elements() + "(" + placeholder + ")"
}

// limit is the clause for at most n rows; 0 is no limit.
func (a *arguments) limit(n int) string {
	if n == 0 {
		return ""
	}
	return " limit " + a.add(n)
}

// row is what can be scanned.
type row interface{ Scan(dest ...any) error }

// also is a row with columns behind those that its reader knows of.
type also struct {
	row
	rest []any
}

// Scan reads all columns.
func (r also) Scan(dest ...any) error { return r.row.Scan(append(dest, r.rest...)...) }

// all runs a query and reads each of its rows.
func all[T any](ctx context.Context, q Querier, read func(row) (T, error), text string, args ...any) (found []T, err error) {
	rs, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rs.Close()) }()
	for rs.Next() {
		v, err := read(rs)
		if err != nil {
			return nil, err
		}
		found = append(found, v)
	}
	return found, rs.Err()
}

// one runs a query for a single row; domain.ErrNotFound when there is none.
func one[T any](ctx context.Context, q Querier, read func(row) (T, error), text string, args ...any) (T, error) {
	v, err := read(q.QueryRowContext(ctx, text, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return v, domain.ErrNotFound
	}
	return v, err
}

// value reads a row of one column.
func value[T any](r row) (T, error) {
	var v T
	err := r.Scan(&v)
	return v, err
}

// exec runs a statement and returns how many rows it changed.
func exec(ctx context.Context, q Querier, text string, args ...any) (int64, error) {
	result, err := q.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
