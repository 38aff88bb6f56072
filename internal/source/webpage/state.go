package webpage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"time"

	"marquee/internal/fetch"
	"marquee/internal/source"
)

// maxPieces is how many pieces a state remembers beyond those at hand.
const maxPieces = 2000

// state is what the next Read needs.
type state struct {
	Key     string            `json:"key"`               // of the options that it belongs to
	Watched []document        `json:"watched,omitempty"` // what changes when there is news
	Pieces  map[string]string `json:"pieces,omitempty"`  // print of a guid → print of the piece
	Sites   map[string]site   `json:"sites,omitempty"`   // by origin
}

// document is what is known of one document. Validators are kept as they came
// and sent back as they are (RFC 9110 §13.1).
type document struct {
	URL          string `json:"url"`
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	Hash         string `json:"hash"` // of the body, since validators may lie
}

// loadState reads what save wrote. A state that cannot be read is no state; after
// a change of options only what is known of the sites is worth anything.
func loadState(b source.State, key string) state {
	var s state
	if err := json.Unmarshal(b, &s); err != nil {
		return state{}
	}
	if s.Key != key {
		return state{Sites: s.Sites}
	}
	return s
}

func (s state) save() source.State {
	b, _ := json.Marshal(s) // text, numbers and times of this millennium always marshal
	return b
}

func documentOf(address string, res *fetch.Response) document {
	return document{URL: address, ETag: res.ETag, LastModified: res.LastModified, Hash: printOf(res.Body)}
}

// news are the pieces that are not known or not known like this, and what is to
// be remembered of all. What a guess said of a known piece is left out: its page
// has told better since.
func news(known map[string]string, pieces []piece) (items []source.Raw, memory map[string]string) {
	memory = map[string]string{}
	if len(known) < maxPieces { // pieces come back when a newer one is taken away
		maps.Copy(memory, known)
	}
	for _, p := range pieces {
		written, _ := json.Marshal(p.Raw) // text, numbers and times of this millennium always marshal
		id, print := printOf([]byte(p.GUID)), printOf(written)
		before, old := known[id]
		memory[id] = print
		if before == print {
			continue
		}
		if old && p.guessed {
			p.Title, p.Published = "", time.Time{}
		}
		items = append(items, p.Raw)
	}
	return items, memory
}

// printOf is short and tells one text from another.
func printOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:12])
}
