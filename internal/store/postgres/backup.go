package postgres

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"marquee/internal/domain"
	"marquee/internal/store/sqlstore"
)

// Backup writes the database as it is at one instant to a file of pg_dump's
// custom format. domain.ErrConflict when the file exists.
func (s *Store) Backup(ctx context.Context, file string) error {
	err := sqlstore.NewFile(file, func(part string) error {
		return s.tools.write(ctx, nil, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file="+part)
	})
	if err != nil {
		return fmt.Errorf("back up to %s: %w", file, err)
	}
	return nil
}

// Restore puts a backup in the place of all that the database holds, as a new
// generation. domain.ErrConflict when a process has the database open,
// domain.ErrInvalid when the backup was made by a newer program or is none of
// ours, or the database is not. What fails leaves it as it was.
func Restore(ctx context.Context, dsn, file string) error {
	if err := restore(ctx, dsn, file); err != nil {
		return fmt.Errorf("restore %s: %w", file, err)
	}
	return nil
}

func restore(ctx context.Context, dsn, file string) (err error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return err
	}
	db := stdlib.OpenDB(*cfg)
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := vacant(ctx, db); err != nil {
		return err
	}
	t := newTools(dsn, cfg)
	if err := t.readable(ctx, db, file); err != nil {
		return err
	}
	if err := t.replace(ctx, file); err != nil {
		return err
	}
	if err := sqlstore.Regenerate(ctx, db); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "analyze") // backups hold no statistics
	return err
}

// clear drops all that migrations make. What a newer program made holds on to
// ours, and a backup does not know it.
const clear = `do $$ declare t text; begin
	for t in
		select 'table if exists ' || oid::regclass from pg_class
			where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
		union all select 'type if exists ' || oid::regtype from pg_type t
			where typnamespace = current_schema()::regnamespace and typtype = 'e'
			and not exists (select 1 from pg_depend d where d.objid = t.oid and d.deptype = 'e')
		union all select 'function if exists ' || oid::regprocedure from pg_proc p
			where pronamespace = current_schema()::regnamespace and prokind = 'f'
			and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')
	loop
		execute 'drop ' || t || ' cascade';
	end loop;
end $$;
`

// replace runs a backup in one transaction. It is committed once all of the backup
// has been read.
func (t *tools) replace(ctx context.Context, file string) error {
	return t.feed(ctx, func(psql io.Writer) error {
		if _, err := io.WriteString(psql, "begin;\nset local client_min_messages = warning;\n"+clear); err != nil {
			return err
		}
		if err := t.write(ctx, psql, "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--file=-", file); err != nil {
			return err
		}
		_, err := io.WriteString(psql, "commit;\n")
		return err
	}, "psql", "--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1")
}

// vacant refuses a database that some process has open, or that is somebody
// else's.
func vacant(ctx context.Context, db sqlstore.Querier) error {
	var processes, tables int
	var ours bool
	if err := db.QueryRowContext(ctx, "select count(*) "+attending).Scan(&processes); err != nil {
		return err
	}
	if processes > 0 {
		return fmt.Errorf("%w: the database is in use by %d processes of marquee: stop them first", domain.ErrConflict, processes)
	}
	if err := db.QueryRowContext(ctx, `select count(*), count(*) filter (where tablename in ('goose_db_version', 'deliveries')) = 2
		from pg_tables where schemaname = current_schema()`).Scan(&tables, &ours); err != nil {
		return err
	}
	if tables > 0 && !ours {
		return fmt.Errorf("%w: the database holds tables, but not marquee's", domain.ErrInvalid)
	}
	return nil
}

// readable refuses a file that is no backup of ours, or one that this program
// could not open afterwards.
func (t *tools) readable(ctx context.Context, db *sql.DB, file string) error {
	var dump bytes.Buffer
	if err := t.write(ctx, &dump, "pg_restore", "--data-only", "--table=goose_db_version", "--file=-", file); err != nil {
		return err
	}
	is, err := dumpedVersion(&dump)
	if err != nil {
		return err
	}
	m, err := schema(db, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return m.Readable(is)
}

// dumpedVersion reads the version out of a table's rows, as pg_dump writes them:
//
//	COPY public.goose_db_version (id, version_id, is_applied, tstamp) FROM stdin;
//	1	0	t	2026-11-20 17:00:00
func dumpedVersion(dump io.Reader) (int64, error) {
	version, rows := int64(-1), false
	for lines := bufio.NewScanner(dump); lines.Scan(); {
		line := lines.Text()
		switch fields := strings.Split(line, "\t"); {
		case strings.HasPrefix(line, "COPY "):
			rows = true
		case line == `\.`:
			rows = false
		case rows && len(fields) > 1:
			n, err := strconv.ParseInt(fields[1], 10, 64)
			if err != nil {
				return 0, fmt.Errorf("%w version in the backup: %w", domain.ErrInvalid, err)
			}
			version = max(version, n)
		}
	}
	if version < 0 {
		return 0, fmt.Errorf("%w: it is no backup of marquee", domain.ErrInvalid)
	}
	return version, nil
}
