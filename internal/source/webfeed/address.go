package webfeed

import (
	"html"
	"net/url"
	"strings"
)

// isWeb reports whether u is an absolute address that a browser opens.
func isWeb(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

// absolute resolves an address (RFC 3986 §5.2); what is not http(s) then is
// none. An address that needs no resolving stays as it is written.
func absolute(base *url.URL, address string) string {
	address = strings.TrimSpace(address)
	if address == "" {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if isWeb(u) && !strings.ContainsAny(address, " \"<>`\\") {
		return address
	}
	if u = base.ResolveReference(u); !isWeb(u) {
		return ""
	}
	return u.String()
}

// maxGrowth is by how many bytes a feed's texts may grow while their addresses
// are resolved: a thousand short ones and one long base make a long text.
const maxGrowth = 2 << 20

// resolveLinks makes the addresses in HTML absolute; all else stays as written.
func resolveLinks(base *url.URL, s string) string {
	growth := 0
	return resolver{base, &growth}.html(s)
}

// resolver makes addresses absolute as long as the texts have not grown too much.
type resolver struct {
	base   *url.URL
	growth *int
}

func (r resolver) html(s string) string {
	if r.base == nil || !strings.Contains(s, "<") {
		return s
	}
	var out strings.Builder
	scan, last := scanner{text: s}, 0
	for t, ok := scan.next(); ok && *r.growth < maxGrowth; t, ok = scan.next() {
		if t.close || t.attrs == "" {
			continue
		}
		eachAttribute(t.attrs, func(name string, from, to int) bool {
			if !isAddress(name) {
				return true
			}
			if full := resolved(r.base, t.attrs[from:to]); full != "" {
				*r.growth += len(full)
				begin := t.start + 1 + len(t.name) // where the attributes begin
				out.WriteString(s[last:begin+from] + html.EscapeString(full))
				last = begin + to
			}
			return *r.growth < maxGrowth
		})
	}
	if last == 0 {
		return s
	}
	return out.String() + s[last:]
}

func isAddress(attribute string) bool {
	switch len(attribute) {
	case 3:
		return strings.EqualFold(attribute, "src")
	case 4:
		return strings.EqualFold(attribute, "href") || strings.EqualFold(attribute, "cite")
	case 6:
		return strings.EqualFold(attribute, "poster")
	}
	return false
}

// resolved is a relative address in an attribute made absolute; "" is one that
// stays as it is.
func resolved(base *url.URL, value string) string {
	if strings.HasPrefix(value, "http://") || strings.HasPrefix(value, "https://") || strings.HasPrefix(value, "#") {
		return ""
	}
	u, err := url.Parse(strings.TrimSpace(html.UnescapeString(value)))
	if err != nil || u.Scheme != "" || u.String() == "" || strings.HasPrefix(u.String(), "#") {
		return ""
	}
	return base.ResolveReference(u).String()
}
