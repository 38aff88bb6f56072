package webfeed

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"marquee/internal/fetch"
	"marquee/internal/source"
)

// state is what the next Read needs of the last good answer. Validators are
// kept as they came and sent back as they are (RFC 9110 §13.1).
type state struct {
	URL          string `json:"url"` // whose validators these are
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	Hash         string `json:"hash,omitempty"` // of the body, since validators may lie
}

// loadState reads what save wrote. A state that cannot be read, or that belongs
// to another address, is no state.
func loadState(b source.State, url string) state {
	var s state
	if err := json.Unmarshal(b, &s); err != nil || s.URL != url {
		return state{URL: url}
	}
	return s
}

func stateOf(url string, res *fetch.Response) state {
	sum := sha256.Sum256(res.Body)
	return state{URL: url, ETag: res.ETag, LastModified: res.LastModified, Hash: hex.EncodeToString(sum[:])}
}

func (s state) save() source.State {
	b, _ := json.Marshal(s) // strings always marshal
	return b
}
