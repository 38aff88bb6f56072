package domain

import "strings"

// CutAddress parts a mail address at its last @, since a local part in quotes may
// hold others (RFC 5321 §4.1.2). Both sides stay as they are written, quotes and
// letters beyond ASCII too, and either may be empty. ok is false without an @.
func CutAddress(address string) (local, host string, ok bool) {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return "", "", false
	}
	return address[:at], address[at+1:], true
}

// HostOf is the right side of a mail address in lower case, as domains are
// compared (RFC 5321 §2.4). One in letters beyond ASCII is not turned into
// A-labels. Empty for what holds no @.
func HostOf(address string) string {
	_, host, _ := CutAddress(address)
	return strings.ToLower(host)
}
