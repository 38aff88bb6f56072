package sqlstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"marquee/internal/domain"
)

// NewFile makes a file, durably, whole or not at all, and for its owner only.
// write fills an empty one, which has another name as long as it is not whole.
// domain.ErrConflict when the file exists.
func NewFile(file string, write func(part string) error) (err error) {
	if err := Unused(file); err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*.part") // with mode 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, part.Close(), Discard(part.Name())) }()
	if err := write(part.Name()); err != nil {
		return err
	}
	if err := part.Sync(); err != nil {
		return err
	}
	if err := os.Link(part.Name(), file); errors.Is(err, fs.ErrExist) {
		return taken(file)
	} else if err != nil { // a file system without links
		if err := os.Rename(part.Name(), file); err != nil {
			return err
		}
	}
	return SyncDir(filepath.Dir(file))
}

// Unused refuses the name of a file that exists: domain.ErrConflict.
func Unused(file string) error {
	_, err := os.Lstat(file)
	if err == nil {
		return taken(file)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func taken(file string) error { return fmt.Errorf("%w: %s exists", domain.ErrConflict, file) }

// SyncDir makes the names in a directory survive a power loss.
func SyncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the operator names it
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Discard removes a file that need not be there.
func Discard(file string) error {
	if err := os.Remove(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
