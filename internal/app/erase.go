package app

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/patron"
)

// erasedFile is a list of who asked to be forgotten, outside the database, so
// that a backup from before does not bring them back. It says nobody's name: a
// line is a code, or one that was lifted with a "-" before it; the first has the
// key that codes are made with.
type erasedFile string

// newErasedFile is beside the database of SQLite, else beside the configuration.
func newErasedFile(cfg *config.Config) erasedFile {
	if path, ok := strings.CutPrefix(cfg.Store, "sqlite:"); ok {
		return erasedFile(path + ".erased")
	}
	return erasedFile(filepath.Join(cfg.Dir, "marquee.erased"))
}

const erasedHead = "key "

// read returns no key when there is no file.
func (f erasedFile) read() (key []byte, codes []string, err error) {
	file, err := os.Open(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		line := lines.Text()
		if text, ok := strings.CutPrefix(line, erasedHead); ok {
			if key, err = hex.DecodeString(text); err != nil {
				return nil, nil, fmt.Errorf("%w file %s: its key is damaged", domain.ErrInvalid, f)
			}
		} else if lifted, ok := strings.CutPrefix(line, "-"); ok {
			codes = slices.DeleteFunc(codes, func(code string) bool { return code == lifted })
		} else if line != "" {
			codes = append(codes, line)
		}
	}
	return key, codes, lines.Err()
}

// add writes lines down, durably.
func (f erasedFile) add(key []byte, lines ...string) (err error) {
	file, err := os.OpenFile(string(f), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.Size() == 0 {
		lines = append([]string{erasedHead + hex.EncodeToString(key)}, lines...)
	}
	if _, err := file.WriteString(strings.Join(lines, "\n") + "\n"); err != nil {
		return err
	}
	return file.Sync()
}

// ErasePatron forgets a person. No roster and no backup brings them back; they
// can, by signing up.
func (a *App) ErasePatron(ctx context.Context, id domain.PatronID) error {
	r, err := a.store.PatronRecord(ctx, id, 1)
	if err != nil {
		return err
	}
	erasures, err := a.store.Erasures(ctx)
	if err != nil {
		return err
	}
	codes := erasures.Codes(&domain.Patron{Roster: r.Roster, External: r.External, Email: r.Email})
	if err := newErasedFile(a.cfg).add(erasures.Key(), codes...); err != nil {
		return fmt.Errorf("write an erasure down: %w", err)
	}
	if err := a.store.ErasePatron(ctx, id, codes, a.env.Now()); err != nil {
		return err
	}
	a.env.Log.InfoContext(ctx, "patron erased", "patron", id)
	return nil
}

// LiftErasure lets an address back in, by its owner's own word.
func (a *App) LiftErasure(ctx context.Context, email string) error {
	erasures, err := a.store.Erasures(ctx)
	if err != nil {
		return err
	}
	codes := erasures.Codes(&domain.Patron{Email: email})
	if !slices.ContainsFunc(codes, erasures.Has) {
		return nil
	}
	lines := make([]string, len(codes))
	for i, code := range codes {
		lines[i] = "-" + code
	}
	if err := newErasedFile(a.cfg).add(erasures.Key(), lines...); err != nil {
		return fmt.Errorf("write down that an erasure is lifted: %w", err)
	}
	return a.store.LiftErasure(ctx, codes)
}

// eraseAgain brings the database and the file outside it into step: a database
// that was restored forgets once more whom it should have forgotten.
func (a *App) eraseAgain(ctx context.Context) error {
	file := newErasedFile(a.cfg)
	key, codes, err := file.read()
	if err != nil {
		return err
	}
	is, err := a.store.Erasures(ctx)
	if err != nil {
		return err
	}
	if key == nil {
		if all := is.All(); len(all) > 0 { // another machine's erasures, or a file that was lost
			return file.add(is.Key(), all...)
		}
		return nil
	}
	if slices.ContainsFunc(codes, func(code string) bool { return !is.Has(code) }) {
		if err := errors.Join(a.store.SetErasureKey(ctx, key), a.store.NoteErasures(ctx, codes, a.env.Now())); err != nil {
			return err
		}
	}
	return a.eraseCovered(ctx, patron.NewErasures(key, codes))
}

// eraseCovered forgets whoever is stored although they asked to be forgotten.
func (a *App) eraseCovered(ctx context.Context, e patron.Erasures) error {
	if len(e.All()) == 0 {
		return nil
	}
	patrons, err := a.store.AllPatrons(ctx)
	if err != nil {
		return err
	}
	for i := range patrons {
		if !e.Covers(patrons[i].Roster, &patrons[i]) {
			continue
		}
		if err := a.store.ErasePatron(ctx, patrons[i].ID, e.Codes(&patrons[i]), a.env.Now()); err != nil {
			return err
		}
		a.env.Log.WarnContext(ctx, "patron erased again", "patron", patrons[i].ID)
	}
	return nil
}
