package mail

import (
	"errors"
	netmail "net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"marquee/internal/domain"
)

// ClassAddress is the class of deliveries that fail because mail cannot be sent
// to what the roster holds as an address.
const ClassAddress = "address"

// StampError says why one patron's copy cannot be made, however often one
// tries: it is a domain.ErrPermanent. It never quotes what it is about.
type StampError struct {
	Class string // of the failed delivery, such as ClassAddress
	Err   error
}

func (e *StampError) Error() string { return e.Class + ": " + e.Err.Error() }

// Unwrap makes a StampError a domain.ErrPermanent besides what it wraps.
func (e *StampError) Unwrap() []error { return []error{domain.ErrPermanent, e.Err} }

// Limits of RFC 5321 §4.5.3.1: the local part, and a path less its brackets.
const (
	maxLocal = 64
	maxPath  = 254
)

// Mailbox is address as envelopes and headers hold it, local@domain, and
// whether only SMTPUTF8 can carry it: when its local part has letters beyond
// ASCII, which then are in NFC (RFC 6532 §3.1). A local part is quoted where it
// must be. Its errors are *StampError of ClassAddress.
//
// An international domain is always A-labels (RFC 5891 §4.4), beside a local
// part beyond ASCII too, although RFC 6531 §3.3 admits both: every server asks
// the DNS for the A-labels, they mean the same under any edition of Unicode, and
// one that holds mail for the domain knows that name of it already.
func Mailbox(address string) (box string, utf8 bool, err error) {
	if plainMailbox(address) {
		return address, false, nil
	}
	a, err := parseMailbox(address)
	if err != nil {
		return "", false, err
	}
	box = strings.Trim(a.String(), "<>")
	return box, !printable(box), nil
}

// plainMailbox reports whether address is what Mailbox would make of it, as
// nearly all are: atoms in ASCII and within limits.
func plainMailbox(address string) bool {
	local, host, ok := domain.CutAddress(address)
	return ok && len(local) <= maxLocal && len(address) <= maxPath && dotAtom(local) && dotAtom(host)
}

// parseMailbox is Mailbox with the local part unquoted, as net/mail has it.
func parseMailbox(address string) (*netmail.Address, error) {
	a, err := netmail.ParseAddress("<" + address + ">")
	if err != nil {
		return nil, addressError("not an e-mail address")
	}
	local, host, _ := domain.CutAddress(a.Address)
	if local = norm.NFC.String(local); !legible(local) {
		return nil, addressError("a character before the @ that nobody can see")
	}
	if host, err = asciiDomain(host); err != nil {
		return nil, addressError("its domain does not exist in the DNS's letters")
	}
	if len(local) > maxLocal || len(local)+1+len(host) > maxPath {
		return nil, addressError("longer than RFC 5321 allows")
	}
	return &netmail.Address{Address: local + "@" + host}, nil
}

func addressError(text string) error {
	return &StampError{Class: ClassAddress, Err: errors.New(text)}
}

// asciiDomain is host as A-labels; a host in ASCII stays as it is.
func asciiDomain(host string) (string, error) {
	if printable(host) {
		return host, nil
	}
	return idna.Lookup.ToASCII(host)
}

// printable reports whether s holds nothing but ASCII's visible characters and
// spaces.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// legible is printable for all scripts: no controls, no marks of direction, no
// spaces but ASCII's. Joiners are letters to Persian and to the Indic scripts.
func legible(s string) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	for _, r := range s {
		if r == utf8.RuneError || !unicode.IsPrint(r) && r != nonJoiner && r != joiner {
			return false
		}
	}
	return true
}
