package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// pool is a database of one connection with a table of numbers.
func pool(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := open(source(path)+"&_pragma=journal_mode(WAL)", "begin immediate")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	exec(t, db, "create table if not exists numbers (n integer primary key)")
	return db
}

func exec(t *testing.T, db interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}, text string, args ...any,
) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

func numbers(t *testing.T, db *sql.DB) (n int) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), "select count(*) from numbers").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSameTextInside runs a statement while its own rows are being read.
func TestSameTextInside(t *testing.T) {
	t.Parallel()
	db := pool(t, filepath.Join(t.TempDir(), "a.db"))
	exec(t, db, "insert into numbers values (1), (2), (3)")
	const text = "select n from numbers where n >= $1 order by n"
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	var got []int
	var read func(from int)
	read = func(from int) {
		rows, err := tx.QueryContext(t.Context(), text, from)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var n int
			if err := rows.Scan(&n); err != nil {
				t.Fatal(err)
			}
			got = append(got, n)
			read(n + 1)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	read(1)
	if fmt.Sprint(got) != "[1 2 3 3 2 3 3]" {
		t.Errorf("read %v", got)
	}
}

// TestManyTexts: those that there is no room for run all the same, and what is
// remembered survives a change of the table.
func TestManyTexts(t *testing.T) {
	t.Parallel()
	db := pool(t, filepath.Join(t.TempDir(), "a.db"))
	for i := range mostStatements + 10 {
		exec(t, db, fmt.Sprintf("insert into numbers values (%d)", i))
	}
	if n := numbers(t, db); n != mostStatements+10 {
		t.Errorf("%d numbers", n)
	}
	exec(t, db, "alter table numbers add column more text")
	exec(t, db, "delete from numbers")
	if n := numbers(t, db); n != 0 {
		t.Errorf("%d numbers after all were deleted", n)
	}
	if _, err := db.ExecContext(t.Context(), "insert into nothing values (1)"); err == nil {
		t.Error("inserted into no table")
	}
}

// TestLocked: a file that another process has locked is waited for, longer than
// SQLite would, and as long as the caller waits.
func TestLocked(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.db")
	db, other := pool(t, path), pool(t, path)
	exec(t, other, "begin exclusive")
	begun := make(chan error)
	go func() {
		_, err := db.ExecContext(t.Context(), "insert into numbers values (1)")
		begun <- err
	}()
	waiting := pool(t, path)
	impatient, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := waiting.BeginTx(impatient, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("began in a locked file: %v", err)
	}
	select { // by now SQLite itself has given up once
	case err := <-begun:
		t.Errorf("wrote to a locked file: %v", err)
	default:
	}
	exec(t, other, "commit")
	if err := <-begun; err != nil {
		t.Errorf("after the lock was gone: %v", err)
	}
}

// TestFullInTheMiddle fills the disk, as it looks to SQLite, within a transaction:
// nothing of it stays, and the connection goes on when there is room again.
func TestFullInTheMiddle(t *testing.T) {
	t.Parallel()
	db := pool(t, filepath.Join(t.TempDir(), "a.db"))
	exec(t, db, "create table blobs (b blob)")
	exec(t, db, "pragma max_page_count = 20")
	for _, commit := range []bool{false, true} {
		tx, err := db.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		exec(t, tx, "insert into numbers values (1)")
		_, err = tx.ExecContext(t.Context(), "insert into blobs values (zeroblob(1000000))")
		var failed *sqlite.Error
		if !errors.As(err, &failed) || failed.Code() != sqlite3.SQLITE_FULL {
			t.Errorf("wrote to a full disk: %v", err)
		}
		end := tx.Rollback
		if commit {
			end = tx.Commit
		}
		if err := end(); (err != nil) != commit {
			t.Errorf("the end of a transaction that failed, commit %t: %v", commit, err)
		}
		if n := numbers(t, db); n != 0 {
			t.Errorf("%d numbers stayed", n)
		}
	}
	exec(t, db, "pragma max_page_count = 1000000")
	exec(t, db, "insert into blobs values (zeroblob(1000000))")
}
