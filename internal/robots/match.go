package robots

import (
	"net/url"
	"strings"
)

// targetOf is the part of an address that patterns are compared with, in normal
// form. A "*" or "$" in it is no wildcard.
func targetOf(u *url.URL) string {
	target := u.EscapedPath()
	if target == "" {
		target = "/"
	}
	if u.RawQuery != "" || u.ForceQuery {
		target += "?" + u.RawQuery
	}
	return strings.NewReplacer("*", "%2A", "$", "%24").Replace(normal(target))
}

// normalPattern is a rule's path in normal form: "$" means the end of an address
// only where it is the end of the pattern.
func normalPattern(path string) string {
	if !strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "*") {
		path = "/" + path
	}
	path, atEnd := strings.CutSuffix(path, "$")
	path = strings.ReplaceAll(normal(path), "$", "%24")
	if atEnd {
		path += "$"
	}
	return path
}

// normal is a path in which every octet is written in one way: what need not be
// escaped is not, and what is no ASCII is (RFC 9309 §2.2.2).
func normal(path string) string {
	const hex = "0123456789ABCDEF"
	var out strings.Builder
	for i := 0; i < len(path); i++ {
		c, escaped := path[i], false
		if c == '%' && i+2 < len(path) {
			if high, low := strings.IndexByte(hex, upper(path[i+1])), strings.IndexByte(hex, upper(path[i+2])); high >= 0 && low >= 0 {
				c, escaped, i = byte(high<<4|low), true, i+2 //nolint:gosec // two hexadecimal digits
			}
		}
		if c <= ' ' || c >= 0x7F || escaped && !unreserved(c) {
			out.Write([]byte{'%', hex[c>>4], hex[c&0xF]})
			continue
		}
		out.WriteByte(c)
	}
	return out.String()
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// unreserved are the characters of RFC 3986 §2.3.
func unreserved(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || strings.IndexByte("-._~", c) >= 0
}

// matches reports whether a pattern matches a beginning of target, or all of it
// when the pattern ends in "$"; "*" stands for anything. Taking the first place
// for each part in turn finds a match wherever there is one.
func matches(pattern, target string) bool {
	pattern, whole := strings.CutSuffix(pattern, "$")
	first, rest, wild := strings.Cut(pattern, "*")
	target, ok := strings.CutPrefix(target, first)
	if !ok || !wild {
		return ok && (!whole || target == "")
	}
	for {
		part, more, wild := strings.Cut(rest, "*")
		if !wild && whole {
			return strings.HasSuffix(target, part)
		}
		i := strings.Index(target, part)
		if i < 0 {
			return false
		}
		if !wild {
			return true
		}
		target, rest = target[i+len(part):], more
	}
}
