package inbound

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"marquee/internal/domain"
)

// Folder takes the mail that an MTA leaves in a Maildir. What was taken is deleted
// afterwards; what is not for us, or somebody's answer, is moved from new to cur
// and left to people.
type Folder struct {
	Path string // of the Maildir
	Desk *Desk
	Log  *slog.Logger
}

// patience is how long mail in a folder waits to be looked at.
const patience = 30 * time.Second

// Serve looks into the folder now and every half minute until ctx ends. A folder
// that cannot be read at first is an error; later that may pass.
func (f *Folder) Serve(ctx context.Context) error {
	if err := f.Pass(ctx); err != nil && ctx.Err() == nil {
		return err
	}
	tick := time.NewTicker(patience)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := f.Pass(ctx); err != nil && ctx.Err() == nil {
				f.Log.ErrorContext(ctx, "inbound folder not read", "err", err)
			}
		}
	}
}

// Pass takes all mail that is there. Mail that cannot be taken now stays, and does
// not keep up other mail.
func (f *Folder) Pass(ctx context.Context) error {
	files, err := os.ReadDir(filepath.Join(f.Path, "new"))
	if err != nil {
		return fmt.Errorf("read the folder of inbound mail (mail.inbound.maildir): %w", err)
	}
	for _, file := range files {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !file.Type().IsRegular() {
			continue
		}
		if err := f.file(ctx, file.Name()); err != nil {
			f.Log.ErrorContext(ctx, "inbound mail not taken", "err", err)
		}
	}
	return nil
}

// file takes one mail.
func (f *Folder) file(ctx context.Context, name string) error {
	full := filepath.Join(f.Path, "new", name)
	switch err := f.take(ctx, full); {
	case errors.Is(err, domain.ErrNotFound), errors.Is(err, ErrReply):
		f.Log.InfoContext(ctx, "inbound mail left to people", "reason", err.Error())
		return os.Rename(full, filepath.Join(f.Path, "cur", name+":2,"))
	case err != nil:
		return err
	}
	return os.Remove(full)
}

func (f *Folder) take(ctx context.Context, file string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, takeTimeout)
	defer cancel()
	in, err := os.Open(file) //nolint:gosec // the operator names the folder
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	return f.Desk.Take(ctx, in, "", "")
}
