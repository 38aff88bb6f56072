package dkim

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/net/idna"

	"marquee/internal/domain"
)

// Limits of RFC 1035 §2.3.4, in octets; a name is counted as it is written.
const (
	maxName   = 253
	maxLabel  = 63
	maxString = 255
)

// Record is the TXT record that publishes a key for sdid, the domain in
// signatures: its name, without a dot at the end, and its value, which DNS holds
// in as many strings as Quoted makes of it. A bad domain, selector or key is
// domain.ErrInvalid.
func Record(sdid string, k Key) (name, value string, err error) {
	if sdid, err = asciiDomain(sdid); err == nil {
		name, err = queryName(sdid, k.Selector)
	}
	if err != nil {
		return "", "", fmt.Errorf("publish key: %w", err)
	}
	alg, public, err := k.public()
	if err != nil {
		return "", "", fmt.Errorf("publish key %s: %w", k.Selector, err)
	}
	return name, "v=DKIM1; k=" + alg + "; p=" + base64.StdEncoding.EncodeToString(public), nil
}

// public is the key's algorithm and what p= says of it. RFC 6376 §3.6.1 speaks
// of RSAPublicKey, but its appendix C publishes a SubjectPublicKeyInfo, and so
// does everybody: verifiers know that one. RFC 8463 §4: Ed25519 is bare.
func (k Key) public() (name string, public []byte, err error) {
	alg, err := k.algorithm()
	if err != nil {
		return "", nil, err
	}
	if bare, ok := k.Private.Public().(ed25519.PublicKey); ok {
		return alg.name, bare, nil
	}
	public, err = x509.MarshalPKIXPublicKey(k.Private.Public())
	return alg.name, public, err
}

// Quoted is a record's value as a zone file holds it: in quotes, and where it is
// longer than 255 octets as several strings, which resolvers put together again
// without anything between them (RFC 6376 §3.6.2.2).
func Quoted(value string) string {
	var strs []string
	for len(value) > maxString {
		strs = append(strs, `"`+value[:maxString]+`"`)
		value = value[maxString:]
	}
	return strings.Join(append(strs, `"`+value+`"`), " ")
}

// asciiDomain is a domain of two labels or more, as A-labels in small letters.
func asciiDomain(name string) (string, error) {
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil || !labels(ascii) || !strings.Contains(ascii, ".") {
		return "", fmt.Errorf("%w: %q is not a domain", domain.ErrInvalid, name)
	}
	return ascii, nil
}

// queryName is where verifiers look for the key (RFC 6376 §3.6.2.1).
func queryName(sdid, selector string) (string, error) {
	if !labels(selector) {
		return "", fmt.Errorf("%w: selector %q is not letters, digits and inner hyphens", domain.ErrInvalid, selector)
	}
	name := selector + "._domainkey." + sdid
	if len(name) > maxName {
		return "", fmt.Errorf("%w: %s is longer than a name in the DNS may be", domain.ErrInvalid, name)
	}
	return name, nil
}

// labels reports whether s is what RFC 6376 §3.1 calls sub-domains: letters,
// digits and inner hyphens, with dots between.
func labels(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		inner := strings.Trim(label, "-")
		if label == "" || len(label) > maxLabel || inner != label || strings.ContainsFunc(label, notLDH) {
			return false
		}
	}
	return true
}

func notLDH(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-'
}
