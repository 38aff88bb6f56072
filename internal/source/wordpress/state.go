package wordpress

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"marquee/internal/source"
)

// state is what the next Read needs of those before it.
type state struct {
	Settings string      `json:"settings"`
	Root     string      `json:"root,omitempty"` // of the REST API
	Feed     string      `json:"feed,omitempty"` // that the home page names
	Types    []*postType `json:"types,omitempty"`
	Listed   time.Time   `json:"listed,omitzero"`  // when all ids were last compared; zero before the first time
	Uneasy   bool        `json:"uneasy,omitempty"` // the last Result had problems that may have passed
	Detour   *detour     `json:"detour,omitempty"` // while the API is closed
}

// loadState reads what save wrote, and whether there was something to read. A
// state that cannot be read, or that was written under other settings, is none.
func loadState(b source.State, settings string) (*state, bool) {
	var s state
	if json.Unmarshal(b, &s) != nil || s.Settings != settings || slices.Contains(s.Types, nil) {
		return &state{Settings: settings}, false
	}
	for _, t := range s.Types {
		t.load()
	}
	return &s, true
}

func (s *state) save() (source.State, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encode state: %w", err)
	}
	return b, nil
}

// due tells whether all ids are to be compared again. A clock that was set back
// makes it so.
func (s *state) due(now time.Time, every time.Duration) bool {
	return now.Before(s.Listed) || now.Sub(s.Listed) >= every
}

// problems are those of all pieces that could not be used when they were last read.
func (s *state) problems() []source.Problem {
	var all []source.Problem
	for _, t := range s.Types {
		for _, id := range sorted(t.Troubles) {
			all = append(all, t.Troubles[id].problem())
		}
	}
	return all
}

// blind tells whether a piece cannot be used, nor told which one it is: what is
// stored of it must not be taken for gone.
func (s *state) blind() bool {
	return slices.ContainsFunc(s.problems(), func(p source.Problem) bool { return p.GUID == "" })
}

// has tells whether the API has given the piece with a guid. The type in a guid
// is what the piece was once; ids are the same in all types.
func (s *state) has(guid string) bool {
	_, id := entryOf(guid)
	return slices.ContainsFunc(s.Types, func(t *postType) bool {
		if id == 0 {
			return t.hasForeign(guid)
		}
		at, seen := t.Seen[id]
		_, unusable := t.Troubles[id]
		return seen && at != gone && !unusable
	})
}

// entryOf reads the guids that WordPress makes, "…/?p=28091" and
// "…/?post_type=reviews&p=28091". An importer's guid may be anything: its id is 0.
func entryOf(guid string) (postType string, id int64) {
	u, err := url.Parse(guid)
	if err != nil {
		return "", 0
	}
	q := u.Query()
	id, err = strconv.ParseInt(q.Get("p"), 10, 64)
	if err != nil || id < 1 {
		return "", 0
	}
	if name := q.Get("post_type"); name != "" {
		return name, id
	}
	return "post", id
}
