package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"

	"marquee/internal/domain"
	"marquee/internal/store/sqlstore"
)

// Restore puts a backup in the place of the database at to, as a new generation,
// and returns the name under which what was there before is kept, "" when nothing
// was. domain.ErrConflict when the database is in use, domain.ErrInvalid when the
// backup is damaged, made by a newer program, or none of ours. Nothing is changed
// before the backup is known to be good.
func Restore(ctx context.Context, from, to string, log *slog.Logger) (kept string, err error) {
	if to, err = filepath.Abs(to); err != nil {
		return "", err
	}
	l, err := occupy(ctx, to)
	if err != nil {
		return "", err
	}
	defer l.release()
	copied := to + ".restoring"
	defer func() {
		err = errors.Join(err, sqlstore.Discard(copied), sqlstore.Discard(copied+"-wal"), sqlstore.Discard(copied+"-shm"))
	}()
	if err := copyFile(from, copied); err != nil {
		return "", fmt.Errorf("copy %s: %w", from, err)
	}
	if err := renew(ctx, copied, log); err != nil {
		return "", fmt.Errorf("restore %s: %w", from, err)
	}
	if kept, err = replace(to, copied); err != nil {
		return "", fmt.Errorf("restore %s: %w", from, err)
	}
	return kept, nil
}

// copyFile copies a backup for its owner only. The log of a database in use holds
// what its file does not.
func copyFile(from, to string) (err error) {
	if log, err := os.Stat(from + "-wal"); err == nil && log.Size() > 0 {
		return fmt.Errorf("%w: it is a database in use, no backup", domain.ErrInvalid)
	}
	in, err := os.Open(from) //nolint:gosec // the operator names it
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) //nolint:gosec // beside the database
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// renew makes sure that a copy of a backup is whole and ours, brings it up to
// this program's version, and makes a new generation of it.
func renew(ctx context.Context, file string, log *slog.Logger) (err error) {
	s := &Store{path: file}
	defer func() { err = errors.Join(err, s.shut()) }()
	if err := s.connect(ctx); err != nil {
		return advised(err)
	}
	if err := sound(ctx, s.write, "pragma integrity_check(1)"); err != nil {
		return err
	}
	var ours bool
	if err := s.write.QueryRowContext(ctx, `select count(*) = 3 from sqlite_master
		where name in ('goose_db_version', 'editions', 'deliveries')`).Scan(&ours); err != nil {
		return err
	}
	if !ours {
		return fmt.Errorf("%w: it is no database of marquee", domain.ErrInvalid)
	}
	if err := s.migrate(ctx, log); err != nil {
		return err
	}
	return sqlstore.Regenerate(ctx, s.write)
}

// replace puts a file in the place of another, which it keeps. There is a file of
// that name at every instant: a daemon that finds none makes an empty one. The
// old one's log leaves before, or it would be taken for the new one's.
func replace(old, with string) (kept string, err error) {
	if _, err := os.Stat(old); err == nil {
		if kept, err = keep(old); err != nil {
			return "", err
		}
	}
	return kept, errors.Join(os.Rename(with, old), sqlstore.SyncDir(filepath.Dir(old)))
}

// keep gives a database a second name, and its log only that.
func keep(old string) (kept string, err error) {
	if kept, err = spare(old + ".before-restore"); err != nil {
		return "", err
	}
	if err := os.Link(old, kept); err != nil { // a file system without links
		if err := os.Rename(old, kept); err != nil {
			return "", err
		}
	}
	if err := os.Rename(old+"-wal", kept+"-wal"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return kept, sqlstore.Discard(old + "-shm") // SQLite makes it anew
}

// spare is the name, or one like it that no file has.
func spare(name string) (string, error) {
	for n := 1; ; n++ {
		free := name
		if n > 1 {
			free += "-" + strconv.Itoa(n)
		}
		err := sqlstore.Unused(free)
		if !errors.Is(err, domain.ErrConflict) {
			return free, err
		}
	}
}
