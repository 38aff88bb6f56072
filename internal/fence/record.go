package fence

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"marquee/internal/domain"
)

// record is the file.
type record struct {
	Version    int         `json:"version"`
	Generation string      `json:"generation"`          // of the database that it is about
	Place      string      `json:"place"`               // where that is
	Forgotten  domain.Slot `json:"forgotten,omitempty"` // the newest slot that is remembered no more
	Editions   []mark      `json:"editions"`            // newest first

	read []byte // the file as it was
}

// mark is what the file remembers of an edition. It is known by its slot: a
// restored database may compile it again, under another id.
type mark struct {
	Digest  string      `json:"digest"`
	Slot    domain.Slot `json:"slot"`
	Started time.Time   `json:"started,omitzero"`
	Sent    int         `json:"sent"`             // at least so many
	Ended   bool        `json:"ended,omitempty"`  // and no more
	Unsure  bool        `json:"unsure,omitempty"` // it was under way in a database that became ours
}

const (
	version  = 1
	remember = 50 // editions
)

// errBroken says that there is a file that cannot be understood.
var errBroken = errors.New("cannot be understood")

// load reads the file: nil when there is none, errBroken when it is no fence.
func load(path string) (*record, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // a fence need not have a file
	}
	if err != nil {
		return nil, err
	}
	f := &record{read: data}
	switch err := json.Unmarshal(data, f); {
	case err != nil:
		return nil, fmt.Errorf("%s %w: %w", path, errBroken, err)
	case f.Version > version:
		return nil, fmt.Errorf("%s %w: a newer Marquee wrote it", path, errBroken)
	case f.Version < 1 || f.Generation == "" || f.Place == "":
		return nil, fmt.Errorf("%s %w: it is incomplete", path, errBroken)
	}
	return f, nil
}

// save replaces the file as a whole, durably, if there is anything new in it.
func (f *record) save(path string) error {
	f.trim()
	data, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	data = append(data, '\n')
	if bytes.Equal(data, f.read) {
		return nil
	}
	f.read = data
	return replace(path, data)
}

// find is the mark of an edition, nil if there is none.
func (f *record) find(e domain.Edition) *mark {
	i := slices.IndexFunc(f.Editions, func(m mark) bool { return m.Digest == e.Digest && m.Slot == e.Slot })
	if i < 0 {
		return nil
	}
	return &f.Editions[i]
}

// mark is the edition's mark, made if there is none.
func (f *record) mark(e domain.Edition) *mark {
	if m := f.find(e); m != nil {
		return m
	}
	f.Editions = append(f.Editions, mark{Digest: e.Digest, Slot: e.Slot})
	return &f.Editions[len(f.Editions)-1]
}

// news reports whether the database knows something of a begun edition that the
// file would want to remember: that there is such a one, or that it has ended.
func (f *record) news(e domain.Edition) bool {
	if e.Started.IsZero() {
		return false
	}
	m := f.find(e)
	return m == nil || !m.Ended && !underWay(e.State) && m.agrees(e)
}

// learn takes over what the database knows of an edition, unless the file knows
// better.
func (f *record) learn(e domain.Edition, sent int) {
	if m := f.mark(e); m.agrees(e) && sent >= m.Sent {
		f.replace(e, sent)
	}
}

// replace takes over what the database knows of an edition, whatever the file
// knew.
func (f *record) replace(e domain.Edition, sent int) {
	*f.mark(e) = mark{Digest: e.Digest, Slot: e.Slot, Started: e.Started, Sent: sent, Ended: !underWay(e.State)}
}

// doubt notes that an edition may have gone out.
func (f *record) doubt(e domain.Edition) { f.mark(e).Unsure = true }

// trim puts the newest editions first and forgets the oldest of those that ended
// or are held anyway: what is older than memory is held too.
func (f *record) trim() {
	slices.SortStableFunc(f.Editions, func(a, b mark) int {
		return cmp.Or(cmp.Compare(b.Slot, a.Slot), cmp.Compare(a.Digest, b.Digest))
	})
	for i := len(f.Editions) - 1; i >= 0 && len(f.Editions) > remember; i-- {
		if m := f.Editions[i]; m.Ended || m.Unsure {
			f.Forgotten = max(f.Forgotten, m.Slot)
			f.Editions = slices.Delete(f.Editions, i, i+1)
		}
	}
}

// begun reports whether the file knows when the edition began.
func (m *mark) begun() bool { return !m.Started.IsZero() }

// agrees reports whether the file and the database tell one story.
func (m *mark) agrees(e domain.Edition) bool {
	return !m.Unsure && (!m.begun() || m.Started.Equal(e.Started))
}
