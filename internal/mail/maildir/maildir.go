// Package maildir delivers mail into files, so that development and previews
// need no server: into a maildir, which every mail program can open, or as .eml
// files side by side.
package maildir

import (
	"context"
	"errors"
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
	name   func(content [][]byte, now time.Time) string
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

func deferred(err error) error { return &mail.SendError{Outcome: mail.Deferred, Err: err} }
