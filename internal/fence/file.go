package fence

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lock waits until this caller alone has the file locked, among all processes.
// The kernel lets the lock go with the process, however that ends; the file
// stays, since removing it would let two lock two files of one name.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	f, err := create(path, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	tries := time.NewTicker(10 * time.Millisecond)
	defer tries.Stop()
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, nil // nothing was written; this lets the lock go
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
		}
		select {
		case <-tries.C:
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), f.Close())
		}
	}
}

// replace writes a file anew. The name of the draft is always the same, so that
// no crash leaves more than one: whoever writes has the lock.
func replace(path string, data []byte) error {
	draft, err := create(path+".new", os.O_TRUNC|os.O_WRONLY)
	if err != nil {
		return err
	}
	_, err = draft.Write(data)
	if err == nil {
		err = draft.Sync()
	}
	if err = errors.Join(err, draft.Close()); err != nil {
		return err
	}
	if err := os.Rename(draft.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// create opens a file, which is made when it is not there. What root makes belongs
// to whom the directory belongs to, as SQLite does it too: the daemon must be able
// to read what a command wrote.
func create(path string, flag int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|flag, 0o600) //nolint:gosec // the operator names the file
	if err != nil || os.Geteuid() != 0 {
		return f, err
	}
	if dir, err := os.Stat(filepath.Dir(path)); err == nil {
		if owner, ok := dir.Sys().(*syscall.Stat_t); ok {
			_ = f.Chown(int(owner.Uid), int(owner.Gid)) // some file systems know no owners
		}
	}
	return f, nil
}
