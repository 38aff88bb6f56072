// Package sqlite is the store on one file, for a publication that one process
// serves. All writing goes through one connection, which River shares; readers
// have their own and never wait for it.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	_ "modernc.org/sqlite" // the database/sql driver

	"marquee/internal/domain"
	"marquee/internal/jobs"
	"marquee/internal/store/sqlstore"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Options say how to open a database.
type Options struct {
	// Exclusive keeps every other exclusive opener away until Close: for a
	// process that gathers, compiles or delivers. Without it the database
	// opens while such a process runs, for a look or a small change.
	Exclusive bool
	Now       func() time.Time // the clock that leases go by; required
	Log       *slog.Logger     // required
}

// Store is an open database.
type Store struct {
	*sqlstore.Store
	write, read *sql.DB
	lock        *lock
}

// Open opens the database at path, makes it when it does not exist, and brings
// it up to this program's version. domain.ErrConflict when another process has
// it; domain.ErrInvalid when it was made by a newer program.
func Open(ctx context.Context, path string, opts Options) (_ *Store, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	s := &Store{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.shut())
		}
	}()
	if s.lock, err = await(ctx, path+".lock", opts.Exclusive); err != nil {
		return nil, err
	}
	if opts.Exclusive && s.lock.taken() {
		return nil, fmt.Errorf("%w: %s is in use by %s: stop it first", domain.ErrConflict, path, s.lock.holder())
	}
	if err := s.connect(ctx, path); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := s.migrate(ctx, opts.Log); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if !opts.Exclusive {
		s.lock.release()
	}
	queue, err := river.NewClient(riversqlite.New(s.write), &river.Config{Logger: opts.Log})
	if err != nil {
		return nil, err
	}
	s.Store = sqlstore.New(&engine{db: s.write, queue: queue, now: opts.Now}, s.read)
	return s, nil
}

// connect opens the file for one writer and some readers.
func (s *Store) connect(ctx context.Context, path string) (err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator names it; the driver would let others read it
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	// Without immediate transactions two that read before they write end in
	// SQLITE_BUSY. FULL syncs at every commit: what was recorded as sent stays so
	// after a power loss.
	const writer = "&_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"
	if s.write, err = sql.Open("sqlite", source(path)+writer); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	if err := verify(ctx, s.write); err != nil {
		return err
	}
	if s.read, err = sql.Open("sqlite", source(path)+"&_pragma=query_only(1)"); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(max(4, runtime.NumCPU()))
	return nil
}

// source is the file as a URI that the driver takes apart at its first "?".
func source(path string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(10000)"
}

// verify makes sure that what durability hangs on was taken over: SQLite keeps
// silent about a pragma that it does not apply.
func verify(ctx context.Context, db *sql.DB) error {
	for _, want := range []struct{ pragma, value string }{
		{"journal_mode", "wal"}, {"synchronous", "2"}, {"foreign_keys", "1"},
	} {
		var is string
		if err := db.QueryRowContext(ctx, "pragma "+want.pragma).Scan(&is); err != nil {
			return err
		}
		if is != want.value {
			return fmt.Errorf("%w: %s is %s where %s is needed: is it on a local disk?", domain.ErrInvalid, want.pragma, is, want.value)
		}
	}
	return nil
}

// migrate brings the database up to date, unless another process has it: that
// one did so then.
func (s *Store) migrate(ctx context.Context, log *slog.Logger) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	m := sqlstore.Migrations{Dialect: goose.DialectSQLite3, DB: s.write, Files: files, Log: log}
	if s.lock.taken() {
		pending, err := m.Pending(ctx)
		if pending {
			return fmt.Errorf("%w: %s, which has it open, is of another version", domain.ErrConflict, s.lock.holder())
		}
		return err
	}
	if err := m.Apply(ctx); err != nil {
		return err
	}
	return sqlstore.MigrateQueue(ctx, riversqlite.New(s.write), log)
}

// NewQueue is a River client on the database. It shares the one connection
// that writes, so nothing may insert a job while it holds a transaction.
func (s *Store) NewQueue(cfg *river.Config) (jobs.Queue, error) {
	return river.NewClient(riversqlite.New(s.write), cfg)
}

// Close waits for running transactions and lets the database go.
func (s *Store) Close() error {
	defer s.Wait()()
	return s.shut()
}

func (s *Store) shut() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.lock != nil {
		s.lock.release()
	}
	return errors.Join(errs...)
}
