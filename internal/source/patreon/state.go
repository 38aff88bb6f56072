package patreon

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"marquee/internal/patreonapi"
	"marquee/internal/source"
)

// state is what the last Read saw.
type state struct {
	Settings string          `json:"settings"`
	Listed   time.Time       `json:"listed"` // when all posts were last read whole
	Posts    map[string]seen `json:"posts"`  // by id
}

// seen is a post as it was last read.
type seen struct {
	Mark string `json:"mark"` // of what the small list says
	Sum  string `json:"sum"`  // of all
}

func newState(settings string) state { return state{Settings: settings, Posts: map[string]seen{}} }

// loadState reads what save wrote, and whether it can be built on. After a change
// of settings it still tells what was there.
func loadState(b source.State, settings string) (state, bool) {
	st := newState(settings)
	if json.Unmarshal(b, &st) != nil || st.Posts == nil {
		return newState(settings), false
	}
	if st.Settings != settings {
		for id := range st.Posts {
			st.Posts[id] = seen{}
		}
		st.Settings = settings
		return st, false
	}
	return st, true
}

func (s state) save() (source.State, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encode state: %w", err)
	}
	return b, nil
}

// stale reports whether all posts are to be read whole. A clock that was set back
// makes it so.
func (s state) stale(now time.Time) bool {
	return now.Before(s.Listed) || now.Sub(s.Listed) >= allAgain
}

func (s state) note(p patreonapi.Post) { s.Posts[p.ID] = seen{Mark: mark(p), Sum: sum(p)} }

// gone reports whether a listing lacks a post that there was.
func (s state) gone(l *listing) bool {
	if !l.whole {
		return false
	}
	there := make(map[string]bool, len(l.posts))
	for _, p := range l.posts {
		there[p.ID] = true
	}
	for _, b := range l.broken {
		there[b.ID] = true
	}
	for id := range s.Posts {
		if !there[id] {
			return true
		}
	}
	return false
}

func (s state) same(other state) bool { return maps.Equal(s.Posts, other.Posts) }

func mark(p patreonapi.Post) string {
	return digest(fmt.Sprintf("%q %q %t %q %d", p.Title, p.URL, p.Public, p.Tiers, p.Published.UnixMicro()))
}

func sum(p patreonapi.Post) string { return digest(mark(p) + p.Embed + "\x00" + p.Content) }

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:12])
}
