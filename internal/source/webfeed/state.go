package webfeed

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"time"

	"marquee/internal/fetch"
	"marquee/internal/source"
)

const (
	// fullEvery is how often a feed is asked for unconditionally: WordPress
	// answers 304 although an item was taken back, as long as that was not the
	// newest.
	fullEvery = 7 * 24 * time.Hour

	// A permanent redirect is believed when it was seen so often, over so long:
	// what was a mistake at the other end is undone by then.
	movedSeen = 3
	movedFor  = 24 * time.Hour
)

// state is what the next Read needs of the last good answer. Validators are
// kept as they came and sent back as they are (RFC 9110 §13.1).
type state struct {
	URL          string    `json:"url"`          // as configured
	At           string    `json:"at,omitempty"` // who issued the validators, when redirected
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"`
	Hash         string    `json:"hash,omitempty"` // of the body, since validators may lie
	Full         time.Time `json:"full,omitzero"`  // of the last unconditional answer
	Moved        move      `json:"moved,omitzero"` // a permanent redirect that is being learned
	Pace         pace      `json:"pace,omitzero"`  // what the feed said of it
}

// move is a permanent redirect (RFC 9110 §15.4.2, §15.4.9).
type move struct {
	To    string    `json:"to"`
	Since time.Time `json:"since"`
	Seen  int       `json:"seen"`
}

func (m move) believed(now time.Time) bool {
	return m.Seen >= movedSeen && now.Sub(m.Since) >= movedFor
}

// loadState reads what save wrote. A state that cannot be read, or that belongs
// to another address, is no state.
func loadState(b source.State, address string) state {
	var s state
	if err := json.Unmarshal(b, &s); err != nil || s.URL != address {
		return state{URL: address}
	}
	return s
}

// request asks for the feed, conditionally unless it is time for all of it. Then
// the configured address is asked, in case it does not redirect any longer.
func (s state) request(now time.Time) fetch.Request {
	req := fetch.Request{URL: s.URL, Accept: accept}
	if !s.Full.IsZero() && now.Sub(s.Full) >= fullEvery {
		return req
	}
	req.ETag, req.LastModified, req.Issuer = s.ETag, s.LastModified, s.At
	if s.Moved.believed(now) {
		req.URL = s.Moved.To
	}
	return req
}

// answered is the state after an answer to req.
func (s state) answered(req fetch.Request, res *fetch.Response, now time.Time) state {
	next := state{URL: s.URL, ETag: res.ETag, LastModified: res.LastModified, Hash: s.Hash, Full: s.Full, Moved: s.Moved, Pace: s.Pace}
	if res.URL != s.URL {
		next.At = res.URL
	}
	if next.Full.IsZero() || !res.NotModified && req.ETag == "" && req.LastModified == "" {
		next.Full = now
	}
	if res.NotModified { // a 304 renews what it carries (RFC 9110 §15.4.5)
		next.ETag, next.LastModified = cmp.Or(res.ETag, s.ETag), cmp.Or(res.LastModified, s.LastModified)
	} else {
		sum := sha256.Sum256(res.Body)
		next.Hash = hex.EncodeToString(sum[:])
	}
	switch {
	case res.Moved == "" && req.URL == s.URL, hasUser(s.URL): // a password is not taken elsewhere
		next.Moved = move{}
	case res.Moved == "":
	case res.Moved != s.Moved.To:
		next.Moved = move{To: res.Moved, Since: now, Seen: 1}
	default:
		next.Moved.Seen++
	}
	return next
}

func hasUser(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.User != nil
}

func (s state) save() source.State {
	b, _ := json.Marshal(s) // strings, numbers and times of this era always marshal
	return b
}
