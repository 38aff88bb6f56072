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
	path        string
	write, read *sql.DB
	lock        *lock
}

// Open opens the database at path, makes it when it does not exist, and brings
// it up to this program's version. domain.ErrConflict when another process has
// it; domain.ErrInvalid when it was made by a newer program, or is damaged.
func Open(ctx context.Context, path string, opts Options) (_ *Store, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	s := &Store{path: path}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.shut())
		}
	}()
	if opts.Exclusive {
		s.lock, err = occupy(ctx, path)
	} else {
		s.lock, err = await(ctx, path+".lock", false)
	}
	if err != nil {
		return nil, err
	}
	if err := s.open(ctx, opts); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, advised(err))
	}
	return s, nil
}

// open does what is left when the lock is had, or another process has it.
func (s *Store) open(ctx context.Context, opts Options) (err error) {
	if err := s.connect(ctx); err != nil {
		return err
	}
	e := &engine{db: s.write, now: opts.Now, exclusive: opts.Exclusive}
	if e.exclusive {
		if err := sound(ctx, s.read, "pragma quick_check(1)"); err != nil {
			return err
		}
	}
	if err := s.update(ctx, opts.Log); err != nil {
		return err
	}
	if e.exclusive {
		if e.instance, err = sqlstore.NewInstance(ctx, s.write); err != nil {
			return err
		}
	} else {
		s.lock.release()
	}
	if e.queue, err = river.NewClient(riversqlite.New(s.write), &river.Config{Logger: opts.Log}); err != nil {
		return err
	}
	s.Store = sqlstore.New(e, s.read)
	return nil
}

// connect opens the file for one writer and some readers.
func (s *Store) connect(ctx context.Context) (err error) {
	f, err := os.OpenFile(s.path, os.O_CREATE|os.O_RDWR, 0o600) // the driver would let others read it
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	// Without immediate transactions two that read before they write end in
	// SQLITE_BUSY at once. FULL syncs at every commit: what was recorded as sent stays so
	// after a power loss.
	// What is deleted is overwritten: who is forgotten is in no free place of a page.
	// A longer log than SQLite's own saves writing the pages of indexes again and again.
	const writer = "&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=wal_autocheckpoint(4000)&_pragma=secure_delete(1)"
	if s.write, err = open(source(s.path)+writer, "begin immediate"); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	if err := verify(ctx, s.write); err != nil {
		return err
	}
	if s.read, err = open(source(s.path)+"&_pragma=query_only(1)", "begin"); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(max(4, runtime.NumCPU()))
	return nil
}

// source is the file as a URI that the driver takes apart at its first "?".
func source(path string) string {
	return fmt.Sprintf("file:%s?_pragma=busy_timeout(%d)", (&url.URL{Path: path}).EscapedPath(), lockWait)
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

// update brings the database up to date, unless another process has it: that
// one did so then.
func (s *Store) update(ctx context.Context, log *slog.Logger) error {
	if !s.lock.taken() {
		return s.migrate(ctx, log)
	}
	m, err := s.migrations(log)
	if err != nil {
		return err
	}
	pending, err := m.Pending(ctx)
	if pending {
		return fmt.Errorf("%w: %s, which has it open, is of another version", domain.ErrConflict, s.lock.holder())
	}
	return err
}

// migrate brings our tables and River's up to date.
func (s *Store) migrate(ctx context.Context, log *slog.Logger) error {
	m, err := s.migrations(log)
	if err != nil {
		return err
	}
	if err := m.Apply(ctx); err != nil {
		return err
	}
	if err := sqlstore.Recognise(ctx, s.write, new(engine).Elements()); err != nil {
		return err
	}
	return sqlstore.MigrateQueue(ctx, riversqlite.New(s.write), log)
}

func (s *Store) migrations(log *slog.Logger) (*sqlstore.Migrations, error) {
	files, err := fs.Sub(migrations, "migrations")
	return &sqlstore.Migrations{Dialect: goose.DialectSQLite3, DB: s.write, Files: files, Log: log}, err
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
