package maildir

import (
	"bufio"
	"context"
	"errors"
	"os"
	"path/filepath"

	"marquee/internal/mail"
)

type session struct{ *Transport }

// group is how many files are open at once.
const group = 64

// Send writes the window under names that readers ignore, and moves it to where
// they look once begin agrees. Each file is durable before it is moved; the names
// of all become so together.
func (s session) Send(ctx context.Context, window []mail.Message, begin mail.Begin) []error {
	errs := make([]error, len(window))
	drafts := make([]string, len(window))
	defer discard(drafts)
	for i := 0; i < len(window); i += group {
		end := min(i+group, len(window))
		s.draft(ctx, window[i:end], drafts[i:end], errs[i:end])
	}
	if let := ask(ctx, begin, errs); let != nil {
		s.publish(window, drafts, let, errs)
	}
	return errs
}

// draft writes the messages that it can, and puts the drafts' names into drafts.
// Others have an error, and may have a draft all the same.
func (s session) draft(ctx context.Context, window []mail.Message, drafts []string, errs []error) {
	files := make([]*os.File, len(window))
	for i, m := range window {
		if err := ctx.Err(); err != nil {
			errs[i] = withheld(err)
			continue
		}
		if files[i], errs[i] = s.write(m.Content); files[i] != nil {
			drafts[i] = files[i].Name()
		}
	}
	for i, f := range files { // the disk has the more to do at once
		if f == nil {
			continue
		}
		if err := errors.Join(errs[i], f.Sync(), f.Close()); err != nil {
			errs[i] = deferred(err)
		}
	}
}

// write stores content in a file that nobody looks for; there may be one even
// after an error.
func (s session) write(content [][]byte) (*os.File, error) {
	f, err := os.CreateTemp(s.drafts, ".draft-*") // readable by the owner alone
	if err != nil {
		return nil, deferred(err)
	}
	w := bufio.NewWriterSize(f, 64<<10)
	for _, piece := range content {
		if _, err := w.Write(piece); err != nil {
			return f, err
		}
	}
	return f, w.Flush()
}

// ask asks begin which of the messages without an error may appear. None may when
// it fails or ctx ends; it is not asked when there are none.
func ask(ctx context.Context, begin mail.Begin, errs []error) []bool {
	ready := false
	for _, err := range errs {
		ready = ready || err == nil
	}
	if !ready {
		return nil
	}
	let, err := begin.Ask(ctx, len(errs))
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		return let
	}
	for i := range errs {
		if errs[i] == nil {
			errs[i] = withheld(err)
		}
	}
	return nil
}

var errKept = errors.New("kept back at the last moment")

// publish moves drafts to where readers look.
func (s session) publish(window []mail.Message, drafts []string, let []bool, errs []error) {
	moved := false
	for i, m := range window {
		if errs[i] != nil {
			continue
		}
		if !let[i] {
			errs[i] = withheld(errKept)
			continue
		}
		if err := os.Rename(drafts[i], filepath.Join(s.mail, s.name(m.Content, s.now()))); err != nil {
			errs[i] = deferred(err)
			continue
		}
		drafts[i], moved = "", true
	}
	if !moved {
		return
	}
	if err := syncDir(s.mail); err != nil { // they are there, but may not survive
		for i := range errs {
			if errs[i] == nil {
				errs[i] = &mail.SendError{Outcome: mail.Unknown, Err: err}
			}
		}
	}
}

// syncDir makes the names in a directory durable.
func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the operator names the directory
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// discard removes what is left of drafts.
func discard(drafts []string) {
	for _, draft := range drafts {
		if draft != "" {
			_ = os.Remove(draft) // readers never see drafts; one that stays does no harm
		}
	}
}

// Usable is true: files hold no state.
func (s session) Usable() bool { return true }

// Close has nothing to end.
func (s session) Close() error { return nil }

func withheld(err error) error { return &mail.SendError{Outcome: mail.Withheld, Err: err} }
