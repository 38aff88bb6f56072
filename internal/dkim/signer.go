package dkim

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"marquee/internal/domain"
)

// Signer signs the letters of one domain. It never changes; any number of
// goroutines may sign at once.
type Signer struct {
	keys  []signing
	rules []rule
}

// signing is one key at work. The key itself is kept in a closure, which nothing
// that prints a Signer can look into.
type signing struct {
	selector string
	tags     []string // those that are the same for every letter
	sign     func(digest []byte) ([]byte, error)
}

// New returns the signer of sdid, the domain in signatures, for DMARC that of
// the From field; an international one becomes A-labels. Each key makes one
// signature, in the order of the keys. Without a key, or with a bad domain,
// selector or key, or a selector twice, it is domain.ErrInvalid.
func New(sdid string, keys []Key) (*Signer, error) {
	sdid, err := asciiDomain(sdid)
	if err != nil {
		return nil, fmt.Errorf("dkim: %w", err)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("dkim: %w: no key for %s", domain.ErrInvalid, sdid)
	}
	s := &Signer{rules: rules()}
	for _, key := range keys {
		k, err := newSigning(sdid, key)
		if err != nil {
			return nil, fmt.Errorf("dkim: key %q: %w", key.Selector, err)
		}
		if s.uses(key.Selector) {
			return nil, fmt.Errorf("dkim: %w: two keys with the selector %s", domain.ErrInvalid, key.Selector)
		}
		s.keys = append(s.keys, k)
	}
	return s, nil
}

func (s *Signer) uses(selector string) bool {
	for _, k := range s.keys {
		if strings.EqualFold(k.selector, selector) {
			return true
		}
	}
	return false
}

func newSigning(sdid string, k Key) (signing, error) {
	alg, err := k.algorithm()
	if err != nil {
		return signing{}, err
	}
	if _, err := queryName(sdid, k.Selector); err != nil {
		return signing{}, err
	}
	return signing{
		selector: k.Selector,
		tags:     []string{"v=1;", "a=" + alg.name + "-sha256;", "c=relaxed/relaxed;", "d=" + sdid + ";", "s=" + k.Selector + ";"},
		sign: func(digest []byte) ([]byte, error) {
			return k.Private.Sign(rand.Reader, digest, alg.opts)
		},
	}, nil
}

// Sign returns the DKIM-Signature fields of a letter, to stand before its
// header: one for each key, every line ended by CRLF and within 78 columns, but
// for a domain or selector that is longer. Each is valid by itself. body is what
// Body.Hash says of the letter's body; header is all its fields, with CRLF line
// ends, and may have the empty line after them. The time is a tag in whole
// seconds: with the same time, a letter gets the same bytes. A header that is
// malformed or lacks From, and a time before 1970, are domain.ErrInvalid.
func (s *Signer) Sign(header []byte, body [sha256.Size]byte, at time.Time) ([]byte, error) {
	fields, err := parseHeader(header)
	if err != nil {
		return nil, fmt.Errorf("sign letter: %w", err)
	}
	if err := signable(fields, at); err != nil {
		return nil, fmt.Errorf("sign letter: %w", err)
	}
	chosen := choose(s.rules, fields, len(header)+1024)
	tags := []string{
		"t=" + strconv.FormatInt(at.Unix(), 10) + ";",
		"bh=" + base64.StdEncoding.EncodeToString(body[:]) + ";",
	}
	out := folder{text: make([]byte, 0, 1024*len(s.keys))}
	for _, k := range s.keys {
		if err := k.write(&out, chosen, tags); err != nil {
			return nil, fmt.Errorf("sign letter with key %s: %w", k.selector, err)
		}
	}
	return out.text, nil
}

// signable finds what no signature can be made for.
func signable(fields []field, at time.Time) error {
	if at.Unix() < 0 {
		return fmt.Errorf("%w: no time", domain.ErrInvalid)
	}
	for _, f := range fields {
		if strings.EqualFold(f.name, "From") {
			return nil
		}
	}
	return fmt.Errorf("%w: no From field, which RFC 6376 §5.4 wants signed", domain.ErrInvalid)
}

const fieldTitle = "DKIM-Signature"

// write adds the field of one key. What is signed is read back from what has
// been written, so that folds cannot make a difference (RFC 6376 §3.7).
func (k signing) write(out *folder, chosen selection, tags []string) error {
	start := len(out.text)
	out.begin(fieldTitle + ":")
	for _, tag := range slices.Concat(k.tags, tags) {
		out.add(" ", tag)
	}
	out.list("h=", chosen.names, ";")
	out.fold()
	out.add("", "b=")
	unsigned := field{fieldTitle, out.text[start+len(fieldTitle)+1:]}
	digest := sha256.Sum256(appendRelaxed(chosen.text, unsigned))
	signature, err := k.sign(digest[:])
	if err != nil {
		return err
	}
	out.fill(base64.StdEncoding.EncodeToString(signature))
	out.end()
	return nil
}
