package postgres

import (
	"context"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Setting is what the server has for a connection of the store.
func (s *Store) Setting(ctx context.Context, name string) string {
	var value string
	if err := s.pool.QueryRow(ctx, "select current_setting($1)", name).Scan(&value); err != nil {
		return err.Error()
	}
	return value
}

// Present is how many processes have the database open, -1 when nobody can tell.
func (s *Store) Present(ctx context.Context) int { return PresentAt(ctx, s.pool.Config().ConnString()) }

// Keepers are the server's processes for the connections by which those who have
// the database open say so.
func (s *Store) Keepers(ctx context.Context) (pids string) {
	if err := s.pool.QueryRow(ctx, "select coalesce(string_agg(k.pid::text, ' '), '') "+attending).Scan(&pids); err != nil {
		return err.Error()
	}
	return pids
}

// PresentAt is Present for a database that is not open.
func PresentAt(ctx context.Context, dsn string) int {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return -1
	}
	defer conn.Close(ctx)
	n := -1
	_ = conn.QueryRow(ctx, "select count(*) "+attending).Scan(&n) // n stays
	return n
}

// Dump makes a backup of any database.
func Dump(ctx context.Context, dsn, file string) error {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return err
	}
	return newTools(dsn, cfg).write(ctx, nil, "pg_dump", "--format=custom", "--file="+file)
}

// Environment is what PostgreSQL's programs learn of a DSN.
func Environment(dsn string) string {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return err.Error()
	}
	return strings.Join(newTools(dsn, cfg).env[len(os.Environ()):], " ")
}
