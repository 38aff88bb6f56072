package patron

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"marquee/internal/domain"
)

// Erasures know who asked to be forgotten, without saying who that is: they keep
// codes of addresses and of rosters' ids, which nobody can make without the key.
type Erasures struct {
	key   []byte
	codes map[string]bool
}

// NewErasures are erasures whose codes were made with a key.
func NewErasures(key []byte, codes []string) Erasures {
	e := Erasures{key: key, codes: make(map[string]bool, len(codes))}
	for _, code := range codes {
		e.codes[code] = true
	}
	return e
}

// Covers reports whether a person asked to be forgotten, by their address or by
// their id on a roster.
func (e Erasures) Covers(roster string, p *domain.Patron) bool {
	if len(e.codes) == 0 {
		return false
	}
	who := *p
	who.Roster = roster
	for _, code := range e.Codes(&who) {
		if e.codes[code] {
			return true
		}
	}
	return false
}

// Has reports whether a code is among them.
func (e Erasures) Has(code string) bool { return e.codes[code] }

// All are all codes, sorted.
func (e Erasures) All() []string { return slices.Sorted(maps.Keys(e.codes)) }

// Key is what the codes are made with.
func (e Erasures) Key() []byte { return e.key }

// Codes are what is kept of a person when they are forgotten.
func (e Erasures) Codes(p *domain.Patron) []string {
	var codes []string
	if p.Email != "" {
		codes = append(codes, e.code("address", domain.EmailKey(p.Email)))
	}
	if p.External != "" {
		codes = append(codes, e.code("id", p.Roster, p.External))
	}
	return codes
}

func (e Erasures) code(parts ...string) string {
	mac := hmac.New(sha256.New, e.key)
	for _, part := range parts {
		mac.Write([]byte(part + "\x00")) // a hash.Hash's Write never fails
	}
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
