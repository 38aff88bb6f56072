package soup

import (
	"html"
	"net/url"
	"strings"
)

// IsWeb reports whether u is an absolute address that a browser opens.
func IsWeb(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

// Absolute resolves an address (RFC 3986 §5.2); what is not http(s) then is
// none. An address that needs no resolving stays as it is written.
func Absolute(base *url.URL, address string) string {
	address = strings.TrimSpace(address)
	if address == "" {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if IsWeb(u) && !strings.ContainsAny(address, " \"<>`\\") {
		return address
	}
	if u = base.ResolveReference(u); !IsWeb(u) {
		return ""
	}
	return u.String()
}

// maxGrowth is by how many bytes a feed's texts may grow while their addresses
// are resolved: a thousand short ones and one long base make a long text.
const maxGrowth = 2 << 20

// ResolveLinks makes the addresses in HTML absolute; all else stays as written.
func ResolveLinks(base *url.URL, s string) string {
	growth := 0
	return Resolver{base, &growth}.HTML(s)
}

// A Resolver makes addresses absolute as long as the texts have not grown too
// much by it.
type Resolver struct {
	Base   *url.URL // nil resolves nothing
	Growth *int     // of all texts so far, in bytes
}

// HTML is s with absolute addresses.
func (r Resolver) HTML(s string) string {
	if r.Base == nil || !strings.Contains(s, "<") {
		return s
	}
	var out strings.Builder
	scan, last := Scanner{Text: s}, 0
	for t, ok := scan.Next(); ok && *r.Growth < maxGrowth; t, ok = scan.Next() {
		if t.Close || t.Attrs == "" {
			continue
		}
		eachAttribute(t.Attrs, func(name string, from, to int) bool {
			if !isAddress(name) {
				return true
			}
			if full := resolved(r.Base, t.Attrs[from:to]); full != "" {
				*r.Growth += len(full)
				begin := t.Start + 1 + len(t.Name) // where the attributes begin
				out.WriteString(s[last:begin+from] + html.EscapeString(full))
				last = begin + to
			}
			return *r.Growth < maxGrowth
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
