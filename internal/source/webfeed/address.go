package webfeed

import (
	"net/url"
	"strings"

	xhtml "golang.org/x/net/html"
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

// resolveLinks makes the addresses in HTML absolute; all else stays as written.
func resolveLinks(base *url.URL, s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	var out strings.Builder
	z := xhtml.NewTokenizer(strings.NewReader(s))
	for {
		kind := z.Next()
		raw := string(z.Raw())
		if kind == xhtml.StartTagToken || kind == xhtml.SelfClosingTagToken {
			raw = resolveTag(base, raw, z.Token())
		}
		out.WriteString(raw)
		if kind == xhtml.ErrorToken {
			return out.String()
		}
	}
}

func resolveTag(base *url.URL, raw string, t xhtml.Token) string {
	changed := false
	for i, a := range t.Attr {
		if a.Key != "href" && a.Key != "src" && a.Key != "poster" && a.Key != "cite" {
			continue
		}
		if u, err := url.Parse(strings.TrimSpace(a.Val)); err == nil && u.Scheme == "" && !strings.HasPrefix(a.Val, "#") {
			t.Attr[i].Val, changed = base.ResolveReference(u).String(), true
		}
	}
	if !changed {
		return raw
	}
	return t.String()
}
