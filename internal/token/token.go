// Package token makes and opens the secrets in patrons' addresses. A token says
// who and what for, and nobody without the key can make one; it needs no row in
// the store, never expires, and opens one purpose only, so that a forwarded
// mail's unsubscribe address reads no feed.
//
// There are three forms: links, in URLs; mailboxes, in mail addresses, whose
// letter case mail servers change; and return paths, where the bounce of a letter
// comes back to.
package token

import (
	"encoding/base32"
	"encoding/base64"

	"marquee/internal/domain"
)

// Purpose is what a token may be used for.
type Purpose string

// The purposes.
const (
	Unsubscribe Purpose = "unsubscribe"
	Manage      Purpose = "manage"  // the patron's own page
	Form        Purpose = "form"    // a form on that page was made for that page's reader
	Confirm     Purpose = "confirm" // of a sign-up, whose number it is for

	view   Purpose = "view"   // what an edition's copy is read with
	bounce Purpose = "return" // what a return path is for
)

// Mint makes and opens the tokens of one installation. It may be used by many
// goroutines at once.
type Mint struct {
	keys                      []*key // the first makes, all open
	link, mailbox, returnPath form
}

// New returns the mint of a key: at least 32 random bytes. Tokens that were made
// with a previous key still open; an empty previous key is none.
//
// A token does not name its key: each key is tried, always all of them. That
// keeps tokens short and the form of the first release, and the few keys that an
// installation has in its life cost less than a microsecond each.
func New(current []byte, previous ...[]byte) *Mint {
	lower := base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding) // RFC 4648 §6
	m := &Mint{
		keys:       []*key{newKey(current)},
		link:       form{version: 1, ids: 1, idLen: 8, text: base64.RawURLEncoding},
		mailbox:    form{version: 2, ids: 1, idLen: 8, text: lower, anyCase: true},
		returnPath: form{version: 3, ids: 2, idLen: 6, text: lower, anyCase: true},
	}
	for _, secret := range previous {
		if len(secret) > 0 {
			m.keys = append(m.keys, newKey(secret))
		}
	}
	return m
}

// Make returns the token of a patron for a purpose, for a link: 34 characters of
// unpadded base64url (RFC 4648 §5), always the same for the same arguments.
func (m *Mint) Make(p Purpose, patron domain.PatronID) string {
	return m.make(&m.link, p, ids{int64(patron)})
}

// Open returns the patron of a token that Make made for the purpose. Everything
// else, malformed or forged or of another purpose, is domain.ErrNotFound, told
// apart neither by the error nor by the time it takes.
func (m *Mint) Open(p Purpose, token string) (domain.PatronID, error) {
	of, err := m.open(&m.link, p, token)
	return domain.PatronID(of[0]), err
}
