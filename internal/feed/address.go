package feed

import (
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// address is an absolute http or https address as a URI of ASCII characters
// (RFC 3986 §2): names of hosts as A-labels, everything else that is not
// allowed percent-encoded, user names and passwords left out. Other addresses
// become "". address(address(s)) equals address(s).
func address(s string) string {
	s = printable(strings.TrimSpace(s))
	scheme, rest, ok := strings.Cut(s, "://")
	scheme = strings.ToLower(scheme)
	if !ok || (scheme != "http" && scheme != "https") {
		return ""
	}
	end := strings.IndexAny(rest, `/?#\`)
	if end < 0 {
		end = len(rest)
	}
	host := authority(scheme, rest[:end])
	if host == "" || strings.HasPrefix(rest[end:], `\`) { // a slash for browsers, a name's part for others
		return ""
	}
	return scheme + "://" + host + encodeTail(rest[end:])
}

// authority is host and port in ASCII; "" when there is no usable host.
func authority(scheme, s string) string {
	if isPlainHost(s) {
		return s
	}
	u, err := url.Parse(scheme + "://" + s)
	if err != nil || u.Hostname() == "" {
		return ""
	}
	host := u.Hostname()
	if strings.Contains(host, ":") {
		if strings.Contains(host, "%") {
			return "" // a zone names a network of this machine only (RFC 6874)
		}
		host = "[" + host + "]"
	} else if host, err = idna.Lookup.ToASCII(host); err != nil || host == "" {
		return ""
	}
	if u.Port() != "" {
		host += ":" + u.Port()
	}
	return host
}

// isPlainHost reports whether s is a host's name that stands as it is, as nearly all
// do: small letters, digits and dots, with single hyphens between them.
func isPlainHost(s string) bool {
	last := byte('.')
	for i := range len(s) {
		c := s[i]
		isLetter := 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
		if !isLetter && (c != '.' && c != '-' || last == '.' || last == '-') {
			return false
		}
		last = c
	}
	return last != '.' && last != '-'
}

const hexDigits = "0123456789ABCDEF"

// encodeTail percent-encodes what path, query and fragment must not hold. What
// is percent-encoded stays as it is.
func encodeTail(s string) string {
	var b strings.Builder
	hash := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if allowed(c) && (c != '#' || !hash) || c == '%' && encoded(s[i:]) {
			b.WriteByte(c)
			hash = hash || c == '#'
			continue
		}
		b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
	}
	return b.String()
}

// allowed reports whether a URI may hold c outside its authority: reserved and
// unreserved characters without brackets (RFC 3986 §3.3, §3.4).
func allowed(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return strings.IndexByte("-._~:/?#@!$&'()*+,;=", c) >= 0
}

// encoded reports whether s begins with a percent-encoded byte.
func encoded(s string) bool { return len(s) > 2 && isHex(s[1]) && isHex(s[2]) }

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
