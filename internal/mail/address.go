package mail

import (
	"errors"
	netmail "net/mail"
	"strings"

	"golang.org/x/net/idna"

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

// Mailbox is address as envelopes and headers need it: local@domain in ASCII,
// the local part quoted where it must be, an international domain as A-labels
// (RFC 5891 §4.4). Its errors are *StampError of ClassAddress.
func Mailbox(address string) (string, error) {
	a, err := parseMailbox(address)
	if err != nil {
		return "", err
	}
	return strings.Trim(a.String(), "<>"), nil
}

// parseMailbox is Mailbox with the local part unquoted, as net/mail has it.
func parseMailbox(address string) (*netmail.Address, error) {
	a, err := netmail.ParseAddress("<" + address + ">")
	if err != nil {
		return nil, addressError("not an e-mail address")
	}
	at := strings.LastIndexByte(a.Address, '@')
	local, host := a.Address[:at], a.Address[at+1:]
	if !printable(local) {
		// RFC 6531 §3.2: only SMTPUTF8 can carry such a mailbox.
		return nil, addressError("letters outside ASCII before the @ need SMTPUTF8, which is not supported for now")
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
