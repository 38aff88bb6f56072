package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"marquee/internal/domain"
)

// lock is a file beside the database that one process at a time has locked. The
// kernel lets it go with the process, however that ends; the file stays, since
// removing it would let two processes lock two files of one name.
type lock struct {
	file *os.File
	mine bool
}

// acquire locks the file, or finds it taken.
func acquire(path string) (*lock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return &lock{file: f}, nil
	}
	if err != nil {
		_ = f.Close() // nothing was written
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	l := &lock{file: f, mine: true}
	if err := l.sign(); err != nil {
		l.release()
		return nil, err
	}
	return l, nil
}

// await acquires the lock. An exclusive opener tries for two seconds, since one
// that only looks has the lock for as long as it looks after the schema.
func await(ctx context.Context, path string, exclusive bool) (*lock, error) {
	tries := time.NewTicker(50 * time.Millisecond)
	defer tries.Stop()
	for range 40 {
		l, err := acquire(path)
		if err != nil || !l.taken() || !exclusive {
			return l, err
		}
		l.release()
		select {
		case <-tries.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return acquire(path)
}

// occupy locks a database for this process alone.
func occupy(ctx context.Context, path string) (*lock, error) {
	l, err := await(ctx, path+".lock", true)
	if err != nil || !l.taken() {
		return l, err
	}
	err = fmt.Errorf("%w: %s is in use by %s: stop it first", domain.ErrConflict, path, l.holder())
	l.release()
	return nil, err
}

// sign writes down whose lock it is.
func (l *lock) sign() error {
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err := l.file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// taken reports whether another process has the lock.
func (l *lock) taken() bool { return !l.mine }

// holder is the process that has the lock, for people.
func (l *lock) holder() string {
	signed, err := os.ReadFile(l.file.Name())
	if pid := strings.TrimSpace(string(signed)); err == nil && pid != "" {
		return "process " + pid
	}
	return "another process"
}

// release lets the lock go; it may be called twice.
func (l *lock) release() {
	l.mine = false
	_ = l.file.Close() // lets the lock go too; a second time it is closed already
}
