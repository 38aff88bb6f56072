package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivermigrate"

	"marquee/internal/domain"
)

// Migrations bring a database up to what this program expects.
type Migrations struct {
	Dialect goose.Dialect
	DB      *sql.DB
	Files   fs.FS // NNNN_name.sql
	Log     *slog.Logger
}

// Apply runs what is missing; domain.ErrInvalid when the database was made by a
// newer program.
func (m *Migrations) Apply(ctx context.Context) error {
	provider, err := m.provider()
	if err != nil {
		return err
	}
	if _, err := versions(ctx, provider); err != nil {
		return err
	}
	applied, err := provider.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	for _, a := range applied {
		m.Log.InfoContext(ctx, "database migrated", "version", a.Source.Version)
	}
	return nil
}

// Pending reports whether something is missing; domain.ErrInvalid when the
// database was made by a newer program.
func (m *Migrations) Pending(ctx context.Context) (bool, error) {
	provider, err := m.provider()
	if err != nil {
		return false, err
	}
	return versions(ctx, provider)
}

// Readable refuses a version that is newer than this program: domain.ErrInvalid.
func (m *Migrations) Readable(version int64) error {
	p, err := m.provider()
	if err != nil {
		return err
	}
	sources := p.ListSources()
	if want := sources[len(sources)-1].Version; version > want {
		return newer("database", version, want)
	}
	return nil
}

func (m *Migrations) provider() (*goose.Provider, error) {
	p, err := goose.NewProvider(m.Dialect, m.DB, m.Files, goose.WithDisableGlobalRegistry(true), goose.WithSlog(m.Log))
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return p, nil
}

// versions compares the database with the newest migration.
func versions(ctx context.Context, p *goose.Provider) (older bool, err error) {
	is, want, err := p.GetVersions(ctx)
	if err != nil {
		return false, fmt.Errorf("read the database's version: %w", err)
	}
	if is > want {
		return false, newer("database", is, want)
	}
	return is < want, nil
}

// MigrateQueue brings River's tables up to what this River expects;
// domain.ErrInvalid when they were made by a newer one.
func MigrateQueue[T any](ctx context.Context, driver riverdriver.Driver[T], log *slog.Logger) error {
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: log})
	if err != nil {
		return fmt.Errorf("read the queue's migrations: %w", err)
	}
	known := m.AllVersions()
	is, err := queueVersion(ctx, driver.GetExecutor())
	if err != nil {
		return fmt.Errorf("read the queue's version: %w", err)
	}
	if want := known[len(known)-1].Version; is > want {
		return newer("queue", int64(is), int64(want))
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the queue: %w", err)
	}
	return nil
}

// queueVersion is the newest migration of River that was run, 0 before the
// first. River itself only fails to find a version that it does not know.
func queueVersion(ctx context.Context, exec riverdriver.Executor) (int, error) {
	exists, err := exec.TableExists(ctx, &riverdriver.TableExistsParams{Table: "river_migration"})
	if err != nil || !exists {
		return 0, err
	}
	run, err := exec.MigrationGetByLine(ctx, &riverdriver.MigrationGetByLineParams{Line: riverdriver.MigrationLineMain})
	newest := 0
	for _, m := range run {
		newest = max(newest, m.Version)
	}
	return newest, err
}

func newer(what string, is, want int64) error {
	return fmt.Errorf("%w: the %s was made by a newer marquee (version %d, this program knows %d): use that one, or restore a backup",
		domain.ErrInvalid, what, is, want)
}
