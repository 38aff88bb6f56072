package markdown

import (
	"encoding/json"
	"fmt"
	"time"

	"marquee/internal/source"
)

// settleTime is how long a file must have been left alone before it is read, so
// that nobody's half-saved sentence is published.
const settleTime = 2 * time.Second

// state is what the last Read saw.
type state struct {
	Settings string          `json:"settings"`
	Files    map[string]seen `json:"files"` // by path
}

// seen is one file as the last Read saw it.
type seen struct {
	Size    int64  `json:"size"`
	Changed int64  `json:"changed"`       // nanoseconds since 1970
	Sum     string `json:"sum,omitempty"` // of its text; empty when it must be read again in any case
}

func newState(settings string) state {
	return state{Settings: settings, Files: map[string]seen{}}
}

// decodeState reads what encode wrote. A state that cannot be read is none;
// after a change of settings it still tells what was there, but every file
// counts as new.
func decodeState(last source.State, settings string) state {
	st := newState(settings)
	if json.Unmarshal(last, &st) != nil || st.Files == nil {
		return newState(settings)
	}
	if st.Settings != settings {
		for name, s := range st.Files {
			s.Sum = ""
			st.Files[name] = s
		}
	}
	return st
}

func (st state) encode() (source.State, error) {
	b, err := json.Marshal(st)
	if err != nil {
		return nil, fmt.Errorf("encode state: %w", err)
	}
	return b, nil
}

// holds tells whether files are, by name, size and time, those of the last Read,
// and none of them waits to be read again.
func (st state) holds(files []file) bool {
	for _, f := range files {
		s := st.Files[f.path]
		if s.Sum == "" || !s.same(f) {
			return false
		}
	}
	return len(files) == len(st.Files) && len(files) > 0
}

// sameText tells whether both saw the same texts, whatever their times.
func (st state) sameText(other state) bool {
	for name, s := range st.Files {
		if s.Sum == "" || s.Sum != other.Files[name].Sum {
			return false
		}
	}
	return len(st.Files) == len(other.Files) && len(st.Files) > 0
}

// stable tells whether nobody is writing to f: it has been left alone for a
// while, or is as the last Read saw it.
func (st state) stable(f file, now time.Time) bool {
	if age := now.Sub(f.changed).Abs(); age >= settleTime {
		return true
	}
	s, ok := st.Files[f.path]
	return ok && s.same(f)
}

// note remembers f and what came of it.
func (st state) note(f file, p *page) {
	s := seen{Size: f.size, Changed: f.changed.UnixNano(), Sum: p.sum}
	if len(p.wrong) > 0 {
		s.Sum = ""
	}
	st.Files[f.path] = s
}

func (s seen) same(f file) bool {
	return s.Size == f.size && s.Changed == f.changed.UnixNano()
}
