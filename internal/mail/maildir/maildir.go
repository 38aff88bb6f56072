// Package maildir delivers mail into files, so that development and previews
// need no server: into a maildir, which every mail program can open, or as .eml
// files side by side.
package maildir

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"marquee/internal/config"
	"marquee/internal/mail"
)

// options is the transport's block of the configuration.
type options struct {
	Path   string `yaml:"path"`   // a directory; made when it is not there
	Layout string `yaml:"layout"` // maildir (when empty) or eml
}

// Kind is the transport's entry in the list of kinds.
func Kind() mail.Kind { return mail.Kind{Name: "maildir", New: New} }

// New checks the options and returns a transport. It makes no directory yet.
func New(env mail.Env, opts config.Options) (mail.Transport, error) {
	o := options{Layout: "maildir"}
	if err := opts.Decode(&o); err != nil {
		return nil, err
	}
	var mistakes []error
	if o.Path == "" {
		mistakes = append(mistakes, opts.Errorf("path", "is missing: write the directory that mail goes to"))
	}
	dir := opts.Path(o.Path)
	t := &Transport{now: env.Now}
	switch o.Layout {
	case "maildir":
		t.drafts, t.mail = filepath.Join(dir, "tmp"), filepath.Join(dir, "new")
		t.dirs = []string{t.drafts, t.mail, filepath.Join(dir, "cur")}
		t.name = maildirName
	case "eml":
		t.drafts, t.mail, t.dirs = dir, dir, []string{dir}
		t.name = emlName
	default:
		mistakes = append(mistakes, opts.Errorf("layout", "is unknown: write maildir or eml"))
	}
	return t, errors.Join(mistakes...)
}

// Transport writes each message into a file of its own.
type Transport struct {
	dirs   []string // to be there before anything else
	drafts string   // where a message is written
	mail   string   // where it appears, complete
	name   func(data []byte, now time.Time) string
	now    func() time.Time
}

// Open makes the directories. Sessions are independent of each other.
func (t *Transport) Open(ctx context.Context) (mail.Session, error) {
	if err := ctx.Err(); err != nil {
		return nil, deferred(err)
	}
	for _, dir := range t.dirs {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, deferred(err)
		}
	}
	return session{t}, nil
}

type session struct{ *Transport }

// Send writes the message under a name that readers ignore, and moves it to
// where they look once Commit agrees.
func (s session) Send(ctx context.Context, m mail.Message) error {
	draft, err := s.write(m.Data)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return discard(draft, deferred(err))
	}
	if m.Commit != nil {
		if err := m.Commit(ctx); err != nil {
			return discard(draft, &mail.SendError{Outcome: mail.Withheld, Err: fmt.Errorf("commit: %w", err)})
		}
	}
	if err := os.Rename(draft, filepath.Join(s.mail, s.name(m.Data, s.now()))); err != nil {
		return discard(draft, deferred(err))
	}
	if err := syncDir(s.mail); err != nil {
		return &mail.SendError{Outcome: mail.Unknown, Err: err} // it is there, but may not survive
	}
	return nil
}

// Usable is true: files hold no state.
func (s session) Usable() bool { return true }

// Close has nothing to end.
func (s session) Close() error { return nil }

// write stores data durably and returns the draft's name, also after an error.
func (s session) write(data []byte) (name string, err error) {
	f, err := os.CreateTemp(s.drafts, ".draft-*") // readable by the owner alone
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.Write(data); err != nil {
		return f.Name(), err
	}
	return f.Name(), f.Sync()
}

// syncDir makes the names in a directory durable.
func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the operator names the directory
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// discard removes a draft and returns why.
func discard(draft string, why error) error {
	if draft != "" {
		_ = os.Remove(draft) // readers never see drafts; one that stays does no harm
	}
	return why
}

func deferred(err error) error { return &mail.SendError{Outcome: mail.Deferred, Err: err} }
