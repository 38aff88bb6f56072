package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"

	"marquee/internal/domain"
)

// group is how many rows go into one statement: engines bound how many
// arguments a statement may have, SQLite at 32,766.
const group = 500

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

// list is add for a slice, in parentheses: what follows "in".
func list[T any](a *arguments, values []T) string {
	all := make([]any, len(values))
	for i, v := range values {
		all[i] = v
	}
	return "(" + a.add(all...) + ")"
}

// rows makes one row of placeholders of each value: what follows "values".
func rows[T any](a *arguments, values []T, row func(*arguments, T) string) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = "(" + row(a, v) + ")"
	}
	return strings.Join(texts, ", ")
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

// each runs fn on values in groups that fit one statement.
func each[T any](values []T, fn func([]T) error) error {
	for some := range slices.Chunk(values, group) {
		if err := fn(some); err != nil {
			return err
		}
	}
	return nil
}
