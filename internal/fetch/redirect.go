package fetch

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"marquee/internal/domain"
)

// parse reads an address that may be fetched.
func parse(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%w address: %w", domain.ErrInvalid, reason(err))
	}
	if err := fetchable(u); err != nil {
		return nil, err
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// fetchable refuses addresses that are not http(s) with a host.
func fetchable(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%w address: the scheme %q is neither http nor https", domain.ErrInvalid, u.Scheme)
	case u.Hostname() == "":
		return fmt.Errorf("%w address: it names no host", domain.ErrInvalid)
	}
	return nil
}

// onward is where an answer sends us.
type onward struct {
	to        *url.URL
	permanent bool
}

// redirect is where an answer sends us (RFC 9110 §15.4), nil when it is final.
// It never leads from https to http, and what user it names is not believed.
func redirect(from *url.URL, answer *http.Response) (*onward, error) {
	permanent := false
	switch answer.StatusCode {
	case http.StatusMovedPermanently, http.StatusPermanentRedirect:
		permanent = true
	case http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect:
	default:
		return nil, nil
	}
	location := answer.Header.Get("Location")
	if location == "" {
		return nil, nil // the status itself is then the error
	}
	next, err := from.Parse(location)
	if err != nil {
		return nil, fmt.Errorf("redirected to a malformed address: %w", reason(err))
	}
	if err := fetchable(next); err != nil {
		return nil, fmt.Errorf("redirected to an %w", err)
	}
	if from.Scheme == "https" && next.Scheme == "http" {
		return nil, errors.New("redirected from https to http, which anybody on the way could read and change")
	}
	next.User, next.Fragment, next.RawFragment = nil, "", ""
	return &onward{next, permanent}, nil
}

// hop is one request on the way to an answer.
type hop struct {
	Request
	url  *url.URL
	user *url.Userinfo // to authenticate with; may be nil
}

// hop is the request as the host of one address on the way may see it:
// credentials belong to the first one's, validators to their issuer's, and go to
// no other.
func (r Request) hop(first, at *url.URL) hop {
	h := hop{Request: r, url: at}
	if host(first) == host(at) {
		h.user = first.User
	}
	issuer := first
	if u, err := url.Parse(r.Issuer); err == nil && r.Issuer != "" {
		issuer = u
	}
	if host(issuer) != host(at) {
		h.ETag, h.LastModified = "", ""
	}
	return h
}

// host is a URL's host and port, the scheme's own port left out, so that a site
// that moves from http to https stays the same one.
func host(u *url.URL) string {
	name, port := strings.ToLower(u.Hostname()), u.Port()
	if port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		return name
	}
	return net.JoinHostPort(name, port)
}

// redact is an address for people and for links: without user and password.
func redact(u *url.URL) string {
	shown := *u
	shown.User = nil
	return shown.String()
}

// bare is redact for an address that may not parse: all that could hold a
// password, up to the last @, is left out.
func bare(address string) string {
	if u, err := url.Parse(address); err == nil && u.Opaque == "" {
		return redact(u)
	}
	return address[strings.LastIndex(address, "@")+1:]
}

// reason is why an address could not be parsed, without the address.
func reason(err error) error {
	if parse, ok := errors.AsType[*url.Error](err); ok {
		return parse.Err
	}
	return err
}
