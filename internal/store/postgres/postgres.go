// Package postgres is the store on PostgreSQL, for a publication that several
// processes serve. One pool serves database/sql and River.
package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"marquee/internal/jobs"
	"marquee/internal/store/sqlstore"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrating is the advisory lock that keeps two processes from migrating at
// once: "marquee" in ASCII.
const migrating = 0x6d617271756565

// Store is an open database.
type Store struct {
	*sqlstore.Store
	pool     *pgxpool.Pool
	db       *sql.DB
	presence *presence
	tools    *tools
}

// Open connects to the database that dsn names (a URL, or "key=value" pairs as
// of libpq) and brings it up to this program's version. domain.ErrInvalid when
// it was made by a newer program.
func Open(ctx context.Context, dsn string, log *slog.Logger) (_ *Store, err error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL: %w", err)
	}
	// What was recorded as sent stays so after a crash, whatever the server's default.
	cfg.ConnConfig.RuntimeParams["synchronous_commit"] = "on"
	// A process that is frozen in the middle of a transaction keeps others from the
	// rows that it has locked no longer than this.
	cfg.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "30s"
	s := &Store{tools: newTools(dsn, cfg.ConnConfig)}
	if s.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return nil, fmt.Errorf("open PostgreSQL: %w", err)
	}
	s.db = stdlib.OpenDBFromPool(s.pool)
	if err := s.migrate(ctx, log); err != nil {
		return nil, errors.Join(fmt.Errorf("open PostgreSQL: %w", err), s.shut())
	}
	queue, err := river.NewClient(riverpgxv5.New(s.pool), &river.Config{Logger: log})
	if err != nil {
		return nil, errors.Join(err, s.shut())
	}
	e := &engine{db: s.db, queue: queue}
	if e.instance, err = sqlstore.NewInstance(ctx, s.db); err == nil {
		s.presence, err = enter(ctx, cfg.ConnConfig, e.instance, log)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open PostgreSQL: %w", err), s.shut())
	}
	s.Store = sqlstore.New(e, s.db)
	return s, nil
}

// migrate brings our tables and River's up to date, one process at a time: the
// lock covers both, as goose's own would not.
func (s *Store) migrate(ctx context.Context, log *slog.Logger) (err error) {
	guard, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer guard.Release()
	if _, err := guard.Exec(ctx, "select pg_advisory_lock($1)", int64(migrating)); err != nil {
		return err
	}
	defer func() {
		_, unlockErr := guard.Exec(context.WithoutCancel(ctx), "select pg_advisory_unlock($1)", int64(migrating))
		err = errors.Join(err, unlockErr)
	}()
	m, err := schema(s.db, log)
	if err != nil {
		return err
	}
	if err := m.Apply(ctx); err != nil {
		return err
	}
	if err := sqlstore.Recognise(ctx, s.db, new(engine).Elements()); err != nil {
		return err
	}
	return sqlstore.MigrateQueue(ctx, riverpgxv5.New(s.pool), log)
}

func schema(db *sql.DB, log *slog.Logger) (*sqlstore.Migrations, error) {
	files, err := fs.Sub(migrations, "migrations")
	return &sqlstore.Migrations{Dialect: goose.DialectPostgres, DB: db, Files: files, Log: log}, err
}

// NewQueue is a River client on the database.
func (s *Store) NewQueue(cfg *river.Config) (jobs.Queue, error) {
	return river.NewClient(riverpgxv5.New(s.pool), cfg)
}

// Close waits for running transactions and lets the database go.
func (s *Store) Close() error {
	defer s.Wait()()
	return s.shut()
}

func (s *Store) shut() error {
	if s.presence != nil {
		s.presence.leave()
	}
	err := s.db.Close()
	s.pool.Close()
	return err
}
