package mail

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"

	"marquee/internal/domain"
)

// MessageID names the mail of an edition to a patron, without angle brackets:
// "weekly-2026-11-20-1700.OPAQUE@lanternscreen.example". It is a function of
// its arguments, so that every attempt bears the same (RFC 5322 §3.6.4), and
// nobody without key learns from it who the patron is. slug is the edition's.
func MessageID(key []byte, slug string, patron domain.PatronID, domainName string) string {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "message-id\x00%s\x00%d", slug, patron) // a hash.Hash's Write never fails
	opaque := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(mac.Sum(nil)[:16])
	if ascii, err := asciiDomain(domainName); err == nil {
		domainName = ascii
	}
	return strings.Map(atomText, slug) + "." + strings.ToLower(opaque) + "@" + domainName
}

// atomText keeps what may stand in the left part of any message id.
func atomText(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_':
		return r
	}
	return '-'
}
